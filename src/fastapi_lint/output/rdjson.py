"""`rdjson`: the Reviewdog Diagnostic Format, whose columns count bytes of UTF-8."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TextIO

from fastapi_lint.diagnostics import Diagnostic, Fix, Location, Severity
from fastapi_lint.output.report import OutputReport
from fastapi_lint.output.summary import explanation

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}
_SUGGESTION_ROWS = 50
"""A suggestion becomes a comment on the changed lines: one that spans more rows can never be posted."""


def write(report: OutputReport, stream: TextIO) -> None:
    """Write the result, in ASCII whatever the encoding of `stream`."""
    result = {
        "source": {"name": "fastapi-lint"},
        "diagnostics": [_diagnostic(report, found) for found in report.diagnostics],
    }
    json.dump(result, stream, indent=2)
    stream.write("\n")


def _diagnostic(report: OutputReport, found: Diagnostic) -> dict[str, Any]:
    lines = report.source(found.filename) or ()
    diagnostic: dict[str, Any] = {
        "message": explanation(found),
        "location": {
            "path": report.absolute(found.filename),
            "range": _range(lines, found.location, found.end_location),
        },
        "severity": _SEVERITIES[found.severity],
        "code": {"value": found.code} | ({"url": found.url} if found.url else {}),
    }
    suggestion = _suggestion(report, found.filename, found.fix) if found.fix else None
    if suggestion:
        diagnostic["suggestions"] = [suggestion]
    return diagnostic


def _suggestion(report: OutputReport, filename: str, fix: Fix) -> dict[str, Any] | None:
    """The fix as one replacement: reviewdog would offer the edits of a fix one by one."""
    edits = sorted(fix.edits, key=lambda edit: (edit.location, edit.end_location))
    if not edits or edits[-1].end_location.row - edits[0].location.row > _SUGGESTION_ROWS:
        return None
    text = edits[0].content
    for before, edit in pairwise(edits):
        kept = report.text(filename, before.end_location, edit.location)
        if kept is None:
            return None
        text += kept + edit.content
    lines = report.source(filename) or ()
    return {"range": _range(lines, edits[0].location, edits[-1].end_location), "text": text}


def _range(lines: Sequence[str], start: Location, end: Location) -> dict[str, Any]:
    return {"start": _position(lines, start), "end": _position(lines, end)}


def _position(lines: Sequence[str], place: Location) -> dict[str, int]:
    line = lines[place.row - 1] if place.row <= len(lines) else ""
    before = line[: place.column - 1]
    extra = len(before.encode("utf-8", "surrogatepass")) - len(before)
    return {"line": place.row, "column": place.column + extra}
