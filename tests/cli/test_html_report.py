"""The HTML report as `check` writes it: with the routes of the application that was linted."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from fastapi_lint.linter import routes

Command = Callable[..., tuple[int, str, str]]

MAIN = """\
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

from helpers import pause, report

app = FastAPI()


@app.get("/slow", dependencies=[Depends(HTTPBearer())])
async def slow() -> str:
    return pause()


@app.get("/quick")
async def quick() -> str:
    return "quick"


app.add_api_route("/report", report)
"""
HELPERS = """\
import time


def pause() -> str:
    time.sleep(1)
    return "slept"


async def report() -> str:
    time.sleep(2)
    return "report"
"""


@pytest.fixture(autouse=True)
def application(project: Path) -> None:
    (project / "main.py").write_text(MAIN)
    (project / "helpers.py").write_text(HELPERS)


def rows(page: str) -> dict[str, str]:
    """The rows of the route table by path."""
    found = re.findall(r"<tr data-found.*?</tr>", page, re.DOTALL)
    paths = [re.search(r'class="path">(.*?)</span>', row) for row in found]
    return {match[1].replace("<wbr>", ""): row for match, row in zip(paths, found, strict=True) if match}


def test_routes_have_their_findings_beside_them(command: Command) -> None:
    assert command("check", "--select", "FAL101", "-o", "html=report.html", "--no-cache")[0] == 1
    found = rows(Path("report.html").read_text())
    assert list(found) == ["/slow", "/quick", "/report"]
    assert {path: row.count("FAL101 blocking") for path, row in found.items()} == {
        "/slow": 1,  # in the helper that it calls
        "/quick": 0,
        "/report": 1,  # in its handler, in another file than its registration
    }
    assert {path: 'data-open="yes"' in row for path, row in found.items()} == {
        "/slow": False,
        "/quick": True,
        "/report": True,
    }


def test_unsaved_text_counts(command: Command, standard_input: Callable[[bytes], None]) -> None:
    standard_input(MAIN.replace("/quick", "/fast").encode())
    command("check", "-", "--stdin-filename", "main.py", "-o", "html=report.html")
    assert list(rows(Path("report.html").read_text())) == ["/slow", "/fast", "/report"]


@pytest.mark.parametrize("output_format", ["json", "full", "sarif"])
def test_other_formats_do_not_pay(
    command: Command, monkeypatch: pytest.MonkeyPatch, output_format: str
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("the routes were asked for")

    monkeypatch.setattr(routes, "reported_routes", fail)
    assert command("check", "--select", "FAL101", "--output-format", output_format)[0] == 1
