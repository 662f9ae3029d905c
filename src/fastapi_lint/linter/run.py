"""One run of the linter, from settings and paths to a report."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from fastapi_lint.application.after_edit import after_edit
from fastapi_lint.config.selection import FileIgnore, Selection
from fastapi_lint.diagnostics import Diagnostic, Location, RuleFailure
from fastapi_lint.index.source import UnreadableSource, decode, split_lines
from fastapi_lint.linter.headers import Headers
from fastapi_lint.linter.project import LoadedProject
from fastapi_lint.linter.report import Report, StandardInput
from fastapi_lint.linter.sources import Sources, find_sources
from fastapi_lint.linter.suppression import Suppressions
from fastapi_lint.linter.timings import Timings
from fastapi_lint.linter.visiting import Suspects, Visitor
from fastapi_lint.rules.custom import metadata_of, rules_of
from fastapi_lint.rules.registry import all_metadata

if TYPE_CHECKING:
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.git import Changes
    from fastapi_lint.linter.baseline import Accepted, BaselineFile
    from fastapi_lint.metadata import RuleMetadata

Progress: TypeAlias = Callable[[str, int, int], None]

UNREADABLE_FILE = "FAL000"
UNUSED_SUPPRESSION = "FAL001"


def lint(
    settings: Settings,
    paths: Sequence[str],
    *,
    stdin: StandardInput | None = None,
    changes: Changes | None = None,
    exhaustive: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Lint the files below `paths`, knowing the whole project they belong to; with `changes` only what changed.

    Never raises for what the checked code contains; see `Report` for what could not be done.
    """
    overlay = {stdin.filename: stdin.data} if stdin is not None else None
    if changes is not None:
        sources = find_sources(settings, paths, changes.contents, only=changes.files)
    else:
        sources = find_sources(settings, () if stdin is not None else paths, overlay)
    return lint_sources(settings, sources, exhaustive=exhaustive, progress=progress)


