"""Baselines on a small project, through the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fastapi_lint.linter import run

Command = Callable[..., tuple[int, str, str]]
BASELINE = "fastapi-lint-baseline.json"
SOURCE = """\
import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/first")
async def first() -> None:
    time.sleep(1)


@app.get("/second")
async def second() -> None:
    time.sleep(2)
"""
THIRD = '\n\n@app.get("/third")\nasync def third() -> None:\n    time.sleep(3)\n'


@pytest.fixture
def main(project: Path) -> Path:
    """The one module of the project, whose two findings are accepted."""
    path = project / "main.py"
    path.write_text(SOURCE)
    return path


@pytest.fixture
def accepted(main: Path, command: Command) -> Path:
    assert command("baseline", "create")[0] == 0
    return main


def entries(project: Path) -> dict[str, Any]:
    files: dict[str, Any] = json.loads((project / BASELINE).read_text())["files"]
    return files


def codes(out: str) -> list[tuple[str, int]]:
    return [(found["code"], found["location"]["row"]) for found in json.loads(out)]


def check(command: Command, *arguments: str) -> list[tuple[str, int]]:
    return codes(command("check", "--output-format", "json", *arguments)[1])


def test_create_accepts_everything_and_configures_itself(project: Path, main: Path, command: Command) -> None:
    status, out, _ = command("baseline", "create")
    assert status == 0
    assert out.splitlines()[0] == f"Accepted 2 findings in 1 file: {BASELINE}"
    assert f'[tool.fastapi-lint]\nbaseline = "{BASELINE}"\n' in (project / "pyproject.toml").read_text()
    assert [entry["count"] for entry in entries(project)["main.py"]["FAL101"]] == [1, 1]
    assert command("check")[0] == 0


def test_every_entry_has_a_line_of_its_own(accepted: Path, project: Path) -> None:
    lines = (project / BASELINE).read_text().splitlines()
    assert sum("fingerprint" in line for line in lines) == 2
    assert all(line.count("fingerprint") <= 1 for line in lines)


def test_create_never_replaces_a_baseline(accepted: Path, command: Command) -> None:
    status, _, err = command("baseline", "create")
    assert status == 2
    assert "`fastapi-lint baseline update` renews it" in err


def test_moved_and_reindented_lines_stay_accepted(accepted: Path, command: Command) -> None:
    moved = SOURCE.replace("    time.sleep(1)\n", "    if True:\n        time.sleep(1)\n", 1)
    accepted.write_text("# a comment\n\n" + moved)
    assert check(command) == []


def test_only_new_findings_are_reported(accepted: Path, command: Command) -> None:
    accepted.write_text(SOURCE + THIRD)
    assert check(command) == [("FAL101", 20)]


def test_more_of_the_same_finding_than_accepted_is_new(project: Path, command: Command) -> None:
    path = project / "main.py"
    twice = SOURCE.replace("    time.sleep(1)\n", "    time.sleep(1)\n" * 2, 1)
    path.write_text(twice)
    command("baseline", "create")
    counts = sorted(entry["count"] for entry in entries(project)["main.py"]["FAL101"])
    assert check(command) == []
    path.write_text(SOURCE.replace("    time.sleep(1)\n", "    time.sleep(1)\n" * 3, 1))
    assert len(check(command)) == 1
    assert counts == [1, 2]


def test_leftover_entries_are_findings_in_the_baseline(
    accepted: Path, project: Path, command: Command
) -> None:
    accepted.write_text(SOURCE.replace("    time.sleep(1)\n", "    return None\n", 1))
    status, out, _ = command("check", "--output-format", "json")
    (found,) = json.loads(out)
    assert (status, found["code"]) == (1, "FAL001")
    assert Path(found["filename"]).name == BASELINE
    line = (project / BASELINE).read_text().splitlines()[found["location"]["row"] - 1]
    assert "FAL101" not in line and "time.sleep" in line
    assert check(command, "--ignore", "FAL001") == []


def test_leftover_entries_of_rules_and_files_that_did_not_run_are_left_alone(
    accepted: Path, project: Path, command: Command
) -> None:
    accepted.write_text("")
    (project / "other.py").write_text("")
    assert check(command, "--select", "FAL0,FAL2") == []
    assert check(command, "other.py") == []
    accepted.unlink()
    assert {code for code, _ in check(command, "other.py")} == {"FAL001"}


def test_update_accepts_exactly_what_there_is(accepted: Path, project: Path, command: Command) -> None:
    accepted.write_text(SOURCE.replace("sleep(1)", "sleep(4)") + THIRD)
    status, out, _ = command("baseline", "update")
    assert status == 0
    assert out == f"Accepted 2 findings more and removed 1; {BASELINE} has 3 now\n"
    assert check(command) == []


def test_update_of_some_files_keeps_the_others(accepted: Path, project: Path, command: Command) -> None:
    (project / "other.py").write_text(SOURCE)
    command("baseline", "update", "other.py")
    assert list(entries(project)) == ["main.py", "other.py"]


def test_prune_removes_and_adds_nothing(accepted: Path, project: Path, command: Command) -> None:
    accepted.write_text(SOURCE.replace("    time.sleep(1)\n", "    return None\n", 1) + THIRD)
    assert command("baseline", "prune")[1] == f"Removed 1 finding; {BASELINE} has 1 now\n"
    assert check(command) == [("FAL101", 20)]


def test_check_fails_on_what_is_new_and_on_what_is_gone(accepted: Path, command: Command) -> None:
    assert command("baseline", "check") == (0, f"{BASELINE}: 2 accepted, 0 new, 0 gone\n", "")
    accepted.write_text(SOURCE.replace("    time.sleep(1)\n", "    return None\n", 1) + THIRD)
    status, out, _ = command("baseline", "check")
    lines = out.splitlines()
    assert status == 1
    assert lines[0].startswith("new: main.py:20:5: FAL101 ")
    assert lines[1].startswith("gone: main.py: FAL101 ")
    assert lines[2] == f"{BASELINE}: 1 accepted, 1 new, 1 gone"


def test_writing_again_changes_nothing(accepted: Path, project: Path, command: Command) -> None:
    before = (project / BASELINE).read_bytes()
    command("baseline", "update")
    command("baseline", "prune")
    assert (project / BASELINE).read_bytes() == before


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not a baseline"),
        ("[]", "not a baseline"),
        ('{"version": 2, "files": {}}', "a baseline of version 2"),
        ('{"version": 1, "files": {"main.py": {"FAL101": [{"count": 1}]}}}', "not a baseline"),
    ],
)
def test_a_file_that_is_no_baseline(
    content: str, complaint: str, accepted: Path, project: Path, command: Command
) -> None:
    (project / BASELINE).write_text(content)
    status, _, err = command("check")
    assert status == 2
    assert err.startswith(f"Error: {BASELINE}: {complaint}")


def test_a_baseline_that_does_not_exist(accepted: Path, project: Path, command: Command) -> None:
    (project / BASELINE).unlink()
    status, _, err = command("check")
    assert status == 2
    assert "pyproject.toml:4: `baseline` names fastapi-lint-baseline.json, which does not exist" in err
    assert "`fastapi-lint baseline create` makes it" in err
    assert command("baseline", "create")[0] == 0


def test_fixing_leaves_accepted_findings_alone(project: Path, command: Command) -> None:
    main = project / "main.py"
    first = (
        "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
        '@app.get("/1", response_model=int)\ndef one() -> int:\n'
    )
    second = '    return 1\n\n\n@app.get("/2", response_model=int)\ndef two() -> int:\n    return 2\n'
    main.write_text(first + "    return 1\n")
    command("baseline", "create")
    main.write_text(first + second)
    assert check(command) == [("FAL303", 11)]
    assert command("check", "--fix")[0] == 0
    assert main.read_text() == first + second.replace(", response_model=int", "")


def test_accepting_does_not_make_the_next_run_lint_again(
    accepted: Path, project: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("no code has changed, so nothing is to be linted")

    monkeypatch.setattr(run, "lint_sources", refuse)
    assert check(command) == []
    assert command("baseline", "check")[0] == 0
    (project / BASELINE).write_text((project / BASELINE).read_text().replace("time.sleep", "time.slept"))
    assert check(command) == []
    (project / BASELINE).unlink()
    (project / "pyproject.toml").write_text("[project]\n")
    assert command("baseline", "create")[0] == 0
    assert check(command) == []


def test_a_run_from_the_cache_reports_what_the_baseline_says(
    accepted: Path, project: Path, command: Command
) -> None:
    accepted.write_text(SOURCE.replace("    time.sleep(1)\n", "    return None\n", 1) + THIRD)
    cold = command("check", "--no-cache")
    assert command("check") == cold
    assert command("check") == cold
    assert "FAL001" in cold[1] and "FAL101" in cold[1]
    (project / BASELINE).unlink()
    assert command("check")[0] == 2
