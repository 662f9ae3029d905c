"""What an editor offers at a finding: its fix, the hints, a comment that suppresses it, and all safe fixes at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fastapi_lint.config.selection import Selection
from fastapi_lint.diagnostics import Applicability, Diagnostic, Edit, Fix, Location
from fastapi_lint.fixes.minimal import text_changes
from fastapi_lint.fixes.passes import fix_text
from fastapi_lint.fixes.positions import LineMap
from fastapi_lint.index.build import build_index
from fastapi_lint.integrations.language_server.suppressing import suppression

FIX = "quickfix"
FIX_ALL = "source.fixAll.fastapi-lint"


class Action(NamedTuple):
    """Something to offer."""

    title: str
    kind: str
    edits: Sequence[Edit]
    diagnostic: Diagnostic | None = None
    """What it mends; None for the whole file."""
    is_preferred: bool = False


def actions_for(text: str, diagnostic: Diagnostic, selection: Selection) -> Iterator[Action]:
    """What can be done about one finding, the best first."""
    if diagnostic.fix is not None:
        applicability = selection.applicability(diagnostic.code, diagnostic.fix.applicability)
        yield _action(diagnostic, diagnostic.fix, applicability)
    for hint in diagnostic.hints:
        yield _action(diagnostic, hint, Applicability.HINT)
    edit = suppression(text, diagnostic)
    if edit is not None:
        title = f"Suppress {diagnostic.code} ({diagnostic.name}) here with a comment"
        yield Action(title, FIX, [edit], diagnostic)


def fix_all(text: str, diagnostics: Sequence[Diagnostic], selection: Selection) -> Action | None:
    """All safe fixes of a file; None if there are none.

    What only these fixes make possible is left for the next time.
    """
    outcome = fix_text(
        text,
        lambda _: diagnostics,
        lambda found, fix: selection.applicability(found.code, fix.applicability) is Applicability.SAFE,
        lambda changed: build_index(changed.encode("utf-8", "surrogatepass")).problem is None,
        max_passes=1,
    )
    if not outcome.applied:
        return None
    lines = LineMap(text)
    edits = [lines.edit(change) for change in text_changes(text, outcome.text)]
    return Action("Apply all safe fixes of fastapi-lint in this file", FIX_ALL, edits)


def touches(diagnostic: Diagnostic, start: Location, end: Location) -> bool:
    """Whether a finding lies on one of the rows of a selection, or reaches into it."""
    return diagnostic.location.row <= end.row and diagnostic.end_location.row >= start.row


def _action(diagnostic: Diagnostic, fix: Fix, applicability: Applicability) -> Action:
    is_safe = applicability is Applicability.SAFE
    remark = " (may change behaviour)" if applicability is Applicability.UNSAFE else ""
    return Action(f"{fix.message}{remark}", FIX, fix.edits, diagnostic, is_preferred=is_safe)
