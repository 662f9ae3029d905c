"""One run of the linter, from settings and paths to a report."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from fastapi_lint.application.after_edit import after_edit
from fastapi_lint.config.selection import UNREADABLE_FILE
from fastapi_lint.diagnostics import Diagnostic, RuleFailure
from fastapi_lint.linter.headers import Headers
from fastapi_lint.linter.own_findings import about_file
from fastapi_lint.linter.policy import Policy
from fastapi_lint.linter.project import LoadedProject
from fastapi_lint.linter.report import Report, StandardInput
from fastapi_lint.linter.sources import Sources, find_sources
from fastapi_lint.linter.suppression import Suppressions
from fastapi_lint.linter.timings import Timings
from fastapi_lint.linter.visiting import Suspects, Visitor, joined
from fastapi_lint.rules.custom import declarations, rules_of

if TYPE_CHECKING:
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.git import Changes
    from fastapi_lint.linter.baseline import BaselineFile
    from fastapi_lint.metadata import RuleMetadata

Progress: TypeAlias = Callable[[str, int, int], None]


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
        with timings.stage("reading the files"):
            loaded = LoadedProject(settings, sources.files, sources.linted)
        report = lint_loaded(loaded, exhaustive=exhaustive, progress=progress, timings=timings)
    report.problems = [*sources.problems, *report.problems]
    return report


def lint_loaded(
    loaded: LoadedProject,
    *,
    exhaustive: bool = False,
    progress: Progress | None = None,
    timings: Timings | None = None,
) -> Report:
    """Lint files of a project that is known already."""
    timings = timings or Timings()
    with without_garbage_collection():
        with timings.stage("indexing ahead on several processors"):
            loaded.index_in_parallel()
        with timings.stage("importing the rules"):
            linter = ProjectLinter(loaded, exhaustive=exhaustive, timings=timings)
        linter.find_ahead()
        found: list[Diagnostic] = []
        with timings.stage("what is left to visit, suppression"):
            for number, path in enumerate(loaded.linted):
                if progress is not None:
                    progress("linting", number, len(loaded.linted))
                found += linter.diagnostics(path)
        if not set(loaded.files.paths()) - set(loaded.linted):
            found += linter.unused_file_ignores()
        loaded.save_indexes()
        found = linter.beyond_baseline(found)
        return Report(
            root=Path(loaded.settings.root),
            diagnostics=sorted(found, key=lambda diagnostic: diagnostic.sort_key),
            failures=linter.failures,
            problems=linter.problems,
            checked=len(loaded.linted),
            incomplete=linter.incomplete,
            revealed=loaded.revealed,
            used_ignores={pattern: set(paths) for pattern, paths in linter.used_ignores.items()},
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
        metadata = declarations(every_rule)
        self.spellings = _spellings(metadata)
        """Codes by every spelling a comment may use."""
        self._policy = Policy(loaded.settings, metadata)
        selections = self._policy.selections
        self._codes = selections.codes_in(loaded.linted)
        rules = {code: rule for code, rule in every_rule.items() if code in self._codes}
        self._baseline = _baseline(loaded.settings)
        self._timings = timings or Timings()
        self._visitor = Visitor(loaded, rules, selections, self._timings)
        self._visited: dict[Module, list[Diagnostic]] | None = None
        """What was found ahead in all files."""
        self._quick: dict[Module, list[Diagnostic]] = {}
        """What the quick rules found ahead of the others."""
        self._found: dict[Module, list[Diagnostic]] = {}
        self._first_suspects: Suspects = {}
        """Where rules wanted to look before the first edit."""

    @property
    def failures(self) -> list[RuleFailure]:
        """Rules that raised so far."""
        return self._visitor.failures

    @property
    def problems(self) -> list[str]:
        """What was not looked for, and why."""
        return self._visitor.problems

    @property
    def incomplete(self) -> frozenset[str]:
        """Codes of rules that may have missed something."""
        return self._visitor.incomplete

    @cached_property
    def _suspects(self) -> Suspects:
        if self._exhaustive:
            return self._visitor.everything()
        return joined(self._quick_suspects, self._slow_suspects) if self._quick else self._visitor.suspects()

    @cached_property
    def _quick_suspects(self) -> Suspects:
        return self._visitor.suspects(self._visitor.quick_rules)

    @cached_property
    def _slow_suspects(self) -> Suspects:
        return self._visitor.suspects(self._visitor.slow_rules)

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

    def find_ahead(self) -> None:
        """Find what is in all files, as far as that is worth several processes, or say only where to look."""
        visitor, stage = self._visitor, self._timings.stage
        if not self._exhaustive:
            with stage("model, suspects and visits on several processors: what the rules below ask"):
                self._visited = visitor.find_in_parallel()
        if self._visited is None:
            with stage("model and suspects: what the rules below ask"):
                suspects = self._suspects
            with stage("visiting the suspects on several processors"):
                self._visited = visitor.visit_in_parallel(suspects, self._loaded.settings.workers)

    def diagnostics(self, path: str) -> list[Diagnostic]:
        """The findings in one of the files to be linted, in order."""
        module = self._loaded.application.project.module_at(path)
        found = [self._unreadable(module)] if module.index.problem is not None else []
        if self._visited is not None:
            found += self._visited.get(module, ())
        elif module in self._suspects:
            self._found[module] = self._visited_now(module)
            found += self._found[module]
        return self._let_through(module, found, self._policy.selections.of(path).codes)

    @cached_property
    def quick_codes(self) -> frozenset[str]:
        """The rules that do not look along calls through the whole project."""
        return frozenset(rule.code for rule in self._visitor.quick_rules)

    def quick_diagnostics(self, path: str) -> list[Diagnostic]:
        """The findings of these rules, which are known long before all others.

        `diagnostics` has them too, and does not look for them again.
        """
        module = self._loaded.application.project.module_at(path)
        regions = self._quick_suspects.get(module, {})
        found = self._quick[module] = self._visitor.visit(module, regions) if regions else []
        return self._let_through(module, found, self.quick_codes & self._policy.selections.of(path).codes)

    def _visited_now(self, module: Module) -> list[Diagnostic]:
        if module not in self._quick:
            return self._visitor.visit(module, self._suspects[module])
        regions = self._slow_suspects.get(module)
        return self._quick[module] + (self._visitor.visit(module, regions) if regions else [])

    def _let_through(
        self, module: Module, found: Sequence[Diagnostic], codes: Collection[str]
    ) -> list[Diagnostic]:
        """What settings and comments leave of the findings in a file, and whether there were any of these rules."""
        kept = self._policy.apply(found)
        if module.index.comments:
            kept = self._suppress(module, kept, codes)
        return sorted(kept, key=lambda diagnostic: diagnostic.sort_key)

    def unused_file_ignores(self) -> list[Diagnostic]:
        """FAL001 for the entries of `per-file-ignores` that have silenced nothing in all files linted so far."""
        return self._policy.unused_file_ignores(self._codes - self.incomplete)

    @property
    def used_ignores(self) -> Mapping[str, Collection[str]]:
        """The files in which entries of `per-file-ignores` have silenced something, by the entry's pattern."""
        return self._policy.used_ignores

    def beyond_baseline(self, found: Sequence[Diagnostic]) -> list[Diagnostic]:
        """The findings that the configured baseline does not accept, and FAL001 for what it accepts in vain."""
        if self._baseline is None:
            return list(found)
        from fastapi_lint.linter.accepted import beyond_baseline

        return beyond_baseline(
            self._baseline,
            found,
            self._loaded.files,
            self._loaded.linted,
            lambda: self._policy,
            self.incomplete,
        )

    def unaccepted(self, found: Sequence[Diagnostic]) -> list[Diagnostic]:
        """The findings that the configured baseline does not accept, in the order in which they are given."""
        if self._baseline is None:
            return list(found)
        from fastapi_lint.linter.accepted import compare

        return compare(self._baseline, found, self._loaded.files).new

    def _unreadable(self, module: Module) -> Diagnostic:
        """The finding about a file that could not be read or parsed."""
        problem = module.index.problem
        error = self._loaded.files.problem(module.path)
        message, row, column = "cannot be read", 1, 1
        if error is not None:
            message = f"cannot be read: {error.strerror}"
        elif problem is not None:
            message, row, column = problem.message, max(problem.line, 1), problem.column + 1
        return about_file(UNREADABLE_FILE, message, module.path, row, column)

    def _suppress(
        self, module: Module, diagnostics: list[Diagnostic], codes: Collection[str]
    ) -> list[Diagnostic]:
        """Take out what comments suppress; add what is wrong with the comments, as far as they name these rules."""
        headers = Headers(module.index.body)
        suppressions = Suppressions.parse(module.index.comments, self.spellings, module.path)
        kept = _without_shared_fixes(suppressions.filter(diagnostics, headers.around), diagnostics)
        judged = frozenset(codes) - self.incomplete
        about_comments = [*suppressions.unused(judged), *suppressions.invalid()]
        return kept + suppressions.filter(self._policy.apply(about_comments), headers.around)


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


def _spellings(rules: Mapping[str, RuleMetadata]) -> Mapping[str, str]:
    """The code itself and the rule's name."""
    return {**{code: code for code in rules}, **{rule.name: code for code, rule in rules.items()}}
