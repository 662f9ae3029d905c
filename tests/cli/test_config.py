from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fastapi_lint.config.option_table import option_table
from fastapi_lint.config.sources import parse_toml

Command = Callable[..., tuple[int, str, str]]


def test_values_and_where_they_were_written(
    project: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "base.toml").write_text('extend-select = ["FAL1"]')
    (project / "pyproject.toml").write_text(
        '[tool.fastapi-lint]\nextend = "base.toml"\nextend-select = ["FAL2"]\nseverity.FAL101 = "info"\n'
    )
    monkeypatch.setenv("FASTAPI_LINT_WORKERS", "2")
    status, out, _ = command("config", "--config", "cache = false")
    assert status == 0
    assert f"# Project root: {project}\n# Configuration file: {project / 'pyproject.toml'}\n" in out
    assert 'extend-select = ["FAL1", "FAL2"]  # base.toml:1, pyproject.toml:3\n' in out
    assert 'severity = { FAL101 = "info" }  # pyproject.toml:4\n' in out
    assert "workers = 2  # environment variable FASTAPI_LINT_WORKERS\n" in out
    assert "cache = false  # --config 'cache = false'\n" in out
    assert "# select: the rules of the preset\n" in out
    assert 'preset = "recommended"  # default\n' in out


def test_the_output_is_a_configuration_file(command: Command) -> None:
    written = parse_toml(command("config")[1], "output")
    for key, value in written.items():
        assert option_table()[key].convert(value) == option_table()[key].default
    assert len(written) > 25


def test_versions(project: Path, command: Command) -> None:
    assert "# Versions: the project declares none\n" in command("config")[1]
    (project / "requirements.txt").write_text("fastapi>=0.110\n")
    assert "# Version of fastapi: >=0.110 (requirements.txt:1)\n" in command("config")[1]


def test_one_option(command: Command) -> None:
    out = command("config", "fail-on")[1]
    assert out.startswith("### fail-on\n\nThe least severity")
    assert 'fail-on = "warning"  # default\n' in out


def test_unknown_option(command: Command) -> None:
    status, _, err = command("config", "fial-on")
    assert status == 2
    assert "There is no option `fial-on`; did you mean `fail-on`?" in err
