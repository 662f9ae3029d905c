"""`fastapi-lint clean`: delete the cache."""

from __future__ import annotations

from pathlib import Path

import click

from fastapi_lint.cli.parameters import config_options
from fastapi_lint.config.settings import load_settings


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--cache-dir", metavar="DIRECTORY", help="Where the cache is.")
@config_options
def clean(paths: tuple[str, ...], config: tuple[str, ...], isolated: bool, cache_dir: str | None) -> None:
    """Delete the cache of the project that PATHS belong to (default: the working directory)."""
    from fastapi_lint.linter.cache import remove_cache

    settings = load_settings(
        paths,
        config=config,
        isolated=isolated,
        command_line={"cache-dir": str(Path(cache_dir).absolute())} if cache_dir else {},
    )
    directory = Path(settings.root) / settings.cache_dir
    if remove_cache(directory):
        click.echo(f"Removed {directory}")
