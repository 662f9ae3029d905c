"""The command line: commands are declared with click, but for what every commit and every keystroke waits for.

To import click takes as long as to look at a thousand files. So `--version` and the plain ways of asking for
`check` do without it; `program` has all commands.

Exit codes: 0 nothing to report, 1 findings, 2 the work could not be done, 130 interrupted, 141 nobody reads
the output any more.
"""

from __future__ import annotations

import os
import sys

from fastapi_lint import __version__

FOUND_NOTHING = 0
FOUND_SOMETHING = 1
FAILED = 2
INTERRUPTED = 130
OUTPUT_CLOSED = 141

PROGRAM = "fastapi-lint"


def run(arguments: list[str] | tuple[str, ...]) -> int:
    """Run the command line and return its exit code; never raises."""
    try:
        status = _run(list(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:
        status = OUTPUT_CLOSED
    except Exception as error:
        status = _explained(error)
    if status == OUTPUT_CLOSED:
        _discard_output()
    return int(status)


def _run(arguments: list[str]) -> int:
    if arguments in (["--version"], ["-V"]):
        print(PROGRAM, __version__)
        return FOUND_NOTHING
    if arguments[:1] == ["check"]:
        from fastapi_lint.cli.check_options import plainly_given

        given = plainly_given(arguments[1:])
        if given is not None:
            from fastapi_lint.cli.checking import check

            return check(**given)
    from fastapi_lint.cli.program import main

    return main(arguments)


def _explained(error: Exception) -> int:
    """Print an error that ended the run, as the user's or as ours."""
    import click

    from fastapi_lint.config.errors import ConfigError

    if isinstance(error, click.Abort):
        return INTERRUPTED
    if isinstance(error, click.ClickException):
        error.show()
        return FAILED
    if isinstance(error, ConfigError):
        click.echo(f"Error: {error}", err=True)
        return FAILED
    import traceback

    traceback.print_exception(error)
    click.echo(
        f"\nError: this is a bug in {PROGRAM} {__version__}, not in your code: please report it with the lines above",
        err=True,
    )
    return FAILED


def _discard_output() -> None:
    """Let what is still buffered for a closed pipe go nowhere, so that Python can flush it on its way out."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
