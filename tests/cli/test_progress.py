from __future__ import annotations

import io

import pytest

from fastapi_lint.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def test_nothing_is_shown_in_the_first_second(clock: list[float]) -> None:
    terminal = Terminal()
    with Progress(terminal) as progress:
        clock[0] += 0.9
        progress("reading", 1, 10)
    assert terminal.getvalue() == ""


def test_a_long_run_shows_its_stage_and_cleans_up(clock: list[float]) -> None:
    terminal = Terminal()
    with Progress(terminal) as progress:
        clock[0] += 1.1
        progress("reading", 3, 10)
        progress("reading", 4, 10)
        clock[0] += 1
        progress("visiting", 50, 0)
    assert terminal.getvalue() == "\r\x1b[Kreading 3/10\r\x1b[Kvisiting 50\r\x1b[K"


def test_nothing_is_shown_where_there_is_no_terminal(clock: list[float]) -> None:
    stream = io.StringIO()
    with Progress(stream) as progress:
        clock[0] += 60
        progress("reading", 3, 10)
    assert stream.getvalue() == ""


def test_nothing_is_shown_in_continuous_integration(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    terminal = Terminal()
    with Progress(terminal) as progress:
        clock[0] += 60
        progress("reading", 3, 10)
    assert terminal.getvalue() == ""
