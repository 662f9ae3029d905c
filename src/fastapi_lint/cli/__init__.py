"""The command line: one file per command, imported when the command is used.

Exit codes: 0 nothing to report, 1 findings, 2 the work could not be done, 130 interrupted, 141 nobody reads
the output any more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from fastapi_lint import __version__

FOUND_NOTHING = 0
FOUND_SOMETHING = 1
FAILED = 2
INTERRUPTED = 130
OUTPUT_CLOSED = 141

_PROGRAM = "fastapi-lint"
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
@click.version_option(__version__, "-V", "--version", prog_name=_PROGRAM, message="%(prog)s %(version)s")
def program() -> None:
    """A linter that understands whole FastAPI applications."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; never raises."""
    try:
        status = program.main(list(arguments), prog_name=_PROGRAM, standalone_mode=False) or FOUND_NOTHING
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        status = FAILED
    except (click.Abort, KeyboardInterrupt):
        status = INTERRUPTED
    except BrokenPipeError:
        status = OUTPUT_CLOSED
    except Exception as error:
        status = _explained(error)
    if status == OUTPUT_CLOSED:
        _discard_output()
    return int(status)


def _explained(error: Exception) -> int:
    """Print an error that ended the run, as the user's or as ours."""
    from fastapi_lint.config.errors import ConfigError

    if isinstance(error, ConfigError):
        click.echo(f"Error: {error}", err=True)
        return FAILED
    import traceback

    traceback.print_exception(error)
    click.echo(
        f"\nError: this is a bug in {_PROGRAM} {__version__}, not in your code: please report it with the lines above",
        err=True,
    )
    return FAILED


def _discard_output() -> None:
    """Let what is still buffered for a closed pipe go nowhere, so that Python can flush it on its way out."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
