"""`pylint`: Pylint's parseable lines, which Jenkins and other collectors read.

The letter before the code is Pylint's category: collectors take the severity from it.
"""

from __future__ import annotations

from typing import TextIO

from fastapi_lint.diagnostics import Severity
from fastapi_lint.output.report import OutputReport
from fastapi_lint.output.terminal import one_line

_CATEGORIES = {Severity.ERROR: "E", Severity.WARNING: "W", Severity.INFO: "C"}


def write(report: OutputReport, stream: TextIO) -> None:
    """Write one `path:row: [E:CODE(name)] message` line for each finding."""
    for found in report.diagnostics:
        label = f"{_CATEGORIES[found.severity]}:{found.code}({found.name})"
        path = one_line(report.shown(found.filename))
        stream.write(f"{path}:{found.location.row}: [{label}] {one_line(found.message)}\n")
