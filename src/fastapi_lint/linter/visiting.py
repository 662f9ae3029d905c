"""From suspects to diagnostics: each suspect region is parsed once and visited by all interested rules."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from fastapi_lint.diagnostics import Diagnostic, RuleFailure
from fastapi_lint.index.source import decode

if TYPE_CHECKING:
    from fastapi_lint.application.modules import Module
    from fastapi_lint.index.nodes import Region
    from fastapi_lint.linter.project import LoadedProject
    from fastapi_lint.rules.base import Rule
    from fastapi_lint.rules.visit import VisitedFile

Suspects: TypeAlias = "dict[Module, dict[Region, list[type[Rule]]]]"


class Visitor:
    """Finds the suspects of a project's files and visits them."""

    def __init__(self, loaded: LoadedProject, rules: Mapping[str, type[Rule]]) -> None:
        self._loaded = loaded
        self._rules = rules
        self._application = loaded.application
        self.failures: list[RuleFailure] = []

    def suspects(self) -> Suspects:
        """The regions that rules want to see, in the files to be linted."""
        found: Suspects = {}
        linted = set(self._loaded.linted)
        for rule in self._rules.values():
            try:
                for place in rule.suspects(self._application):
                    if place.module.path in linted and self._speaks_of(rule, place.module.path):
                        self._add(found, rule, place.module, place.line)
            except Exception as error:
                self._failed(rule, "", 0, error)
        return found

    def everything(self) -> Suspects:
        """Every region of every file to be linted, for every rule: what `--exhaustive` visits."""
        found: Suspects = {}
        for path in self._loaded.linted:
            module = self._application.project.module_at(path)
            if module.index.problem is not None:
                continue
            rules = [rule for rule in self._rules.values() if self._speaks_of(rule, path)]
            found[module] = {region: list(rules) for region in module.index.regions}
        return found

    def visit(self, module: Module, regions: Mapping[Region, list[type[Rule]]]) -> list[Diagnostic]:
        """The findings in these regions of a module."""
        from fastapi_lint.rules.visit import VisitedFile

        file = VisitedFile(module, decode(self._loaded.files.read(module.path)).text)
        found: list[Diagnostic] = []
        for region in sorted(regions, key=lambda each: each.first_line):
            found += self._visit_region(file, region, regions[region])
        return found

    def _visit_region(self, file: VisitedFile, region: Region, rules: list[type[Rule]]) -> list[Diagnostic]:
        from fastapi_lint.rules.visit import Visit

        def failed(rule: type[Rule], error: Exception) -> None:
            self._failed(rule, file.module.path, region.first_line, error)

        try:
            visit = Visit(self._application, file, region)
        except Exception as error:
            for rule in rules:
                failed(rule, error)
            return []
        return visit.run(rules, failed)

    def _add(self, found: Suspects, rule: type[Rule], module: Module, line: int) -> None:
        region = self._application.located(module).region_at(line)
        if region is not None:
            rules = found.setdefault(module, {}).setdefault(region, [])
            if rule not in rules:
                rules.append(rule)

    def _speaks_of(self, rule: type[Rule], path: str) -> bool:
        return rule.in_tests if path in self._application.test_files else rule.in_production

    def _failed(self, rule: type[Rule], path: str, row: int, error: Exception) -> None:
        self.failures.append(
            RuleFailure(
                code=rule.code,
                filename=path,
                row=row,
                error=f"{type(error).__name__}: {error}",
                traceback="".join(traceback.format_exception(error)),
            )
        )
