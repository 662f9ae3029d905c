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


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_neovim_shows_the_finding_and_applies_the_fix(numbers: Path) -> None:
    before = (numbers / "main.py").read_text()
    result = numbers / "result.json"
    environment = {
        **os.environ,
        "SERVER": f"{sys.executable} -m fastapi_lint server",
        "RESULT": str(result),
        "XDG_STATE_HOME": str(numbers / "state"),
        "XDG_CACHE_HOME": str(numbers / "cache"),
    }
    command = ["nvim", "--headless", "--clean", "-n", "-c", f"luafile {SCRIPT}", "-c", "qall!"]
    run = subprocess.run(
        command, cwd=numbers, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert result.exists(), run.stdout + run.stderr
    seen = json.loads(result.read_text())
    assert seen["found"] and seen["mended"], seen
    assert "returns the exception instead of raising it" in seen["message"]
    assert (numbers / "main.py").read_text() == before.replace("return HTTP", "raise HTTP")
