"""One run of the linter, from settings and paths to a report."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from fastapi_lint.diagnostics import Diagnostic, Location
from fastapi_lint.linter.headers import Headers
from fastapi_lint.linter.project import LoadedProject, load_project
from fastapi_lint.linter.report import Report, StandardInput
from fastapi_lint.linter.suppression import Suppressions
from fastapi_lint.linter.visiting import Visitor
from fastapi_lint.rules.registry import all_metadata, all_rules

if TYPE_CHECKING:
    from fastapi_lint.application.modules import Module
    from fastapi_lint.config.selection import Selection
    from fastapi_lint.config.settings import Settings

Progress: TypeAlias = Callable[[str, int, int], None]

UNREADABLE_FILE = "FAL000"


def lint(
    settings: Settings,
    paths: Sequence[str],
    *,
    stdin: StandardInput | None = None,
    exhaustive: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Lint the files below `paths`, knowing the whole project they belong to.

    Never raises for what the checked code contains; see `Report` for what could not be done.
    """
    collecting = gc.isenabled()
    gc.disable()  # a run builds millions of small objects and frees next to none
    try:
        overlay = {stdin.filename: stdin.data} if stdin is not None else None
        loaded, problems = load_project(settings, () if stdin is not None else paths, overlay)
        return lint_project(loaded, problems, exhaustive=exhaustive, progress=progress)
    finally:
        if collecting:
            gc.enable()


def lint_project(
    loaded: LoadedProject,
    problems: Sequence[str] = (),
    *,
    exhaustive: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Lint the files of a project that is already loaded."""
    from fastapi_lint.config.selection import Selection

    selection = Selection.build(loaded.settings, all_metadata())
    rules = {code: rule for code, rule in all_rules().items() if code in selection.codes}
    visitor = Visitor(loaded, rules)
    if progress is not None:
        progress("reading", 0, len(loaded.linted))
    indexed = {path: loaded.application.project.module_at(path) for path in loaded.linted}
    suspects = visitor.everything() if exhaustive else visitor.suspects()
    found = [_unreadable(loaded, path) for path, module in indexed.items() if module.index.problem]
    for number, diagnostic in enumerate(visitor.visit(suspects)):
        if progress is not None and number % 50 == 0:
            progress("visiting", number, 0)
        found.append(diagnostic)
    kept = _configured(found, selection)
    kept = _suppress(loaded, kept, selection)
    return Report(
        root=Path(loaded.settings.root),
        diagnostics=sorted(kept, key=lambda diagnostic: diagnostic.sort_key),
        failures=visitor.failures,
        problems=list(problems),
        checked=len(loaded.linted),
    )


def _unreadable(loaded: LoadedProject, path: str) -> Diagnostic:
    """The finding about a file that could not be read or parsed."""
    problem = loaded.application.project.module_at(path).index.problem
    error = loaded.files.problem(path)
    message, row, column = "cannot be read", 1, 1
    if error is not None:
        message = f"cannot be read: {error.strerror}"
    elif problem is not None:
        message, row, column = problem.message, max(problem.line, 1), problem.column + 1
    rule = all_metadata()[UNREADABLE_FILE]
    return Diagnostic(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        message=message,
        filename=path,
        location=Location(row, column),
        end_location=Location(row, column + 1),
        url=rule.url,
        noqa_row=row,
    )


def _configured(found: Iterable[Diagnostic], selection: Selection) -> list[Diagnostic]:
    """The findings that the settings let through, with the severities they ask for."""
    kept = []
    for diagnostic in found:
        if diagnostic.code not in selection.codes:
            continue
        if diagnostic.code in selection.ignored_in(diagnostic.filename):
            continue
        severity = selection.severity(diagnostic.code)
        if severity is not None and severity is not diagnostic.severity:
            diagnostic = msgspec.structs.replace(diagnostic, severity=severity)
        kept.append(diagnostic)
    return kept


def _suppress(loaded: LoadedProject, found: list[Diagnostic], selection: Selection) -> list[Diagnostic]:
    """Take out what comments suppress; add what is wrong with the comments themselves."""
    by_file: dict[str, list[Diagnostic]] = {path: [] for path in loaded.linted}
    for diagnostic in found:
        by_file.setdefault(diagnostic.filename, []).append(diagnostic)
    result: list[Diagnostic] = []
    for path, diagnostics in by_file.items():
        module = loaded.application.project.module_at(path)
        if not module.index.comments:
            result += diagnostics
            continue
        result += _suppress_in_file(module, diagnostics, selection)
    return result


def _suppress_in_file(
    module: Module, diagnostics: list[Diagnostic], selection: Selection
) -> list[Diagnostic]:
    headers = Headers(module.index.body)
    suppressions = Suppressions.parse(module.index.comments, _spellings(), module.path)
    kept = suppressions.filter(diagnostics, headers.around)
    about_comments = [*suppressions.unused(selection.codes), *suppressions.invalid()]
    return kept + suppressions.filter(_configured(about_comments, selection), headers.around)


@cache
def _spellings() -> Mapping[str, str]:
    """Codes by every spelling a comment may use: the code itself and the rule's name."""
    rules = all_metadata().values()
    return {**{rule.code: rule.code for rule in rules}, **{rule.name: rule.code for rule in rules}}
