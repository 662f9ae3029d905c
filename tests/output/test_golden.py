"""What each format writes for one and the same run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fastapi_lint import __version__
from fastapi_lint.output import FORMATS, render
from fastapi_lint.output.statistics import render_statistics

from . import sample
from .conftest import Terminal, rendered

_SUFFIXES = {
    "json": "json",
    "json-lines": "jsonl",
    "gitlab": "json",
    "sarif": "sarif",
    "junit": "xml",
    "rdjson": "json",
}


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "html"])
def test_everything_at_once(format: str, golden: Callable[[str, str], None]) -> None:
    text = rendered(format, sample.full_report()).replace(f'"{__version__}"', '"VERSION"')
    golden(f"{format}.{_SUFFIXES.get(format, 'txt')}", text)


@pytest.mark.parametrize("format", ["full", "concise", "grouped"])
def test_colour(format: str, golden: Callable[[str, str], None]) -> None:
    golden(f"{format}-colour.txt", rendered(format, sample.full_report(), color=True))


def test_on_a_narrow_terminal(golden: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    golden("full-60-columns.txt", rendered("full", sample.full_report(), terminal=True))


def test_statistics(golden: Callable[[str, str], None]) -> None:
    report = sample.make_report(*[sample.CONFIG] * 12, sample.SLEEP, sample.WIDE, sample.WIDE)
    for format in ("full", "json"):
        stream = Terminal()
        render_statistics(format, report, stream)
        golden(f"statistics-{format}.txt", stream.getvalue())


@pytest.mark.parametrize("format", FORMATS)
def test_colour_never_reaches_formats_for_programs(format: str) -> None:
    coloured = rendered(format, sample.full_report(), color=True)
    if format in ("full", "concise", "grouped"):
        assert "\x1b[" in coloured
    else:
        assert coloured == rendered(format, sample.full_report())


def test_unknown_format() -> None:
    with pytest.raises(ValueError, match="xml"):
        render("xml", sample.full_report(), Terminal())
