"""Commands and configurations on the pages are ones that the program understands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from fastapi_lint.cli import program
from fastapi_lint.config.settings import load_settings
from fastapi_lint.config.setup import set_up
from fastapi_lint.rules.custom import metadata_of

yaml = pytest.importorskip("yaml")

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("adoption", "ci", "editors", "custom-rules")
COMMAND = re.compile(r"^\s*(?:- (?:run|script): |- |exec |entry: )?(fastapi-lint \w[^#<\n]*)", re.MULTILINE)


def text(page: str) -> str:
    return (DOCS / f"{page}.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text(page), re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    written = [each for page in PAGES for language in ("sh", "yaml") for each in blocks(page, language)]
    inline = [each for page in PAGES for each in re.findall(r"`(fastapi-lint [^`]+)`", text(page))]
    found = [match[1].partition(" && ")[0] for each in written for match in COMMAND.finditer(each)]
    return sorted({each.strip() for each in [*found, *inline]})


@pytest.mark.parametrize("command", commands())
def test_commands(command: str) -> None:
    name, *arguments = shlex.split(command)[1:]
    found = program.get_command(program.make_context("fastapi-lint", [], resilient_parsing=True), name)
    assert found is not None, command
    found.make_context(name, arguments)


def test_there_are_commands() -> None:
    assert {"fastapi-lint init", "fastapi-lint check --staged"} <= set(commands())


@pytest.mark.parametrize("page", ["adoption", "custom-rules"])
def test_configurations(page: str, tmp_path: Path) -> None:
    own = [each for each in blocks(page, "toml") if each.startswith("[tool.fastapi-lint]")]
    assert own
    (tmp_path / "lint_rules").mkdir()
    for each in own:
        (tmp_path / "pyproject.toml").write_text(each)
        settings = load_settings([tmp_path], environment={})
        assert settings.origins
        if page == "adoption":
            from fastapi_lint.config.selection import Selection

            Selection.build(settings, metadata_of(settings))


@pytest.mark.parametrize("page", ["ci"])
def test_yaml(page: str) -> None:
    assert all(yaml.safe_load(each) for each in blocks(page, "yaml"))


def test_the_hook_is_the_one_that_init_writes(tmp_path: Path) -> None:
    (tmp_path / ".pre-commit-config.yaml").write_text("repos:\n  - repo: meta\n    hooks: []\n")
    changes = {change.path.name: change for change in set_up(load_settings([tmp_path], isolated=True), [])}
    written = yaml.safe_load(changes[".pre-commit-config.yaml"].after or "")["repos"][1]
    shown = [yaml.safe_load(each) for each in blocks("ci", "yaml") if each.startswith("repos:")]
    assert [each["repos"] for each in shown] == [[written]]
