"""The GitHub Action: its steps, run by bash as GitHub runs them.

Installing needs a network: there a `python` stands in that notes what it is asked to install.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml")

ROOT = Path(__file__).parents[2]
BAD = (
    "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
    '@app.get("/item", response_model=int)\ndef read_item() -> int:\n    return 1\n'
)

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")


@pytest.fixture
def action() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
    return content


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "with blank"
    root.mkdir()
    (root / "pyproject.toml").touch()
    (root / "main.py").write_text(BAD)
    return root


def run(
    action: dict[str, Any], step: int, project: Path, path: Path | None = None, **inputs: str
) -> subprocess.CompletedProcess[str]:
    """Run one step with inputs, those not given at their defaults."""
    values = {name: declared["default"] for name, declared in action["inputs"].items()}
    values.update({name.replace("_", "-"): value for name, value in inputs.items()})
    chosen = action["runs"]["steps"][step]

    def value(match: re.Match[str]) -> str:
        scope, _, name = match[1].partition(".")
        return str(ROOT) if scope == "github" else values[name]

    given = {
        name: re.sub(r"\$\{\{ ([\w.-]+) \}\}", value, expression)
        for name, expression in chosen["env"].items()
    }
    search = [str(path)] if path else []
    environment = {
        **os.environ,
        **given,
        "PATH": os.pathsep.join([*search, str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", chosen["run"]],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_a_composite_action_whose_steps_say_their_shell(action: dict[str, Any]) -> None:
    assert action["runs"]["using"] == "composite"
    assert all(step["shell"] == "bash" for step in action["runs"]["steps"])
    assert all("${{" not in step["run"] for step in action["runs"]["steps"]), "inputs come by the environment"


@pytest.mark.parametrize(("version", "wanted"), [("", str(ROOT)), ("0.1.0", "fastapi-lint==0.1.0")])
def test_what_is_installed(
    version: str, wanted: str, action: dict[str, Any], project: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    stand_in = folder / "python"
    stand_in.write_text('#!/bin/sh\nfor last; do :; done\necho "$last"\n')
    stand_in.chmod(0o755)
    result = run(action, 0, project, folder, version=version)
    assert (result.returncode, result.stdout) == (0, f"{wanted}\n"), result.stderr


def test_findings_become_annotations_and_fail_the_step(action: dict[str, Any], project: Path) -> None:
    result = run(action, 1, project)
    assert result.returncode == 1, result.stderr
    assert re.search(r"^::warning .*main\.py,line=6", result.stdout, re.MULTILINE), result.stdout


def test_arguments_and_paths_are_handed_on(action: dict[str, Any], project: Path) -> None:
    (project / "clean.py").touch()
    assert run(action, 1, project, args="--ignore FAL303").returncode == 0
    assert run(action, 1, project, paths="clean.py").returncode == 0
    assert run(action, 1, project, paths="clean.py main.py").returncode == 1


def test_inputs_are_never_run_as_commands(action: dict[str, Any], project: Path) -> None:
    run(action, 1, project, paths="$(touch hacked)", args="; touch hacked")
    assert not (project / "hacked").exists()


def test_a_report_for_code_scanning(action: dict[str, Any], project: Path) -> None:
    run(action, 1, project, sarif_file="report.sarif")
    assert '"2.1.0"' in (project / "report.sarif").read_text()


def test_only_what_a_branch_changed(action: dict[str, Any], project: Path) -> None:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for arguments in (["init", "-b", "main"], ["add", "."], ["commit", "-m", "Begin"]):
        subprocess.run(["git", *identity, *arguments], cwd=project, check=True, capture_output=True)
    assert run(action, 1, project, since="main").returncode == 0
    (project / "new.py").write_text(BAD)
    assert run(action, 1, project, since="main").returncode == 1
