"""What a run reports when its project has a baseline."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING

from fastapi_lint.index.source import UnreadableSource, decode, split_lines

if TYPE_CHECKING:
    from fastapi_lint.diagnostics import Diagnostic
    from fastapi_lint.linter.baseline import Accepted, Baseline, BaselineFile, Comparison
    from fastapi_lint.linter.files import DirectoryFiles
    from fastapi_lint.linter.policy import Policy


def beyond_baseline(
    baseline: BaselineFile,
    found: Sequence[Diagnostic],
    files: DirectoryFiles,
    linted: Collection[str],
    policy: Callable[[], Policy],
    incomplete: Collection[str],
) -> list[Diagnostic]:
    """The findings that a baseline does not accept, and FAL001 for what it accepts in vain.

    Args:
        baseline: what is accepted.
        found: what a run has found.
        files: the project's files, as the run saw them.
        linted: those of them that the run was about.
        policy: the settings made into a policy, which is needed for what is accepted in vain only.
        incomplete: codes of rules that may have missed something.
    """

    def is_judged(accepted: Accepted) -> bool:
        """Whether the run would have found what was accepted, were it still there."""
        is_there = accepted.filename in linted or not files.exists(accepted.filename)
        return is_there and accepted.code not in incomplete

    comparison = compare(baseline, found, files)
    leftover = comparison.leftover.only(is_judged)
    about_entries = _about_entries(baseline, leftover, policy()) if leftover.counts else []
    return comparison.new + about_entries


def compare(baseline: BaselineFile, found: Sequence[Diagnostic], files: DirectoryFiles) -> Comparison:
    """What a run has found in these files, seen from a baseline."""

    @cache
    def lines(path: str) -> Sequence[str] | None:
        try:
            return split_lines(decode(files.read(path)).text)
        except UnreadableSource:
            return None

    return baseline.content.compare(found, lines)


def _about_entries(baseline: BaselineFile, leftover: Baseline, policy: Policy) -> list[Diagnostic]:
    """FAL001 for the entries of a baseline that accept what is not found, if their rules were looked for."""
    from fastapi_lint.linter.own_findings import UNUSED_SUPPRESSION, about_file

    found = [
        about_file(
            UNUSED_SUPPRESSION,
            f"the baseline accepts {accepted.code} ({policy.rules[accepted.code].name}) in {accepted.filename}"
            f"{f' {count} times more' if count > 1 else ''}, but it is not found there",
            baseline.name,
            baseline.rows.get(accepted.fingerprint, 1),
            help="`fastapi-lint baseline prune` removes what is no longer found",
        )
        for accepted, count in leftover.counts.items()
        if accepted.code in policy.selections.of(accepted.filename).codes
    ]
    return policy.apply(found)
