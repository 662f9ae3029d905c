"""Outcomes of runs that never happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi_lint.diagnostics import Diagnostic, Location, RuleFailure, Severity
from fastapi_lint.linter.report import Report


def finding(severity: str = "error", filename: str = "main.py", row: int = 1) -> Diagnostic:
    return Diagnostic(
        code="FAL101",
        name="blocking-sleep",
        severity=Severity(severity),
        message="`time.sleep` blocks the event loop",
        filename=filename,
        location=Location(row, 1),
        end_location=Location(row, 5),
    )


def report(*severities: str, **fields: Any) -> Report:
    values: dict[str, Any] = {
        "root": Path.cwd(),
        "diagnostics": [finding(severity) for severity in severities],
        "failures": [],
        "problems": [],
        "checked": 1,
    }
    return Report(**{**values, **fields})


FAILURE = RuleFailure(
    code="FAL101", filename="main.py", row=1, error="KeyError: 'x'", traceback="Traceback …"
)
