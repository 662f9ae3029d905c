"""`fastapi-lint server`: the language server."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--stdio", is_flag=True, help="Speak over standard input and output: the default, and the only way."
)
def server(stdio: bool) -> None:
    """Serve an editor over the Language Server Protocol."""
    try:
        from fastapi_lint.integrations.language_server.server import make_server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        raise click.ClickException(
            "the language server needs pygls: pip install 'fastapi-lint[lsp]'"
        ) from None
    make_server().start_io()
