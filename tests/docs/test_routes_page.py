"""The examples of `docs/routes.md` are what the commands print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from fastapi_lint.cli import program
from fastapi_lint.cli.routes import routes

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "routes.md").read_text("utf-8")
EXAMPLES = re.findall(r"<!-- fastapi-lint (.+?) -->\n(?:```mermaid\n)?(.+?)\n(?:```|\n)", PAGE, re.DOTALL)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 2


@pytest.mark.parametrize(("command", "expected"), EXAMPLES)
def test_examples_are_fresh(command: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "fixtures" / "apps" / "shop")
    result = CliRunner().invoke(program, [*command.split(), "--isolated", "."])
    assert result.output.strip() == expected.strip()


def test_every_option_is_in_the_table() -> None:
    options = {name for each in routes.params for name in each.opts if name.startswith("--")}
    described = set(re.findall(r"^\| `(--[a-z-]+)", PAGE, re.MULTILINE))
    assert options - described == {"--color", "--config", "--isolated"}
