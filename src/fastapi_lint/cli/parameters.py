"""Command-line parameters that several commands share, and how they become settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from fastapi_lint.config.option_table import OPTION_FIELDS
from fastapi_lint.config.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


def _split(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> list[str] | None:
    parts = [part.strip() for value in values for part in value.split(",")]
    return [part for part in parts if part] if values else None


SELECTORS: Mapping[str, Any] = {"multiple": True, "callback": _split, "metavar": "SELECTOR,…"}
"""An option that takes selectors, separated by commas or by repeating it."""


def config_options(command: Command) -> Command:
    """Add the options that say where settings come from."""
    command = click.option(
        "--isolated", is_flag=True, help="Use neither configuration files nor environment variables."
    )(command)
    return click.option(
        "--config",
        multiple=True,
        metavar="FILE|KEY=VALUE",
        help="Use this configuration file, or set one option in TOML (repeatable).",
    )(command)


def command_line_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the configuration that were given on the command line, by key."""
    named = {key: given.get(field) for key, field in OPTION_FIELDS.items()}
    if named["cache-dir"] is not None:
        named["cache-dir"] = str(Path(named["cache-dir"]).absolute())
    return {key: value for key, value in named.items() if value is not None}


def is_colourful(color: str, stream: TextIO) -> bool:
    """Whether to colour what goes to a stream, by `--color`, NO_COLOR, FORCE_COLOR, and whether it is a terminal."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def note_settings(settings: Settings) -> None:
    """Say on standard error what a run goes by."""
    from fastapi_lint.config.versions import detect_versions

    click.echo(f"Project root: {settings.root}", err=True)
    click.echo(f"Configuration: {settings.config_file or 'none'}", err=True)
    for library, found in detect_versions(settings).ranges.items():
        click.echo(f"Version of {library}: {found} ({found.source})", err=True)
