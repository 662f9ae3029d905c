"""The language server in Neovim's built-in client."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("neovim.lua")
MAIN = """\
from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/{number}")
async def show(number: int):
    if number > 9:
        return HTTPException(status_code=404)
"""


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_neovim_shows_the_finding_and_applies_the_fix(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "numbers"\n')
    (tmp_path / "main.py").write_text(MAIN)
    result = tmp_path / "result.json"
    environment = {
        **os.environ,
        "SERVER": f"{sys.executable} -m fastapi_lint server",
        "RESULT": str(result),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    command = ["nvim", "--headless", "--clean", "-n", "-c", f"luafile {SCRIPT}", "-c", "qall!"]
    run = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert result.exists(), run.stdout + run.stderr
    seen = json.loads(result.read_text())
    assert seen["found"] and seen["mended"], seen
    assert "returns the exception instead of raising it" in seen["message"]
    assert (tmp_path / "main.py").read_text() == MAIN.replace("return HTTP", "raise HTTP")
