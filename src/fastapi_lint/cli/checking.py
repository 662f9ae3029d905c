"""What `check` does, by the parameters it was given."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi_lint.cli.check_options import STANDARD_INPUT
from fastapi_lint.cli.flags import Flags
from fastapi_lint.cli.parameters import command_line_settings, note_settings
from fastapi_lint.config.settings import load_settings

if TYPE_CHECKING:
    from fastapi_lint.git import Changes
    from fastapi_lint.linter.report import StandardInput

_UNNAMED = "stdin.py"


def check(paths: tuple[str, ...], config: tuple[str, ...], isolated: bool, **given: Any) -> int:
    """Lint, fix or suppress, and return the exit code.

    Args:
        paths: files, directories, or `-` for standard input.
        config: configuration files, and options as TOML.
        isolated: use neither configuration files nor environment variables.
        given: the other options of `check`, by field; those that were not given have their defaults.

    Raises:
        ConfigError: the configuration cannot be used.
        click.ClickException: the work cannot be done.
    """
    flags = Flags(**{name: given[name] for name in Flags.__struct_fields__})
    buffer = given["stdin_filename"] or (_UNNAMED if paths == (STANDARD_INPUT,) else None)
    settings = load_settings(
        [buffer] if buffer else paths,
        config=config,
        isolated=isolated,
        command_line=command_line_settings(given),
    )
    if flags.verbose:
        note_settings(settings)
    stdin = _read_standard_input(buffer, settings.root) if buffer else None
    changes = (
        _changes(settings.root, given) if given["changed"] or given["since"] or given["staged"] else None
    )
    if flags.add_ignore is not None:
        from fastapi_lint.cli.ignoring import run
    elif flags.fixes:
        from fastapi_lint.cli.fixing import run
    else:
        from fastapi_lint.cli.linting import run
    return run(settings, paths or (".",), stdin, changes, flags)


def _changes(root: Path, given: Mapping[str, Any]) -> Changes:
    from fastapi_lint.git import GitError, changed_files, staged_files

    try:
        return staged_files(root) if given["staged"] else changed_files(root, given["since"])
    except GitError as error:
        import click

        raise click.ClickException(str(error)) from None


def _read_standard_input(filename: str, root: Path) -> StandardInput:
    """Standard input as the content of a file, which is named relative to the project root."""
    from fastapi_lint.linter.report import StandardInput

    relative = Path(os.path.relpath(Path(filename).absolute(), root)).as_posix()
    return StandardInput(
        filename=Path(filename).name if relative.startswith("../") else relative, data=sys.stdin.buffer.read()
    )
