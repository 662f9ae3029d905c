"""What the outcome of a run means for its exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastapi_lint.cli import FAILED, FOUND_NOTHING, FOUND_SOMETHING
from fastapi_lint.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.linter.report import Report


def exit_status(report: Report, *, failed: bool) -> int:
    """The exit code of a run; work that could not be done outranks findings."""
    if report.problems or report.failures:
        return FAILED
    return FOUND_SOMETHING if failed else FOUND_NOTHING


def has_failed(diagnostics: Sequence[Diagnostic], settings: Settings) -> bool:
    """Whether findings fail the run, by `fail-on` and `max-warnings`."""
    counts = Counter(diagnostic.severity for diagnostic in diagnostics)
    if settings.max_warnings is not None and counts.pop(Severity.WARNING, 0) > settings.max_warnings:
        return True
    least = Severity(settings.fail_on)
    return any(severity.rank <= least.rank for severity in counts)
