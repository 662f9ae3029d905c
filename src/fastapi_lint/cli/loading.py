"""The project that a command shows something of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from fastapi_lint.config.settings import load_settings

if TYPE_CHECKING:
    from fastapi_lint.linter.project import LoadedProject


def load(paths: Sequence[str], config: Sequence[str], *, isolated: bool) -> LoadedProject:
    """The project that the paths belong to; refuses paths that do not exist or cannot be searched."""
    from fastapi_lint.linter.project import load_project

    project, problems = load_project(load_settings(paths, config=config, isolated=isolated), paths)
    if problems:
        raise click.ClickException("\n".join(problems))
    return project
