"""`fastapi-lint init`: set a project up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fastapi_lint.cli.destinations import replacing

if TYPE_CHECKING:
    from fastapi_lint.config.setup import Change


@click.command()
@click.argument("directory", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def init(directory: str, dry_run: bool) -> None:
    """Set up the project in DIRECTORY: configuration, pre-commit hook, and what Ruff has to know."""
    from fastapi_lint.config.settings import load_settings
    from fastapi_lint.config.setup import set_up
    from fastapi_lint.linter.project import linted_files
    from fastapi_lint.source_roots import find_source_roots

    settings = load_settings([directory])
    root = settings.root
    files = linted_files(settings, [str(root)])
    roots = find_source_roots(files, lambda path: _content(root / path))
    for change in list(set_up(settings, roots)):
        name = change.path.name
        if change.after is None:
            click.echo(f"{name}: {change.note}")
        elif dry_run:
            _show(change)
        else:
            with replacing(change.path) as stream:
                stream.write(change.after)
            click.echo(f"{name}: {change.note}")
    if not dry_run:
        click.echo(
            "Next: `fastapi-lint check`. To accept what it finds today: `fastapi-lint baseline create`."
        )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _show(change: Change) -> None:
    from fastapi_lint.fixes.diff import unified_diff

    click.echo(f"{change.path.name}: {change.note}")
    click.echo(unified_diff(change.path.name, change.before, change.after or ""), nl=False)
