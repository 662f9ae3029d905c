"""The language server in Emacs, with Eglot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("emacs.el")
INSTALLED = Path("/usr/share/emacs/site-lisp")


def emacs() -> list[str]:
    """Emacs without a window, with the packages that the system has."""
    directories = sorted({*INSTALLED.glob("elpa/*"), *INSTALLED.glob("elpa-src/*")})
    return ["emacs", "--batch", "-Q", *(f"--directory={each}" for each in directories if each.is_dir())]


def has_eglot() -> bool:
    if shutil.which("emacs") is None:
        return False
    return (
        subprocess.run([*emacs(), "--eval=(require 'eglot)"], capture_output=True, check=False).returncode
        == 0
    )


@pytest.mark.skipif(not has_eglot(), reason="Emacs is not installed, or has no Eglot")
def test_emacs_shows_the_findings_and_applies_the_fix(numbers: Path) -> None:
    environment = {**os.environ, "SERVER": f"{sys.executable} -m fastapi_lint server", "HOME": str(numbers)}
    command = [*emacs(), f"--load={SCRIPT}"]
    run = subprocess.run(
        command, cwd=numbers, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stdout + run.stderr
    found, *_, after, applied = run.stdout.splitlines()
    assert found.startswith("found on 9: fastapi-lint [FAL604]: `show` returns the exception")
    assert int(after.removeprefix("after an unsaved edit: ")) > 1
    assert applied.startswith("applied: raise the exception")
    assert "        raise HTTPException(status_code=404)\n" in (numbers / "main.py").read_text()
