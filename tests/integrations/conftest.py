from __future__ import annotations

from pathlib import Path

import pytest

from tests.integrations import users


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    """A project with one finding on line 9, which a fix mends."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "numbers"\n')
    (tmp_path / "main.py").write_text(
        "from fastapi import FastAPI, HTTPException\n\n"
        "app = FastAPI()\n\n\n"
        '@app.get("/{number}")\n'
        "async def show(number: int):\n"
        "    if number > 9:\n"
        "        return HTTPException(status_code=404)\n"
    )
    return tmp_path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project of the language server's tests."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "users"\n')
    (tmp_path / "main.py").write_text(users.MAIN)
    (tmp_path / "schemas.py").write_text(users.SCHEMAS)
    (tmp_path / "blocking.py").write_text(users.BLOCKING)
    return tmp_path
