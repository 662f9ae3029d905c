"""What the page about editors says, against the output of the real program and, where it is there, the editor."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "editors.md").read_text(encoding="utf-8")
SOURCE = (
    "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
    '@app.get("/item", response_model=int)\ndef read_item() -> int:\n    return 1\n'
)
PROGRAM = [sys.executable, "-m", "fastapi_lint"]


def block(language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    return str(found[0])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.py").write_text(SOURCE)
    return tmp_path


def output(command: str, project: Path, given: str = "") -> str:
    program, *arguments = command.split()
    assert program == "fastapi-lint"
    result = subprocess.run(
        [*PROGRAM, *arguments], cwd=project, input=given, capture_output=True, text=True, check=False
    )
    return result.stdout


def test_the_problem_matcher_of_vs_code(project: Path) -> None:
    (task,) = json.loads(block("json"))["tasks"]
    pattern = task["problemMatcher"]["pattern"]
    (line,) = [each for each in output(task["command"], project).splitlines() if "FAL" in each]
    match = re.fullmatch(pattern["regexp"].removeprefix("^").removesuffix("$"), line)
    assert match is not None
    parts = {part: match[pattern[part]] for part in ("file", "line", "column", "code")}
    assert parts == {"file": "app/main.py", "line": "6", "column": "2", "code": "FAL303"}
    assert match[pattern["message"]].startswith("`response_model=int` repeats")


@pytest.mark.skipif(shutil.which("nvim") is None, reason="there is no Neovim")
def test_the_quickfix_list_of_neovim(project: Path) -> None:
    made = block("vim").replace("makeprg=fastapi-lint", "makeprg=" + "\\ ".join(PROGRAM))
    script = project / "script.vim"
    script.write_text(
        f"{made}silent make\ncall writefile([json_encode(map(getqflist(), "
        "{_, e -> [bufname(e.bufnr), e.lnum, e.col, e.text]}))], 'found.json')\nqall!\n"
    )
    subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-S", str(script)], cwd=project, check=True, timeout=60
    )
    ((file, line, column, text),) = json.loads((project / "found.json").read_text())
    assert (file, line, column) == ("app/main.py", 6, 2)
    assert text.startswith("FAL303 ")


def test_standard_input_for_formatting_on_save(project: Path) -> None:
    command = block("sh").partition("<")[0]
    assert output(command, project, SOURCE) == SOURCE.replace(", response_model=int", "")
