"""`grouped`: findings under the file they are in."""

from __future__ import annotations

from itertools import groupby
from typing import TextIO

from fastapi_lint.diagnostics import Diagnostic
from fastapi_lint.output.report import OutputReport
from fastapi_lint.output.summary import failure_notes, message_with_mark, summary
from fastapi_lint.output.terminal import Paint, one_line, severity_role


def write(report: OutputReport, stream: TextIO, *, color: bool = False) -> None:
    """Write each file's name and its findings in aligned columns, then the closing line."""
    paint = Paint(color)
    for filename, group in groupby(report.diagnostics, key=lambda found: found.filename):
        stream.write(f"{paint('path', one_line(report.shown(filename)))}\n")
        found = list(group)
        widths = (max(len(str(item.location.row)) for item in found), max(len(_column(i)) for i in found))
        for item in found:
            stream.write(f"{_row(item, widths, paint)}\n")
        stream.write("\n")
    for line in failure_notes(report, paint):
        stream.write(f"{line}\n")
    stream.write(f"{summary(report, paint)}\n")


def _row(found: Diagnostic, widths: tuple[int, int], paint: Paint) -> str:
    row, column = f"{found.location.row:>{widths[0]}}", f"{_column(found):<{widths[1]}}"
    severity = paint(severity_role(found.severity), f"{found.severity.value:<7}")
    return f"  {row}:{column}  {severity}  {found.code}  {message_with_mark(found, paint)}"


def _column(found: Diagnostic) -> str:
    return str(found.location.column)
