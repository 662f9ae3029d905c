"""Reporters: one file per output format, imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TextIO

from fastapi_lint.output.report import OutputReport

FORMATS: tuple[str, ...] = (
    "full",
    "concise",
    "grouped",
    "json",
    "json-lines",
    "github",
    "gitlab",
    "sarif",
    "junit",
    "pylint",
    "azure",
    "rdjson",
    "html",
    "agent",
)
_COLOURED = ("full", "concise", "grouped")


def render(format: str, report: OutputReport, stream: TextIO, *, color: bool = False) -> None:
    """Write `report` to `stream` in one of `FORMATS`; `color` matters to the formats made for a terminal.

    Raises:
        ValueError: there is no such format.
    """
    if format not in FORMATS:
        raise ValueError(f"unknown output format: {format!r}")
    module = import_module(f"fastapi_lint.output.{format.replace('-', '_')}")
    if format in _COLOURED:
        module.write(report, stream, color=color)
    else:
        module.write(report, stream)
