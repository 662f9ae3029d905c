"""Severities and exit codes, from the configuration and the flags through real runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., tuple[int, str, str]]
SOURCE = """\
import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/first", response_model=int)
async def first() -> int:
    time.sleep(1)
    return 1


@app.get("/second", response_model=int)
def second() -> int:
    return 2
"""


@pytest.fixture(autouse=True)
def main(project: Path) -> None:
    """One error (FAL101) and two warnings (FAL303)."""
    (project / "main.py").write_text(SOURCE)


def severities(command: Command, *arguments: str) -> list[tuple[str, str]]:
    out = command("check", "--select", "FAL101,FAL303", "--output-format", "json", *arguments)[1]
    return sorted({(found["code"], found["severity"]) for found in json.loads(out)})


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("", [("FAL101", "error"), ("FAL303", "warning")]),
        ('FAL303 = "info"', [("FAL101", "error"), ("FAL303", "info")]),
        ('event-loop = "warning"', [("FAL101", "warning"), ("FAL303", "warning")]),
        ('FAL1 = "info"\nblocking-sleep = "warning"', [("FAL101", "warning"), ("FAL303", "warning")]),
        ('responses = "error"\nFAL101 = "off"', [("FAL303", "error")]),
    ],
)
def test_severities_by_rule_and_category(
    table: str, expected: list[tuple[str, str]], project: Path, command: Command
) -> None:
    (project / "fastapi-lint.toml").write_text(f"[severity]\n{table}\n")
    assert severities(command) == expected


def test_a_severity_on_the_command_line(command: Command) -> None:
    given = ("--config", 'severity.FAL303 = "info"')
    assert severities(command, *given) == [("FAL101", "error"), ("FAL303", "info")]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("--select FAL101", 1),
        ("--select FAL303", 1),
        ("--select FAL303 --fail-on error", 0),
        ("--select FAL101 --fail-on error", 1),
        ("--select FAL303 --max-warnings 2", 0),
        ("--select FAL303 --max-warnings 1", 1),
        ("--select FAL101 --max-warnings 9", 1),
        ("--select FAL101,FAL303 --exit-zero", 0),
    ],
)
def test_exit_codes_by_flags(arguments: str, expected: int, command: Command) -> None:
    assert command("check", *arguments.split())[0] == expected


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ('fail-on = "error"\n[severity]\nFAL101 = "warning"', 0),
        ('fail-on = "info"\n[severity]\nALL = "info"', 1),
        ('[severity]\nALL = "info"', 0),
        ('max-warnings = 3\n[severity]\nFAL101 = "warning"', 0),
        ('max-warnings = 2\n[severity]\nFAL101 = "warning"', 1),
    ],
)
def test_exit_codes_by_configuration(
    configuration: str, expected: int, project: Path, command: Command
) -> None:
    select = 'select = ["FAL101", "FAL303"]\n'
    (project / "fastapi-lint.toml").write_text(select + configuration)
    assert command("check")[0] == expected


def test_an_accepted_finding_counts_for_nothing(project: Path, command: Command) -> None:
    (project / "fastapi-lint.toml").write_text('select = ["FAL101", "FAL303"]\nmax-warnings = 0\n')
    assert command("check")[0] == 1
    command("baseline", "create")
    assert command("check")[0] == 0
