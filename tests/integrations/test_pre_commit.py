"""The hooks, run by the real pre-commit on a temporary repository.

The hooks' environment is this one: pre-commit would otherwise build the package from the network.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
BAD = """\
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    name: str


@app.get("/item", response_model=Item)
def read_item() -> Item:
    return Item(name="bicycle")
"""


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(cwd.parent / "pre-commit"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    for name in [name for name in environment if name.startswith("GIT_") and name != "GIT_CONFIG_GLOBAL"]:
        del environment[name]
    return subprocess.run(arguments, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    hooks = re.sub(r"language: python", "language: system", HOOKS.read_text())
    local = "".join(f"      {line}\n" for line in hooks.splitlines() if line.strip())
    (root / ".pre-commit-config.yaml").write_text(f"repos:\n  - repo: local\n    hooks:\n{local}")
    (root / "main.py").write_text(BAD)
    for arguments in (
        ["init", "--quiet"],
        ["config", "user.email", "ada@example.com"],
        ["config", "user.name", "Ada"],
        ["add", "."],
    ):
        assert command("git", *arguments, cwd=root).returncode == 0
    return root


def hook(name: str, root: Path) -> subprocess.CompletedProcess[str]:
    return command(sys.executable, "-m", "pre_commit", "run", name, "--all-files", cwd=root)


def test_the_hook_reports_findings_and_changes_nothing(repository: Path) -> None:
    result = hook("fastapi-lint", repository)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "FAL303" in result.stdout
    assert (repository / "main.py").read_text() == BAD


def test_the_fixing_hook_fails_once_and_then_passes(repository: Path) -> None:
    first = hook("fastapi-lint-fix", repository)
    assert first.returncode == 1, first.stdout + first.stderr
    assert '@app.get("/item")' in (repository / "main.py").read_text()
    command("git", "add", ".", cwd=repository)
    second = hook("fastapi-lint-fix", repository)
    assert second.returncode == 0, second.stdout + second.stderr


def test_a_clean_repository_passes(repository: Path) -> None:
    (repository / "main.py").write_text(BAD.replace(", response_model=Item", ""))
    command("git", "add", ".", cwd=repository)
    result = hook("fastapi-lint", repository)
    assert result.returncode == 0, result.stdout + result.stderr
