"""From suspects to diagnostics: each suspect region is parsed once and visited by all interested rules."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from fastapi_lint.diagnostics import Diagnostic, RuleFailure
from fastapi_lint.index.source import decode
from fastapi_lint.linter.project import Learned
from fastapi_lint.linter.timings import Timings
from fastapi_lint.linter.workers import Lost, run_shared, shares, worker_count

if TYPE_CHECKING:
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.config.selection import Selections
    from fastapi_lint.index.nodes import Region
    from fastapi_lint.linter.project import LoadedProject
    from fastapi_lint.rules.base import Rule
    from fastapi_lint.rules.visit import VisitedFile

_LINES_PER_WORKER = 1000
_BYTES_PER_WORKER = 300_000
_EVENT_LOOP = "event loop"
"""The category of rules that ask about it."""


class _Shortfall(msgspec.Struct, array_like=True):
    """What was not looked for, or not everywhere."""

    failures: list[RuleFailure] = []
    """Rules that raised."""
    problems: list[str] = []
    """Processes that died, as messages."""
    given_up: set[str] = set()
    """Codes of the rules that those processes were to apply."""

    def add(self, other: _Shortfall) -> None:
        """Add that of another process."""
        self.failures += other.failures
        self.problems += other.problems
        self.given_up |= other.given_up


class _Visited(msgspec.Struct, frozen=True, array_like=True):
    """What one process found, by module."""

    diagnostics: dict[str, list[Diagnostic]]
    shortfall: _Shortfall
    learned: Learned
    seconds: dict[str, float]
    """Of the clock, by rule."""


Suspects: TypeAlias = "dict[Module, dict[Region, Suspect]]"
_Task: TypeAlias = Callable[[], dict[str, list[Diagnostic]]]


@dataclass(slots=True)
class Suspect:
    """A region to visit: the rules that want to see it, and the lines they are about."""

    rules: list[type[Rule]] = field(default_factory=list)
    lines: set[int] | None = field(default_factory=set)
    """None for all of the region."""

    def add(self, rule: type[Rule], line: int) -> None:
        """Let a rule see a line."""
        if rule not in self.rules:
            self.rules.append(rule)
        if rule.whole_region:
            self.lines = None
        elif self.lines is not None:
            self.lines.add(line)

    def joined(self, other: Suspect) -> Suspect:
        """What the rules of both want to see."""
        lines = None if self.lines is None or other.lines is None else self.lines | other.lines
        return Suspect([*self.rules, *other.rules], lines)

    def copy(self) -> Suspect:
        """One that can change without this one."""
        return Suspect(list(self.rules), set(self.lines) if self.lines is not None else None)


def joined(*parts: Suspects) -> Suspects:
    """The regions that several groups of rules want to see."""
    found: Suspects = {}
    for part in parts:
        for module, regions in part.items():
            known = found.setdefault(module, {})
            for region, suspect in regions.items():
                known[region] = known[region].joined(suspect) if region in known else suspect
    return found


def _rules_in(suspects: Suspects) -> set[type[Rule]]:
    return {rule for regions in suspects.values() for suspect in regions.values() for rule in suspect.rules}


class Visitor:
    """Finds the suspects of a project's files and visits them."""

    def __init__(
        self,
        loaded: LoadedProject,
        rules: Mapping[str, type[Rule]],
        selections: Selections,
        timings: Timings | None = None,
    ) -> None:
        self._loaded = loaded
        self._timings = timings or Timings()
        self._rules = rules
        self._selections = selections
        self._application = loaded.application
        self._shortfall = _Shortfall()

    @property
    def failures(self) -> list[RuleFailure]:
        """Rules that raised so far."""
        return self._shortfall.failures

    @property
    def problems(self) -> list[str]:
        """What was not looked for because processes died."""
        return self._shortfall.problems

    @property
    def incomplete(self) -> frozenset[str]:
        """Codes of rules that may have missed something: they raised, or their process died."""
        return frozenset(self._shortfall.given_up.union(failure.code for failure in self.failures))

    @property
    def quick_rules(self) -> list[type[Rule]]:
        """The rules that do not look along calls through the whole project."""
        return [
            rule for rule in self._rules.values() if rule.category != _EVENT_LOOP and not rule.follows_calls
        ]

    @property
    def slow_rules(self) -> list[type[Rule]]:
        """The rules that do."""
        quick = self.quick_rules
        return [rule for rule in self._rules.values() if rule not in quick]

    def suspects(self, rules: Iterable[type[Rule]] | None = None) -> Suspects:
        """The regions that all rules, or these, want to see in the files to be linted."""
        found: Suspects = {}
        linted = set(self._loaded.linted)
        for rule in self._rules.values() if rules is None else rules:
            self._application.waypoint()
            with self._timings.rule(rule.code):
                self._collect(rule, linted, found)
        return found

    def everything(self) -> Suspects:
        """Every region of every file to be linted, for every rule: what `--exhaustive` visits."""
        found: Suspects = {}
        for path in self._loaded.linted:
            module = self._application.project.module_at(path)
            if module.index.problem is not None:
                continue
            rules = [rule for rule in self._rules.values() if self._speaks_of(rule, path)]
            found[module] = {region: Suspect(list(rules), None) for region in module.index.regions}
        return found

    def suspects_after_edit(
        self, first: Suspects, before: Iterable[Diagnostic], function: Function
    ) -> Suspects:
        """The regions to visit in the file of a function whose body is new.

        These are the function itself, for every rule, and in the rest of the file what rules wanted to see at
        first, what they found before the edit, and where the event loop is blocked now.
        """
        module = function.module
        found = {module: {region: suspect.copy() for region, suspect in first.get(module, {}).items()}}
        sites = [
            site for site in self._application.event_loop.blocking_sites if site.function.module is module
        ]
        places = [
            *((each.code, each.location.row) for each in before),
            *((site.rule, site.node.line) for site in sites),
        ]
        for code, line in places:
            rule = self._rules.get(code)
            if rule is not None and self._speaks_of(rule, module.path):
                self._add(found, rule, module, line)
        region = self._application.located(module).region_at(function.node.line)
        if region is not None:
            known = found[module].get(region, Suspect())
            lines = range(function.node.first_line, function.node.end_line + 1)
            rules = [rule for rule in self._rules.values() if self._speaks_of(rule, module.path)]
            found[module][region] = Suspect(
                rules, known.lines.union(lines) if known.lines is not None else None
            )
        return found

    def find_in_parallel(self) -> dict[Module, list[Diagnostic]] | None:
        """The findings of all rules, by module, found on several processors; None when that is not worth it.

        What the slow rules ask of the model costs about as much as what all others do; both need the routes.
        """
        groups = [group for group in (self.slow_rules, self.quick_rules) if group]
        count = worker_count(self._loaded.settings.workers, self._loaded.relevant_size, _BYTES_PER_WORKER)
        if count == 1 or len(groups) == 1:
            return None
        with contextlib.suppress(Exception):  # reported for the rule that asks again
            for route in self._application.routes:
                _ = route.dependencies
        tasks = [partial(self._find, rules, max(1, count // 2)) for rules in groups]
        return self._shared(tasks, groups)

    def _find(self, rules: Collection[type[Rule]], workers: int) -> dict[str, list[Diagnostic]]:
        suspects = self.suspects(rules)
        found = self.visit_in_parallel(suspects, workers)
        if found is None:
            return self._visit_all(suspects)
        return {module.path: diagnostics for module, diagnostics in found.items()}

    def visit_in_parallel(self, suspects: Suspects, workers: int) -> dict[Module, list[Diagnostic]] | None:
        """The findings in suspects, by module, found on several processors; None when that is not worth it.

        Args:
            suspects: the regions to visit.
            workers: how many processes at most; 0 for as many as there are processors.
        """
        lines = {
            module: sum(region.last_line - region.first_line for region in regions)
            for module, regions in suspects.items()
        }
        count = worker_count(workers, sum(lines.values()), _LINES_PER_WORKER)
        if count == 1:
            return None
        import fastapi_lint.rules.visit  # noqa: F401  # once, before there are several processes

        groups = shares(lines, count, lines.__getitem__)
        parts = [{each: suspects[each] for each in group} for group in groups]
        return self._shared([partial(self._visit_all, part) for part in parts], list(map(_rules_in, parts)))

    def _visit_all(self, suspects: Suspects) -> dict[str, list[Diagnostic]]:
        return {module.path: self.visit(module, regions) for module, regions in suspects.items()}

    def _shared(
        self, tasks: Sequence[_Task], rules: Sequence[Collection[type[Rule]]]
    ) -> dict[Module, list[Diagnostic]]:
        """What the tasks find, which are about these rules, each in a process; nothing for one that dies twice."""
        results = run_shared([partial(self._encoded, task) for task in tasks])
        found: dict[Module, list[Diagnostic]] = {}
        for result, lost in zip(results, rules, strict=True):
            if isinstance(result, Lost):
                self._give_up(lost, result)
                continue
            visited = msgspec.msgpack.decode(result, type=_Visited)
            for path, diagnostics in visited.diagnostics.items():
                found.setdefault(self._application.project.module_at(path), []).extend(diagnostics)
            self._shortfall.add(visited.shortfall)
            self._timings.add(visited.seconds)
            self._loaded.learn(visited.learned)
        return found

    def _give_up(self, rules: Collection[type[Rule]], lost: Lost) -> None:
        codes = sorted(rule.code for rule in rules)
        self._shortfall.given_up.update(codes)
        named = f"{codes[0]} and {len(codes) - 1} more" if len(codes) > 2 else " and ".join(codes)
        self.problems.append(
            f"the findings of {named} are missing: the process that looked for them {lost.reason}, twice;"
            " `--workers 1` does everything in one process"
        )

    def _encoded(self, task: _Task) -> bytes:
        """What a task finds, and nothing of what others have found in the same process."""
        shortfall, self._shortfall = self._shortfall, _Shortfall()
        timings, self._timings = self._timings, Timings()
        indexes = self._loaded.indexes_made
        try:
            found = task()
            learned = self._loaded.learned(indexes)
            return msgspec.msgpack.encode(_Visited(found, self._shortfall, learned, self._timings.rules))
        finally:
            self._shortfall, self._timings = shortfall, timings

    def visit(self, module: Module, regions: Mapping[Region, Suspect]) -> list[Diagnostic]:
        """The findings in these regions of a module."""
        from fastapi_lint.rules.visit import VisitedFile

        file = VisitedFile(module, decode(self._loaded.files.read(module.path)).text)
        found: list[Diagnostic] = []
        for region in sorted(regions, key=lambda each: each.first_line):
            found += self._visit_region(file, region, regions[region])
        return found

    def _visit_region(self, file: VisitedFile, region: Region, suspect: Suspect) -> list[Diagnostic]:
        from fastapi_lint.rules.visit import Visit

        def failed(rule: type[Rule], error: Exception) -> None:
            self._failed(rule, file.module.path, region.first_line, error)

        try:
            visit = Visit(self._application, file, region, suspect.lines)
        except Exception as error:
            for rule in suspect.rules:
                failed(rule, error)
            return []
        return visit.run(suspect.rules, failed)

    def _collect(self, rule: type[Rule], linted: Collection[str], found: Suspects) -> None:
        try:
            for place in rule.suspects(self._application):
                if place.module.path in linted and self._speaks_of(rule, place.module.path):
                    self._add(found, rule, place.module, place.line)
        except Exception as error:
            self._failed(rule, "", 0, error)

    def _add(self, found: Suspects, rule: type[Rule], module: Module, line: int) -> None:
        region = self._application.located(module).region_at(line)
        if region is not None:
            found.setdefault(module, {}).setdefault(region, Suspect()).add(rule, line)

    def _speaks_of(self, rule: type[Rule], path: str) -> bool:
        if rule.code not in self._selections.of(path).codes:
            return False
        files = self._application.files
        if path in files.scripts:
            return rule.in_tests and rule.in_production
        return rule.in_tests if path in files.tests else rule.in_production

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
