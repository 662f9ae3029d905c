"""All commands, as one program: one file per command, imported when the command is used."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from fastapi_lint import __version__
from fastapi_lint.cli import FOUND_NOTHING, OUTPUT_CLOSED, PROGRAM

_COMMANDS = {
    "check": "fastapi_lint.cli.check:check",
    "clean": "fastapi_lint.cli.clean:clean",
    "routes": "fastapi_lint.cli.routes:routes",
    "graph": "fastapi_lint.cli.graph:graph",
    "why": "fastapi_lint.cli.why:why",
    "rule": "fastapi_lint.cli.rule:rule",
    "config": "fastapi_lint.cli.config:config",
    "baseline": "fastapi_lint.cli.baseline:baseline",
    "init": "fastapi_lint.cli.init:init",
    "server": "fastapi_lint.cli.server:server",
}
"""Each command's function; to add a command, add a line."""


class LazyGroup(click.Group):
    """A group that imports a command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of their table."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, function = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), function)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; when nobody reads its output any more, say so by the exit code alone."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return OUTPUT_CLOSED


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, "-V", "--version", prog_name=PROGRAM, message="%(prog)s %(version)s")
def program() -> None:
    """A linter that understands whole FastAPI applications."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; what is wrong with the arguments is raised."""
    status: int | None = program.main(list(arguments), prog_name=PROGRAM, standalone_mode=False)
    return status or FOUND_NOTHING
