"""`github`: workflow commands, which GitHub Actions turns into annotations of the changed lines."""

from __future__ import annotations

from typing import TextIO

from fastapi_lint.diagnostics import Diagnostic, Severity
from fastapi_lint.output.report import OutputReport
from fastapi_lint.output.summary import explanation

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def write(report: OutputReport, stream: TextIO) -> None:
    """Write one command for each finding and each rule that failed."""
    for found in report.diagnostics:
        command = _COMMANDS[found.severity]
        stream.write(f"::{command} {_properties(_place(report, found))}::{_data(explanation(found))}\n")
    for failure in report.failures:
        properties = {
            "title": f"{failure.code} failed",
            "file": report.absolute(failure.filename),
            "line": str(failure.row),
        }
        stream.write(f"::warning {_properties(properties)}::{_data(failure.error)}\n")


def _place(report: OutputReport, found: Diagnostic) -> dict[str, str]:
    """The annotation's properties; columns only for a range within one row, as the runner demands."""
    start, end = found.location, found.end_location
    properties = {
        "title": f"{found.code} {found.name}",
        "file": report.absolute(found.filename),
        "line": str(start.row),
        "endLine": str(end.row),
    }
    if start.row == end.row:
        properties |= {"col": str(start.column), "endColumn": str(end.column)}
    return properties


def _properties(properties: dict[str, str]) -> str:
    return ",".join(f"{name}={_property(value)}" for name, value in properties.items())


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
