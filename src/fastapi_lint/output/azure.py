"""`azure`: logging commands, which Azure Pipelines lists as the run's errors and warnings."""

from __future__ import annotations

from typing import TextIO

from fastapi_lint.diagnostics import Severity
from fastapi_lint.output.report import OutputReport
from fastapi_lint.output.summary import explanation


def write(report: OutputReport, stream: TextIO) -> None:
    """Write one command for each finding and each rule that failed; a notice becomes a warning there."""
    for found in report.diagnostics:
        properties = {
            "type": "error" if found.severity is Severity.ERROR else "warning",
            "sourcepath": report.absolute(found.filename),
            "linenumber": str(found.location.row),
            "columnnumber": str(found.location.column),
            "code": found.code,
        }
        text = f"{found.name}: {explanation(found)}"
        stream.write(f"##vso[task.logissue {_properties(properties)}]{_data(text)}\n")
    for failure in report.failures:
        properties = {
            "type": "warning",
            "sourcepath": report.absolute(failure.filename),
            "linenumber": str(failure.row),
            "code": failure.code,
        }
        text = f"{failure.code} failed: {failure.error}"
        stream.write(f"##vso[task.logissue {_properties(properties)}]{_data(text)}\n")


def _properties(properties: dict[str, str]) -> str:
    return "".join(f"{name}={_property(value)};" for name, value in properties.items())


def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
