"""`agent`: everything about a finding on one line, for a program that reads text."""

from __future__ import annotations

from typing import TextIO

from fastapi_lint.diagnostics import Diagnostic
from fastapi_lint.output.report import OutputReport
from fastapi_lint.output.summary import failure_line, summary
from fastapi_lint.output.terminal import Paint, one_line


def write(report: OutputReport, stream: TextIO) -> None:
    """Write `place: severity CODE name: message | help: … | trace: … | fix: …` lines, then the counts."""
    for found in report.diagnostics:
        stream.write(" | ".join(one_line(part) for part in _parts(report, found)) + "\n")
    for failure in report.failures:
        stream.write(f"{failure_line(failure)}\n")
    stream.write(f"{summary(report, Paint(False))}\n")


def _parts(report: OutputReport, found: Diagnostic) -> list[str]:
    place = f"{report.shown(found.filename)}:{found.location.row}:{found.location.column}"
    parts = [f"{place}: {found.severity.value} {found.code} {found.name}: {found.message}"]
    if found.help:
        parts.append(f"help: {found.help}")
    if found.trace:
        hops = (f"{report.shown(step.filename)}:{step.location.row} {step.message}" for step in found.trace)
        parts.append(f"trace: {'; then '.join(hops)}")
    if found.fix:
        parts.append(f"fix ({found.fix.applicability.value}): {found.fix.message}")
    parts.extend(f"hint: {hint.message}" for hint in found.hints)
    return parts
