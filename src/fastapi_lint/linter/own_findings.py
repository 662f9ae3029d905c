"""Findings of the linter itself, about files, settings and baselines."""

from __future__ import annotations

from fastapi_lint.diagnostics import Diagnostic, Location
from fastapi_lint.rules.registry import all_metadata

UNUSED_SUPPRESSION = "FAL001"


def about_file(
    code: str, message: str, filename: str, row: int, column: int = 1, help: str | None = None
) -> Diagnostic:
    """A finding about one place of a file."""
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
