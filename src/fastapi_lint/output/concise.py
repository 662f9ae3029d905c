"""`concise`: one line for each finding, in the form compilers use."""

from __future__ import annotations

from typing import TextIO

from fastapi_lint.output.report import OutputReport
from fastapi_lint.output.summary import failure_line, message_with_mark, summary
from fastapi_lint.output.terminal import Paint, one_line, severity_role


def write(report: OutputReport, stream: TextIO, *, color: bool = False) -> None:
    """Write `path:row:column: CODE [*] message` lines and the closing line."""
    paint = Paint(color)
    for found in report.diagnostics:
        path = paint("path", one_line(report.shown(found.filename)))
        code = paint(severity_role(found.severity), found.code)
        place = f"{path}:{found.location.row}:{found.location.column}"
        stream.write(f"{place}: {code} {message_with_mark(found, paint)}\n")
    for failure in report.failures:
        stream.write(f"{failure_line(failure)}\n")
    stream.write(f"{summary(report, paint)}\n")
