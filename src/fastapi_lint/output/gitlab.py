"""`gitlab`: a Code Quality report, as GitLab's merge requests show it."""

from __future__ import annotations

import json
from typing import Any, TextIO

from fastapi_lint.diagnostics import Diagnostic, Severity
from fastapi_lint.output.fingerprint import fingerprints
from fastapi_lint.output.report import OutputReport
from fastapi_lint.output.repository import repository_prefix
from fastapi_lint.output.summary import explanation

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def write(report: OutputReport, stream: TextIO) -> None:
    """Write the array; its fingerprints survive moved lines, its paths start at the repository."""
    prefix = repository_prefix(report.root)
    names = fingerprints(report.diagnostics, report.source)
    issues = [_issue(found, prefix, name) for found, name in zip(report.diagnostics, names, strict=True)]
    json.dump(issues, stream, indent=2)
    stream.write("\n")


def _issue(found: Diagnostic, prefix: str, name: str) -> dict[str, Any]:
    start, end = found.location, found.end_location
    issue: dict[str, Any] = {
        "type": "issue",
        "check_name": found.code,
        "description": f"{found.code} {found.name}: {found.message}",
        "severity": _SEVERITIES[found.severity],
        "fingerprint": name,
        "location": {
            "path": prefix + found.filename,
            "positions": {
                "begin": {"line": start.row, "column": start.column},
                "end": {"line": end.row, "column": end.column},
            },
        },
    }
    if found.help or found.trace:
        issue["content"] = {"body": explanation(found)}
    return issue
