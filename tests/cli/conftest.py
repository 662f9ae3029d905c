from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fastapi_lint.cli import run
from fastapi_lint.linter.report import Report

from .sample import report


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project as working directory, and an environment without our variables."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "FASTAPI_LINT_PRESET"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "main.py").write_text("time.sleep(1)\n")
    return tmp_path


class Linted:
    """Stands for `lint`: notes how it is called and returns what it is told to."""

    def __init__(self) -> None:
        self.outcome: Callable[[], Report] = report
        self.arguments: dict[str, Any] = {}

    def __call__(self, settings: Any, paths: Any, **keywords: Any) -> Report:
        self.arguments = {"settings": settings, "paths": paths, **keywords}
        return self.outcome()


@pytest.fixture
def linted(monkeypatch: pytest.MonkeyPatch) -> Linted:
    """`lint` replaced."""
    fake = Linted()
    module = ModuleType("fastapi_lint.linter.cached")
    module.lint = fake  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return fake


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Puts bytes on standard input."""

    def put(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return put


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs the command line; returns exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        status = run(arguments)
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return status, out, err

    return call
