"""`fastapi-lint init` on projects of several kinds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fastapi_lint.config.settings import load_settings
from fastapi_lint.config.sources import parse_toml

yaml = pytest.importorskip("yaml")

Command = Callable[..., tuple[int, str, str]]
PYPROJECT = """\
# The shop
[project]
name = "shop"  # for now

[tool.ruff]
line-length = 100
"""
HOOKS = """\
# Our hooks
repos:
  - repo: https://example.com/hooks
    rev: v1
    hooks:
      - id: check-yaml   # first

ci:
  autofix_prs: false
"""


def write(project: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_everything_is_written_and_nothing_is_lost(project: Path, command: Command) -> None:
    write(project, {"pyproject.toml": PYPROJECT, ".pre-commit-config.yaml": HOOKS})
    status, out, _ = command("init")
    assert status == 0
    assert out.splitlines() == [
        "pyproject.toml: added `preset` to `[tool.fastapi-lint]`",
        'pyproject.toml: added "FAL" to Ruff\'s `lint.external`, so that RUF100 keeps `noqa` comments that name '
        "our codes",
        ".pre-commit-config.yaml: added the hook",
        "Next: `fastapi-lint check`. To accept what it finds today: `fastapi-lint baseline create`.",
    ]
    written = (project / "pyproject.toml").read_text()
    assert set(PYPROJECT.splitlines()) <= set(written.splitlines())
    tool = parse_toml(written, "pyproject.toml")["tool"]
    assert tool == {
        "ruff": {"line-length": 100, "lint": {"external": ["FAL"]}},
        "fastapi-lint": {"preset": "recommended"},
    }
    assert load_settings([project]).preset == "recommended"


def test_the_hook_is_one_for_pre_commit(project: Path, command: Command) -> None:
    write(project, {".pre-commit-config.yaml": HOOKS})
    command("init")
    written = (project / ".pre-commit-config.yaml").read_text()
    assert written.startswith(HOOKS.partition("\n\nci")[0])
    assert written.endswith("\n\nci:\n  autofix_prs: false\n")
    result = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "id: fastapi-lint" in written


def test_a_second_time_changes_nothing(project: Path, command: Command) -> None:
    write(project, {"pyproject.toml": PYPROJECT, ".pre-commit-config.yaml": HOOKS})
    command("init")
    before = {path.name: path.read_bytes() for path in project.iterdir() if path.is_file()}
    out = command("init")[1]
    assert "is configured already" in out
    assert {path.name: path.read_bytes() for path in project.iterdir() if path.is_file()} == before


def test_dry_run_shows_it_all_and_writes_nothing(project: Path, command: Command) -> None:
    write(project, {"pyproject.toml": PYPROJECT, ".pre-commit-config.yaml": HOOKS})
    out = command("init", "--dry-run")[1]
    assert "+[tool.fastapi-lint]\n" in out
    assert '+lint.external = ["FAL"]\n' in out
    assert "+      - id: fastapi-lint\n" in out
    assert (project / "pyproject.toml").read_text() == PYPROJECT
    assert (project / ".pre-commit-config.yaml").read_text() == HOOKS


def test_without_pyproject(project: Path, command: Command) -> None:
    (project / "pyproject.toml").unlink()
    (project / ".git").mkdir()
    write(project, {"ruff.toml": "line-length = 90\n\n[lint]\nexternal = ['V']\n"})
    assert command("init")[0] == 0
    assert (project / "fastapi-lint.toml").read_text() == 'preset = "recommended"\n'
    assert (project / "ruff.toml").read_text() == "line-length = 90\n\n[lint]\nexternal = [\"FAL\", 'V']\n"


def test_source_roots_are_found(project: Path, command: Command) -> None:
    write(
        project,
        {
            "backend/app/main.py": "from fastapi import FastAPI\nfrom app.api import router\nimport redis\n",
            "backend/app/api.py": "from fastapi import APIRouter\nrouter = APIRouter()\n",
            "backend/app/redis.py": "",
            "tests/test_app.py": "import fastapi\n",
        },
    )
    command("init")
    assert load_settings([project]).src == (".", "backend")


@pytest.mark.parametrize(
    "hooks",
    [
        "repos: []\n",
        "repos: []",
        "repos: [ ]   # none yet\n",
        "ci:\n  skip: [a]\nrepos: [\n]\n\ndefault_stages: [pre-commit]\n",
        "repos:\n",
        "repos:   # none yet\n\nci:\n    skip:\n        - a\n",
        "default_stages: [pre-commit]\nrepos:\n- repo: meta\n  hooks:\n  - id: identity",
        "repos:\n  []\n",
        "repos:\n  # - repo: meta\n",
    ],
)
def test_the_hook_is_the_last_of_those_there_are(hooks: str, project: Path, command: Command) -> None:
    before = yaml.safe_load(hooks)
    write(project, {".pre-commit-config.yaml": hooks})
    assert ".pre-commit-config.yaml: added the hook" in command("init")[1]
    written = (project / ".pre-commit-config.yaml").read_text()
    after = yaml.safe_load(written)
    assert after.pop("repos")[:-1] == (before.pop("repos") or [])
    assert after == before
    assert yaml.safe_load(written)["repos"][-1]["hooks"][0]["id"] == "fastapi-lint"
    assert ("# none yet" in hooks) is ("# none yet" in written)


@pytest.mark.parametrize(
    "hooks",
    [
        "default_stages: [commit]\n",
        '{"repos": []}\n',
        "repos: [{repo: meta, hooks: [{id: identity}]}]\n",
        "repos: &r []\n",
    ],
)
def test_hooks_that_cannot_be_changed_safely_are_only_shown(
    hooks: str, project: Path, command: Command
) -> None:
    write(project, {".pre-commit-config.yaml": hooks})
    out = command("init")[1]
    assert "add below `repos:` yourself" in out
    assert "- id: fastapi-lint" in out
    assert (project / ".pre-commit-config.yaml").read_text() == hooks
