"""Findings of a text that has changed since, until it is known what is found in the new one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from fastapi_lint.diagnostics import Diagnostic, Location, TraceStep
from fastapi_lint.integrations.language_server.spacing import changed_rows, split_rows


def carried_over(found: Iterable[Diagnostic], before: str, after: str) -> Iterator[Diagnostic]:
    """The findings outside the rows that have changed, where these stand now; without fixes, which may not fit now.

    Args:
        found: findings in one file.
        before: the text of that file then.
        after: its text now.
    """
    first, end, end_now = changed_rows(split_rows(before), split_rows(after))

    def moved(place: Location) -> Location:
        return place if place.row < first else Location(place.row + end_now - end, place.column)

    def moved_step(step: TraceStep, filename: str) -> TraceStep:
        is_here = step.filename == filename
        return msgspec.structs.replace(step, location=moved(step.location)) if is_here else step

    for each in found:
        if each.end_location.row < first or each.location.row >= end:
            yield msgspec.structs.replace(
                each,
                location=moved(each.location),
                end_location=moved(each.end_location),
                noqa_row=None if each.noqa_row is None else moved(Location(each.noqa_row, 1)).row,
                trace=tuple(moved_step(step, each.filename) for step in each.trace),
                fix=None,
                hints=(),
            )