def lint_sources(
    settings: Settings,
    sources: Sources,
    *,
    exhaustive: bool = False,
    progress: Progress | None = None,
    timings: Timings | None = None,
) -> Report:
    """Lint files that are already found."""
    timings = timings or Timings()
    with without_garbage_collection():
        with timings.stage("reading the files, indexing ahead on several processors"):
            loaded = LoadedProject(settings, sources.files, sources.linted)
            loaded.index_in_parallel()
        with timings.stage("importing the rules"):
            linter = ProjectLinter(loaded, exhaustive=exhaustive, timings=timings)
        with timings.stage("model and suspects: what the rules below ask"):
            linter.find_suspects()
        found: list[Diagnostic] = []
        with timings.stage("visiting the suspects, suppression"):
            linter.visit_in_parallel()
            for number, path in enumerate(loaded.linted):
                if progress is not None:
                    progress("linting", number, len(loaded.linted))
                found += linter.diagnostics(path)
        if not set(loaded.files.paths()) - set(loaded.linted):
            found += linter.unused_file_ignores()
        loaded.save_indexes()
        found = linter.beyond_baseline(found)
        return Report(
            root=Path(settings.root),
            diagnostics=sorted(found, key=lambda diagnostic: diagnostic.sort_key),
            failures=linter.failures,
            problems=sources.problems,
            checked=len(loaded.linted),
        )


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """A run builds millions of small objects and frees next to none: collecting them is lost time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class ProjectLinter:
    """Lints the files of one loaded project, one after the other; what they share is worked out once.

    Raises ConfigError when the configured baseline cannot be used.
    """

    def __init__(
        self, loaded: LoadedProject, *, exhaustive: bool = False, timings: Timings | None = None
    ) -> None:
        self._loaded = loaded
        self._exhaustive = exhaustive
        every_rule = rules_of(loaded.settings)
        self._metadata = metadata_of(loaded.settings)
        self.spellings = _spellings(self._metadata)
        """Codes by every spelling a comment may use."""
        self._selection = Selection.build(loaded.settings, self._metadata)
        rules = {code: rule for code, rule in every_rule.items() if code in self._selection.codes}
        self._baseline = _baseline(loaded.settings)
        self._visitor = Visitor(loaded, rules, timings)
        self._used_ignores: set[FileIgnore] = set()
        self._visited: dict[Module, list[Diagnostic]] = {}
        self._found: dict[Module, list[Diagnostic]] = {}
        self._first_suspects: Suspects = {}
        """Where rules wanted to look before the first edit."""

    @property
    def failures(self) -> list[RuleFailure]:
        """Rules that raised so far."""
        return self._visitor.failures

    @cached_property
    def _suspects(self) -> Suspects:
        return self._visitor.everything() if self._exhaustive else self._visitor.suspects()

    def after_edit(self, function: Function, gone: Collection[Function]) -> ProjectLinter:
        """A linter of the same files and rules when the body of a function is new; this one is of no use then.

        Args:
            function: it has its new body.
            gone: the functions that its old body defined.
        """
        self._loaded.application = after_edit(self._loaded.application, function, gone)
        edited = ProjectLinter(self._loaded)
        found = self._found.get(function.module, [])
        edited._first_suspects = self._first_suspects or self._suspects
        edited._suspects = edited._visitor.suspects_after_edit(edited._first_suspects, found, function)
        return edited

    def find_suspects(self) -> None:
        """Ask the rules where to look; else that is done when the first file is linted."""
        _ = self._suspects

    def visit_in_parallel(self) -> None:
        """Visit all suspects ahead, on several processors if that is worth it."""
        self._visited = self._visitor.visit_in_parallel(self._suspects)

    def diagnostics(self, path: str) -> list[Diagnostic]:
        """The findings in one of the files to be linted, in order."""
        module = self._loaded.application.project.module_at(path)
        found = [self._unreadable(module)] if module.index.problem is not None else []
        regions = self._suspects.get(module)
        if module in self._visited:
            found += self._visited[module]
        elif regions is not None:
            self._found[module] = self._visitor.visit(module, regions)
            found += self._found[module]
        kept = self._configured(found)
        if module.index.comments:
            kept = self._suppress(module, kept)
        return sorted(kept, key=lambda diagnostic: diagnostic.sort_key)

    def unused_file_ignores(self) -> list[Diagnostic]:
        """FAL001 for the entries of `per-file-ignores` that have silenced nothing in all files linted so far."""
        settings = self._loaded.settings
        found = []
        for entry in self._selection.file_ignores:
            if entry in self._used_ignores or not entry.codes <= self._selection.codes:
                continue
            place = settings.error("per-file-ignores", "", entry.pattern)
            written_in = self._configuration_file()
            if place.line is not None and written_in is not None:
                message = f"nothing that `{entry.pattern}` ignores is reported in the files it matches"
                found.append(_about_file(UNUSED_SUPPRESSION, message, written_in, place.line))
        return self._configured(found)

    def beyond_baseline(self, found: Sequence[Diagnostic]) -> list[Diagnostic]:
        """The findings that the configured baseline does not accept, and FAL001 for what it accepts in vain."""
        if self._baseline is None:
            return list(found)
        comparison = self._baseline.content.compare(found, self._lines)
        leftover = comparison.leftover.only(self._is_judged)
        rows = self._baseline.rows if leftover.counts else {}
        about_entries = [
            _about_file(
                UNUSED_SUPPRESSION,
                f"the baseline accepts {self._spelled(accepted.code)} in {accepted.filename}"
                f"{f' {count} times more' if count > 1 else ''}, but it is not found there",
                self._baseline.name,
                rows.get(accepted.fingerprint, 1),
                help="`fastapi-lint baseline prune` removes what is no longer found",
            )
            for accepted, count in leftover.counts.items()
        ]
        return comparison.new + self._configured(about_entries)

    def _lines(self, path: str) -> Sequence[str] | None:
        """The lines of a file; None when it cannot be read."""
        try:
            return split_lines(decode(self._loaded.files.read(path)).text)
        except UnreadableSource:
            return None

    def _spelled(self, code: str) -> str:
        rule = self._metadata.get(code)
        return f"{code} ({rule.name})" if rule is not None else code

    def _is_judged(self, accepted: Accepted) -> bool:
        """Whether this run would have found what was accepted, were it still there."""
        is_linted = accepted.filename in self._loaded.linted
        is_gone = not self._loaded.files.exists(accepted.filename)
        return accepted.code in self._selection.codes and (is_linted or is_gone)

    def _configuration_file(self) -> str | None:
        """The configuration file, relative to the project root; None if there is none in it."""
        settings = self._loaded.settings
        file = settings.config_file
        if file is None or not file.is_relative_to(settings.root):
            return None
        return file.relative_to(settings.root).as_posix()

    def _unreadable(self, module: Module) -> Diagnostic:
        """The finding about a file that could not be read or parsed."""
        problem = module.index.problem
        error = self._loaded.files.problem(module.path)
        message, row, column = "cannot be read", 1, 1
        if error is not None:
            message = f"cannot be read: {error.strerror}"
        elif problem is not None:
            message, row, column = problem.message, max(problem.line, 1), problem.column + 1
        return _about_file(UNREADABLE_FILE, message, module.path, row, column)

    def _configured(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The findings that the settings let through, with the severities and the kinds of fix they ask for."""
        kept = []
        for diagnostic in found:
            if diagnostic.code not in self._selection.codes:
                continue
            if self._is_ignored_by_file(diagnostic):
                continue
            severity = self._selection.severity(diagnostic.code)
            if severity is not None and severity is not diagnostic.severity:
                diagnostic = msgspec.structs.replace(diagnostic, severity=severity)
            kept.append(self._with_configured_fix(diagnostic))
        return kept

    def _with_configured_fix(self, diagnostic: Diagnostic) -> Diagnostic:
        fix = diagnostic.fix
        if fix is None:
            return diagnostic
        applicability = self._selection.applicability(diagnostic.code, fix.applicability)
        if applicability is fix.applicability:
            return diagnostic
        configured = msgspec.structs.replace(fix, applicability=applicability)
        return msgspec.structs.replace(diagnostic, fix=configured)

    def _is_ignored_by_file(self, diagnostic: Diagnostic) -> bool:
        entries = [
            entry
            for entry in self._selection.file_ignores
            if diagnostic.code in entry.codes and entry.matches(diagnostic.filename)
        ]
        self._used_ignores.update(entries)
        return bool(entries)

    def _suppress(self, module: Module, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
        """Take out what comments suppress; add what is wrong with the comments themselves."""
        headers = Headers(module.index.body)
        suppressions = Suppressions.parse(module.index.comments, self.spellings, module.path)
        kept = _without_shared_fixes(suppressions.filter(diagnostics, headers.around), diagnostics)
        about_comments = [*suppressions.unused(self._selection.codes), *suppressions.invalid()]
        return kept + suppressions.filter(self._configured(about_comments), headers.around)


def _without_shared_fixes(kept: list[Diagnostic], found: list[Diagnostic]) -> list[Diagnostic]:
    """What is kept of the findings, without fixes that would mend what was suppressed too."""
    if len(kept) == len(found):
        return kept
    left = {id(each) for each in kept}
    theirs = {each.fix for each in found if each.fix is not None and id(each) not in left}
    return [msgspec.structs.replace(each, fix=None) if each.fix in theirs else each for each in kept]


def _baseline(settings: Settings) -> BaselineFile | None:
    if settings.baseline is None:
        return None
    from fastapi_lint.linter.baseline import read_baseline

    return read_baseline(settings)


def _about_file(
    code: str, message: str, filename: str, row: int, column: int = 1, help: str | None = None
) -> Diagnostic:
    """A finding of the linter itself about one place of a file."""
    rule = all_metadata()[code]
    return Diagnostic(
        code=code,
        name=rule.name,
        severity=rule.severity,
        message=message,
        filename=filename,
        location=Location(row, column),
        end_location=Location(row, column + 1),
        help=help,
        url=rule.url,
        noqa_row=row,
    )


def _spellings(rules: Mapping[str, RuleMetadata]) -> Mapping[str, str]:
    """The code itself and the rule's name."""
    return {**{code: code for code in rules}, **{rule.name: code for code, rule in rules.items()}}
