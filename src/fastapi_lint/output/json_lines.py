"""`json-lines`: the objects of `json`, one a line."""

from __future__ import annotations

import json
from typing import TextIO

from fastapi_lint.output.json import as_object
from fastapi_lint.output.report import OutputReport


def write(report: OutputReport, stream: TextIO) -> None:
    """Write one object for each finding."""
    for found in report.diagnostics:
        json.dump(as_object(report, found), stream, sort_keys=True, separators=(",", ":"))
        stream.write("\n")
