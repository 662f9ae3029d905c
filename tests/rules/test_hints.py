"""Hints as a person would write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_lint.fixes.apply import apply_edits
from fastapi_lint.testing import lint_case

HEAD = """\
import requests
from fastapi import FastAPI, Query
from fastapi.concurrency import run_in_threadpool

app = FastAPI()


"""


def offered(path: Path, code: str, body: str) -> dict[str, str]:
    """What each hint makes of the handler, by message."""
    path.write_text(HEAD + body)
    report = lint_case(path, [code])
    hints = [hint for each in report.diagnostics for hint in each.hints]
    return {hint.message: apply_edits(HEAD + body, [hint]).text.removeprefix(HEAD) for hint in hints}


def test_a_call_over_several_lines_keeps_its_shape(tmp_path: Path) -> None:
    body = """\
@app.get("/")
async def read() -> bytes:
    return requests.get(
        "https://example.org",  # the example
        timeout=3,
    ).content
"""
    offers = offered(tmp_path / "main.py", "FAL102", body)
    assert (
        offers["Call it in a worker thread"]
        == """\
@app.get("/")
async def read() -> bytes:
    return (await run_in_threadpool(
        requests.get,
        "https://example.org",  # the example
        timeout=3,
    )).content
"""
    )


def test_a_file_is_not_opened_in_one_thread_and_read_in_another(tmp_path: Path) -> None:
    body = """\
@app.get("/")
async def read() -> str:
    with open("name") as file:
        return file.read()
"""
    assert list(offered(tmp_path / "main.py", "FAL105", body)) == ["Make `read` a plain `def`"]


@pytest.mark.parametrize(("default", "limit"), [("20", 100), ("500", 500)])
def test_the_limit_of_a_page_admits_the_default(tmp_path: Path, default: str, limit: int) -> None:
    body = f"@app.get('/')\ndef read(limit: int = Query({default})) -> int:\n    return limit\n"
    offers = offered(tmp_path / "main.py", "FAL223", body)
    assert list(offers.values()) == [body.replace(f"({default})", f"({default}, le={limit})")]


SHADOWED = """\
# every user
@app.get("/users/{user_id}")
def read_user(user_id: str) -> str:
    return user_id


NAME = "ada"


# the one who asks
@app.get("/users/me")
def read_me(name: str = "ada") -> str:
    return name  # it is she


def last() -> None: ...
"""


def test_a_shadowed_route_moves_with_its_comments(tmp_path: Path) -> None:
    offers = offered(tmp_path / "main.py", "FAL201", SHADOWED)
    assert (
        offers["Declare `/users/me` before `/users/{user_id}`"]
        == """\
# the one who asks
@app.get("/users/me")
def read_me(name: str = "ada") -> str:
    return name  # it is she


# every user
@app.get("/users/{user_id}")
def read_user(user_id: str) -> str:
    return user_id


NAME = "ada"


def last() -> None: ...
"""
    )


def test_a_shadowed_route_stays_behind_what_it_needs(tmp_path: Path) -> None:
    assert offered(tmp_path / "main.py", "FAL201", SHADOWED.replace('= "ada")', "= NAME)")) == {}


def test_a_shadowed_route_at_the_end_of_the_file(tmp_path: Path) -> None:
    body = SHADOWED.partition("\n\n\ndef last")[0]
    (moved,) = offered(tmp_path / "main.py", "FAL201", body).values()
    assert moved.endswith('NAME = "ada"\n')
