from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import click
import pytest

from fastapi_lint import __version__
from fastapi_lint.cli import program

Command = Callable[..., tuple[int, str, str]]


def test_version(command: Command) -> None:
    assert command("--version") == (0, f"fastapi-lint {__version__}\n", "")


def test_every_command_is_listed_with_its_help(command: Command) -> None:
    out = command("--help")[1]
    for name in program.list_commands(None):  # type: ignore[arg-type]
        assert f"\n  {name} " in out


@pytest.mark.parametrize("name", program.list_commands(None))  # type: ignore[arg-type]
def test_the_help_of_each_option_is_one_sentence(name: str, command: Command) -> None:
    loaded = program.get_command(None, name)  # type: ignore[arg-type]
    assert loaded is not None
    assert command(name, "--help")[0] == 0
    for parameter in loaded.params:
        if isinstance(parameter, click.Option):
            assert parameter.help is not None, parameter.name
            assert parameter.help[0].isupper(), parameter.name
            assert parameter.help.endswith("."), parameter.name
            assert ". " not in parameter.help, parameter.name


def test_unknown_command(command: Command) -> None:
    status, _, err = command("chek")
    assert status == 2
    assert "chek" in err


def test_nothing_heavy_is_imported_for_the_version() -> None:
    code = (
        "import sys; from fastapi_lint.cli import run; run(['--version']);"
        "print(sorted({'rich', 'libcst', 'msgspec', 'pathspec', 'packaging', 'tomllib', 'fastapi_lint.cli.check'}"
        " & set(sys.modules)))"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.splitlines()[-1] == "[]"


def test_commands_do_not_import_libcst_or_rich() -> None:
    code = (
        "import sys; from fastapi_lint.cli import run; run(['config']); run(['rule', '--all']);"
        "print(sorted({'rich', 'libcst'} & set(sys.modules)))"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.splitlines()[-1] == "[]"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no broken pipes")
@pytest.mark.parametrize("unbuffered", ["1", ""])
def test_output_that_nobody_reads_is_no_error(unbuffered: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [sys.executable, "-m", "fastapi_lint", "config"],
        stdout=writing,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )
    os.close(writing)
    assert (process.returncode, process.stderr) == (141, b"")
