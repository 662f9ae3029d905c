"""`fastapi-lint config`: the effective settings, where each was written, and what each means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from fastapi_lint.cli.parameters import config_options
from fastapi_lint.config.errors import did_you_mean
from fastapi_lint.config.option_table import Option, option_table
from fastapi_lint.config.overrides import settings_in
from fastapi_lint.config.reference import in_toml, option_section
from fastapi_lint.config.settings import Settings, load_settings
from fastapi_lint.config.versions import detect_versions


@click.command()
@click.argument("option", required=False)
@click.option(
    "--for",
    "file",
    metavar="FILE",
    help="Print what holds in this file, where `overrides` may say otherwise.",
)
@config_options
def config(option: str | None, file: str | None, config: tuple[str, ...], isolated: bool) -> None:
    """Print the effective settings and where each was written, or explain one OPTION."""
    table = option_table()
    if option is not None and option not in table:
        raise click.UsageError(f"There is no option `{option}`{did_you_mean(option, table)}")
    settings = load_settings([file] if file else (), config=config, isolated=isolated)
    if file:
        settings = settings_in(settings, Path(file).resolve().relative_to(settings.root).as_posix())
    if option is None:
        click.echo("\n".join([*_about(settings), "", *(_line(entry, settings) for entry in table.values())]))
    else:
        click.echo(f"{option_section(table[option])}\n{_line(table[option], settings)}")


def _about(settings: Settings) -> Iterator[str]:
    """The project, as comments."""
    yield f"# Project root: {settings.root}"
    yield f"# Configuration file: {settings.config_file or 'none'}"
    versions = detect_versions(settings).ranges
    for library, found in versions.items():
        yield f"# Version of {library}: {found} ({found.source})"
    if not versions:
        yield "# Versions: the project declares none"


def _line(option: Option, settings: Settings) -> str:
    """An option with its effective value as TOML, and a comment that says where it was written."""
    value = getattr(settings, option.field)
    if value is None:
        return f"# {option.key}: {option.about.default}"
    origins = ", ".join(map(str, settings.origins.get(option.key, ("default",))))
    return f"{option.key} = {in_toml(value)}  # {origins}"
