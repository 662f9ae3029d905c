"""Other rules in some directories, through everything that finds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., tuple[int, str, str]]
SOURCE = """\
import time

from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/first")
async def first() -> None:
    time.sleep(1)
    return HTTPException(404)
"""
CONFIGURATION = """\
[project]

[tool.fastapi-lint]
ignore = ["FAL101"]

[[tool.fastapi-lint.overrides]]
files = ["admin/"]
extend-select = ["FAL101"]
severity = { FAL101 = "info" }

[[tool.fastapi-lint.overrides]]
files = ["admin/legacy.py"]
ignore = ["FAL604"]
"""
EXPECTED = {
    ("admin/legacy.py", "FAL101"),
    ("admin/main.py", "FAL101"),
    ("admin/main.py", "FAL604"),
    ("main.py", "FAL604"),
}


@pytest.fixture(autouse=True)
def directories(project: Path) -> None:
    (project / "admin").mkdir()
    for name in ("main.py", "admin/main.py", "admin/legacy.py"):
        (project / name).write_text(SOURCE)
    (project / "pyproject.toml").write_text(CONFIGURATION)


def check(command: Command, *arguments: str) -> set[tuple[str, str]]:
    found = json.loads(command("check", "--output-format", "json", *arguments)[1])
    assert all((each["severity"] == "info") is (each["code"] == "FAL101") for each in found)
    return {(Path(each["filename"]).relative_to(Path.cwd()).as_posix(), each["code"]) for each in found}


@pytest.mark.parametrize("way", [(), ("--no-cache",), ("--exhaustive",), ("--workers", "2")])
def test_each_directory_has_its_rules(command: Command, way: tuple[str, ...]) -> None:
    assert check(command, *way) == EXPECTED
    assert check(command, *way, "admin/legacy.py") == {("admin/legacy.py", "FAL101")}


def test_overrides_are_part_of_what_a_cached_result_depends_on(project: Path, command: Command) -> None:
    check(command)
    (project / "pyproject.toml").write_text(CONFIGURATION.replace("admin/legacy.py", "admin/main.py"))
    assert check(command) == check(command, "--no-cache") != EXPECTED


def test_standard_input_has_the_rules_of_its_file(
    command: Command, standard_input: Callable[[bytes], None]
) -> None:
    standard_input(SOURCE.encode())
    assert check(command, "--stdin-filename", "admin/legacy.py", "-") == {("admin/legacy.py", "FAL101")}


def test_comments_are_judged_by_the_rules_of_their_file(project: Path, command: Command) -> None:
    commented = SOURCE.replace("sleep(1)", "sleep(1)  # fastapi-lint: ignore[FAL101]")
    for name in ("main.py", "admin/main.py"):
        (project / name).write_text(commented)
    assert check(command) == EXPECTED - {("admin/main.py", "FAL101")}
    (project / "admin" / "legacy.py").write_text("x = 1  # fastapi-lint: ignore[FAL101, FAL604]\n")
    assert ("admin/legacy.py", "FAL001") in check(command)


def test_a_baseline_is_judged_by_the_rules_of_its_files(project: Path, command: Command) -> None:
    assert command("baseline", "create")[0] == 0
    assert check(command) == set()
    (project / "pyproject.toml").write_text(
        (project / "pyproject.toml").read_text().replace('"admin/legacy.py"', '"admin/"')
    )
    assert check(command) == set(), "what is not looked for is not missed"
    (project / "admin" / "legacy.py").write_text("")
    assert check(command) == {("fastapi-lint-baseline.json", "FAL001")}


def test_the_settings_of_a_file(command: Command) -> None:
    out = command("config", "--for", "admin/main.py")[1]
    assert 'extend-select = ["FAL101"]  # pyproject.toml:6\n' in out
    assert 'severity = { FAL101 = "info" }  # pyproject.toml:6\n' in out
    assert "ignore = []" in out
    assert 'ignore = ["FAL101"]  # pyproject.toml:4\n' in command("config", "--for", "main.py")[1]
