"""Fix a project: lint, apply, and lint again until there is nothing left to apply.

A fix may make room for another one, in the same file or in a different one, so every pass lints anew. After
each pass every changed file still parses: a fix that breaks its file is dropped and reported as our bug.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import msgspec

from fastapi_lint.diagnostics import Diagnostic, Fix
from fastapi_lint.fixes.apply import apply_edits

MAX_PASSES = 20
"""More than any chain of fixes seen; a project that needs more has a rule that never settles."""

Allowed: TypeAlias = Callable[[Diagnostic, Fix], bool]
"""Whether a fix may be applied: by its applicability and the user's settings."""

Tidy: TypeAlias = Callable[[str, str, str], str]
"""From a file's name, its text before all fixes and after them, to the text to keep."""


class FixFailure(msgspec.Struct, frozen=True, kw_only=True):
    """A fix of ours that would have broken its file; it was not applied."""

    code: str
    filename: str
    row: int
    message: str
    """What the fix meant to do."""
    error: str


class ProjectOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """A project after its fixes."""

    files: Mapping[str, str]
    """Every file's text; those without an applied fix are as they were given."""
    applied: tuple[Diagnostic, ...]
    """The findings mended, each as it stood in its pass."""
    remaining: tuple[Diagnostic, ...]
    """What the texts of `files` still give."""
    failures: tuple[FixFailure, ...]
    """Those of the last pass, which tried every fix again that had not come in."""
    unsettled: tuple[str, ...]
    """Codes of rules that still had something to fix when the passes were used up."""


class FixOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """One text after its fixes; see `ProjectOutcome`."""

    text: str
    applied: tuple[Diagnostic, ...]
    remaining: tuple[Diagnostic, ...]
    failures: tuple[FixFailure, ...]
    unsettled: tuple[str, ...]


def fix_text(
    text: str,
    lint: Callable[[str], Sequence[Diagnostic]],
    allowed: Allowed,
    parses: Callable[[str], bool],
    max_passes: int = MAX_PASSES,
    tidy: Callable[[str, str], str] | None = None,
) -> FixOutcome:
    """Fix one text on its own, such as standard input; the parameters are those of `fix_project`."""
    outcome = fix_project(
        {"": text},
        lambda files: [msgspec.structs.replace(found, filename="") for found in lint(files[""])],
        allowed,
        parses,
        max_passes,
        tidy and (lambda _, before, after: tidy(before, after)),
    )
    return FixOutcome(
        text=outcome.files[""],
        applied=outcome.applied,
        remaining=outcome.remaining,
        failures=outcome.failures,
        unsettled=outcome.unsettled,
    )


def fix_project(
    files: Mapping[str, str],
    lint: Callable[[Mapping[str, str]], Sequence[Diagnostic]],
    allowed: Allowed,
    parses: Callable[[str], bool],
    max_passes: int = MAX_PASSES,
    tidy: Tidy | None = None,
) -> ProjectOutcome:
    """Apply every allowed fix of every finding, pass after pass.

    `lint` is given all files each time. `tidy` cleans up each changed file when the fixes have settled, say
    of imports that nothing uses any more. Findings in files that are not in `files` are never fixed.
    """
    texts = dict(files)
    applied: list[Diagnostic] = []
    failures: list[FixFailure] = []
    found: Sequence[Diagnostic] = ()
    changed = False
    for _ in range(max_passes):
        found = lint(texts)
        changed = False
        failures = []
        for filename, fixable in _by_file(found, texts, allowed).items():
            result = _fix_file(texts[filename], fixable, parses)
            changed |= result.text != texts[filename]
            texts[filename] = result.text
            applied += result.applied
            failures += result.failures
        if not changed:
            break
    else:
        found = lint(texts)
    unsettled = _unsettled(found, texts, allowed, failures) if changed else ()

    if tidy and applied:
        tidied = {name: tidy(name, files[name], text) for name, text in texts.items() if text != files[name]}
        tidied = {name: text for name, text in tidied.items() if text != texts[name] and parses(text)}
        if tidied:
            texts.update(tidied)
            found = lint(texts)
    return ProjectOutcome(
        files=texts,
        applied=tuple(applied),
        remaining=tuple(found),
        failures=tuple(failures),
        unsettled=unsettled,
    )


class _FileResult(msgspec.Struct):
    text: str
    applied: list[Diagnostic]
    failures: list[FixFailure]


def _by_file(
    found: Sequence[Diagnostic], texts: Mapping[str, str], allowed: Allowed
) -> dict[str, list[Diagnostic]]:
    """The findings whose fix may be applied, in order, under the file they are in."""
    fixable: dict[str, list[Diagnostic]] = defaultdict(list)
    for diagnostic in sorted(found, key=lambda diagnostic: diagnostic.sort_key):
        if diagnostic.fix and diagnostic.filename in texts and allowed(diagnostic, diagnostic.fix):
            fixable[diagnostic.filename].append(diagnostic)
    return fixable


def _fix_file(text: str, fixable: Sequence[Diagnostic], parses: Callable[[str], bool]) -> _FileResult:
    """Apply the fixes of one file that leave it parsing."""
    findings: dict[Fix, list[Diagnostic]] = defaultdict(list)
    for diagnostic in fixable:
        if diagnostic.fix:
            findings[diagnostic.fix].append(diagnostic)
    result = apply_edits(text, findings)
    if not parses(result.text) and not parses(text):
        return _FileResult(text, [], [])
    failed = dict.fromkeys(result.invalid, "its edits overlap or lie outside the file")
    while not parses(result.text):
        culprit = _first_to_break(text, result.applied, parses)
        if not parses(apply_edits(text, [culprit]).text):
            failed[culprit] = "the file would no longer parse"
        result = apply_edits(text, [fix for fix in result.applied if fix != culprit])
    failures = [
        FixFailure(
            code=diagnostic.code,
            filename=diagnostic.filename,
            row=diagnostic.location.row,
            message=fix.message,
            error=error,
        )
        for fix, error in failed.items()
        for diagnostic in findings[fix]
    ]
    effective = result.applied if result.text != text else ()
    applied = [diagnostic for fix in effective for diagnostic in findings[fix]]
    return _FileResult(result.text, applied, failures)


def _first_to_break(text: str, fixes: Sequence[Fix], parses: Callable[[str], bool]) -> Fix:
    """The fix at the end of the shortest row of fixes that breaks the text, by bisection.

    It may be sound alone and clash with an earlier one in a way no overlap shows, such as two fixes that
    between them empty a body.
    """
    sound, broken = 0, len(fixes)
    while broken - sound > 1:
        middle = (sound + broken) // 2
        if parses(apply_edits(text, fixes[:middle]).text):
            sound = middle
        else:
            broken = middle
    return fixes[broken - 1]


def _unsettled(
    found: Sequence[Diagnostic], texts: Mapping[str, str], allowed: Allowed, failures: Sequence[FixFailure]
) -> tuple[str, ...]:
    """The codes that still have a fix to apply, but for those whose fixes failed."""
    fixable = _by_file(found, texts, allowed).values()
    codes = {diagnostic.code for diagnostics in fixable for diagnostic in diagnostics}
    return tuple(sorted(codes - {failure.code for failure in failures}))
