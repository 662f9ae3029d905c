"""Suppression comments that are written: where they stand, and that they work."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from fastapi_lint.config.settings import load_settings
from fastapi_lint.linter.ignoring import add_ignores
from fastapi_lint.linter.run import lint

HEAD = "import time\n\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/')\nasync def read() -> None:\n"
CASES = {
    "plain": ("    time.sleep(1)\n", "    time.sleep(1)  # fastapi-lint: ignore[FAL101] later\n"),
    "another comment": (
        "    time.sleep(1)  # type: ignore   \n",
        "    time.sleep(1)  # type: ignore  # fastapi-lint: ignore[FAL101] later\n",
    ),
    "another rule": (
        "    time.sleep(1)  # fastapi-lint: ignore[ASY, FAL110] known\n",
        "    time.sleep(1)  # fastapi-lint: ignore[ASY, FAL110, FAL101] known\n",
    ),
    "several lines": (
        "    time.sleep(\n        1,\n    )\n",
        "    time.sleep(  # fastapi-lint: ignore[FAL101] later\n        1,\n    )\n",
    ),
    "joined line": (
        "    time.sleep(1); x = \\\n        2\n",
        "    time.sleep(1); x = \\\n        2  # fastapi-lint: ignore[FAL101] later\n",
    ),
    "header that is joined to its body": (
        "    if time.sleep(1): \\\n        pass\n",
        "    # fastapi-lint: ignore[FAL101] later\n    if time.sleep(1): \\\n        pass\n",
    ),
    "string of several lines": (
        '    x = time.sleep(1), """\n    # not code\n    """\n',
        '    x = time.sleep(1), """\n    # not code\n    """  # fastapi-lint: ignore[FAL101] later\n',
    ),
    "formatted string of several lines": (
        '    x = f"""{time.sleep(1)}\n    """\n',
        '    x = f"""{time.sleep(1)}\n    """  # fastapi-lint: ignore[FAL101] later\n',
    ),
    "two on one line": (
        "    time.sleep(1); time.sleep(2)\n",
        "    time.sleep(1); time.sleep(2)  # fastapi-lint: ignore[FAL101] later\n",
    ),
    "header of a compound statement": (
        "    if time.sleep(1):\n        pass\n",
        "    if time.sleep(1):  # fastapi-lint: ignore[FAL101] later\n        pass\n",
    ),
    "last line without end": ("    time.sleep(1)", "    time.sleep(1)  # fastapi-lint: ignore[FAL101] later"),
}


def write(path: Path, reason: str = "later") -> int:
    settings = load_settings([path.parent], isolated=True, command_line={"select": ["FAL101"]})
    return add_ignores(settings, [str(path)], reason).ignored


def found(path: Path) -> list[str]:
    settings = load_settings(
        [path.parent], isolated=True, command_line={"select": ["FAL001", "FAL002", "FAL101"]}
    )
    return [each.code for each in lint(settings, [str(path)]).diagnostics]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    return tmp_path / "main.py"


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_comment_is_written_where_it_works(name: str, newline: str, file: Path) -> None:
    before, after = CASES[name]
    file.write_bytes((HEAD + before).replace("\n", newline).encode())
    assert write(file) > 0
    assert file.read_bytes().decode() == (HEAD + after).replace("\n", newline)
    assert "FAL101" not in found(file)
    assert ast.dump(ast.parse(HEAD + before)) == ast.dump(ast.parse(HEAD + after))


def test_a_second_time_changes_nothing(file: Path) -> None:
    file.write_text(HEAD + "    time.sleep(1)\n")
    write(file)
    before = file.read_bytes()
    assert write(file) == 0
    assert file.read_bytes() == before


def test_without_a_reason(file: Path) -> None:
    file.write_text(HEAD + "    time.sleep(1)\n")
    write(file, "")
    assert file.read_text().endswith("    time.sleep(1)  # fastapi-lint: ignore[FAL101]\n")


def test_a_reason_is_one_line(file: Path) -> None:
    file.write_text(HEAD + "    time.sleep(1)\n")
    write(file, "first\nsecond")
    assert file.read_text().endswith("ignore[FAL101] first second\n")


def test_a_reason_that_the_encoding_lacks_changes_nothing(file: Path) -> None:
    source = f"# -*- coding: latin-1 -*-\n{HEAD}    time.sleep(1)  # é\n".encode("latin-1")
    file.write_bytes(source)
    assert write(file, "später →") == 0
    assert file.read_bytes() == source


def test_files_that_cannot_be_read_are_not_touched(file: Path) -> None:
    file.write_text("def broken(:\n")
    settings = load_settings([file.parent], isolated=True)
    done = add_ignores(settings, [str(file)])
    assert [each.code for each in done.report.diagnostics] == ["FAL000"]
    assert file.read_text() == "def broken(:\n"


def test_only_shown(file: Path) -> None:
    file.write_text(HEAD + "    time.sleep(1)\n")
    settings = load_settings([file.parent], isolated=True, command_line={"select": ["FAL101"]})
    done = add_ignores(settings, [str(file)], write=False)
    assert [change.filename for change in done.changes] == ["main.py"]
    assert file.read_text() == HEAD + "    time.sleep(1)\n"
