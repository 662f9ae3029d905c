"""What the settings make of findings: which are let through, how severe they are, and how their fixes count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

from fastapi_lint.config.selection import Selections
from fastapi_lint.diagnostics import Diagnostic
from fastapi_lint.linter.own_findings import UNUSED_SUPPRESSION, about_file

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.metadata import RuleMetadata


class Policy:
    """The settings, as they are applied to one finding after the other.

    Raises ConfigError when they name rules that there are not.
    """

    def __init__(self, settings: Settings, rules: Mapping[str, RuleMetadata]) -> None:
        self._settings = settings
        self.used_ignores: dict[str, set[str]] = {}
        """The files in which entries of `per-file-ignores` have silenced something, by the entry's pattern."""
        self.rules = rules
        self.selections = Selections(settings, rules)

    def apply(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The findings that are let through, with the severities and the kinds of fix that are asked for."""
        kept = []
        for diagnostic in found:
            selection = self.selections.of(diagnostic.filename)
            if diagnostic.code not in selection.codes or self._is_ignored_by_file(diagnostic):
                continue
            severity = selection.severity(diagnostic.code)
            if severity is not None and severity is not diagnostic.severity:
                diagnostic = msgspec.structs.replace(diagnostic, severity=severity)
            kept.append(self._with_configured_fix(diagnostic))
        return kept

    def unused_file_ignores(self, codes: Collection[str]) -> list[Diagnostic]:
        """FAL001 for the entries of `per-file-ignores` that have silenced nothing so far, if these rules have run."""
        found = []
        for entry in self.selections.base.file_ignores:
            if self.used_ignores.get(entry.pattern) or not entry.codes.issubset(codes):
                continue
            place = self._settings.error("per-file-ignores", "", entry.pattern)
            written_in = self._configuration_file()
            if place.line is not None and written_in is not None:
                message = f"nothing that `{entry.pattern}` ignores is reported in the files it matches"
                found.append(about_file(UNUSED_SUPPRESSION, message, written_in, place.line))
        return self.apply(found)

    def _is_ignored_by_file(self, diagnostic: Diagnostic) -> bool:
        entries = [
            entry
            for entry in self.selections.base.file_ignores
            if diagnostic.code in entry.codes and entry.files.match(diagnostic.filename)
        ]
        for entry in entries:
            self.used_ignores.setdefault(entry.pattern, set()).add(diagnostic.filename)
        return bool(entries)

    def _with_configured_fix(self, diagnostic: Diagnostic) -> Diagnostic:
        fix = diagnostic.fix
        if fix is None:
            return diagnostic
        applicability = self.selections.base.applicability(diagnostic.code, fix.applicability)
        if applicability is fix.applicability:
            return diagnostic
        configured = msgspec.structs.replace(fix, applicability=applicability)
        return msgspec.structs.replace(diagnostic, fix=configured)

    def _configuration_file(self) -> str | None:
        """The configuration file, relative to the project root; None if there is none in it."""
        file, root = self._settings.config_file, self._settings.root
        if file is None or not file.is_relative_to(root):
            return None
        return file.relative_to(root).as_posix()
