from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fastapi_lint.output import render
from fastapi_lint.output.report import OutputReport

GOLDEN = Path(__file__).parent / "golden"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def rendered(format: str, report: OutputReport, *, color: bool = False, terminal: bool = False) -> str:
    """What a format writes."""
    stream = Terminal() if terminal else io.StringIO()
    render(format, report, stream, color=color)
    return stream.getvalue()


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare text with a file in `golden/`; with UPDATE_GOLDEN in the environment, write that file."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("UPDATE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8")

    return check
