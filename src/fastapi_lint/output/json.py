"""`json`: an array of objects with Ruff's field names, so that what reads Ruff's JSON reads ours."""

from __future__ import annotations

import json
from typing import Any, TextIO

from fastapi_lint.diagnostics import Applicability, Diagnostic, Edit, Fix, Location
from fastapi_lint.output.report import OutputReport

_RUFF_APPLICABILITY = {
    Applicability.SAFE: "safe",
    Applicability.UNSAFE: "unsafe",
    Applicability.HINT: "display",
}


def write(report: OutputReport, stream: TextIO) -> None:
    """Write the array, in ASCII whatever the encoding of `stream`."""
    json.dump([as_object(report, found) for found in report.diagnostics], stream, indent=2, sort_keys=True)
    stream.write("\n")


def as_object(report: OutputReport, found: Diagnostic) -> dict[str, Any]:
    """One finding as Ruff writes it, plus `help`, `hints` and `trace`."""
    return {
        "cell": None,
        "code": found.code,
        "end_location": _location(found.end_location),
        "filename": report.absolute(found.filename),
        "fix": _fix(found.fix) if found.fix else None,
        "help": found.help,
        "hints": [_fix(hint) for hint in found.hints],
        "location": _location(found.location),
        "message": found.message,
        "name": found.name,
        "noqa_row": found.noqa_row,
        "severity": found.severity.value,
        "trace": [
            {
                "filename": report.absolute(step.filename),
                "location": _location(step.location),
                "message": step.message,
            }
            for step in found.trace
        ],
        "url": found.url,
    }


def _location(location: Location) -> dict[str, int]:
    return {"column": location.column, "row": location.row}


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "applicability": _RUFF_APPLICABILITY[fix.applicability],
        "edits": [_edit(edit) for edit in fix.edits],
        "message": fix.message,
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "content": edit.content,
        "end_location": _location(edit.end_location),
        "location": _location(edit.location),
    }
