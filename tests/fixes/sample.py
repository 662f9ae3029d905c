"""Fixes made by hand, and ways to apply them."""

from __future__ import annotations

from fastapi_lint.diagnostics import Applicability, Diagnostic, Edit, Fix, Location, Severity
from fastapi_lint.fixes.positions import Change, LineMap


def fix(text: str, *changes: tuple[int, int, str], message: str = "mend it") -> Fix:
    """A fix of changes given in offsets of `text`."""
    lines = LineMap(text)
    return Fix(message, Applicability.SAFE, tuple(lines.edit(Change(*change)) for change in changes))


def diagnostic(
    found: Fix, *, code: str = "FAL999", filename: str = "app.py", message: str = "bad"
) -> Diagnostic:
    """A finding at the first edit of its fix."""
    start = found.edits[0].location if found.edits else Location(1, 1)
    return Diagnostic(
        code=code,
        name="sample-rule",
        severity=Severity.WARNING,
        message=message,
        filename=filename,
        location=start,
        end_location=start,
        fix=found,
    )


def edit(row: int, column: int, end_row: int, end_column: int, content: str) -> Edit:
    return Edit(Location(row, column), Location(end_row, end_column), content)
