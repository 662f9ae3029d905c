"""`fastapi-lint check`: lint, and fix when asked to."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fastapi_lint.cli.flags import Flags
from fastapi_lint.cli.parameters import (
    SELECTORS,
    command_line_settings,
    config_options,
    note_settings,
)
from fastapi_lint.config.settings import load_settings
from fastapi_lint.output import FORMATS

if TYPE_CHECKING:
    from fastapi_lint.git import Changes
    from fastapi_lint.linter.report import StandardInput

_STANDARD_INPUT = "-"
_UNNAMED = "stdin.py"


class _Check(click.Command):
    """The command; of its options one may stand with or without a value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`--add-ignore` takes its reason behind `=` only, so that a path after it stays a path."""
        return super().parse_args(ctx, [f"{each}=" if each == "--add-ignore" else each for each in args])


@click.command(cls=_Check)
@click.argument("paths", nargs=-1)
@click.option("--select", help="Run exactly the rules that these selectors fit.", **SELECTORS)
@click.option("--extend-select", help="Run the rules that these selectors fit too.", **SELECTORS)
@click.option("--ignore", help="Do not run the rules that these selectors fit.", **SELECTORS)
@click.option("--extend-ignore", help="The same as --ignore.", **SELECTORS)
@click.option(
    "--preset", type=click.Choice(["recommended", "strict", "all"]), help="Start from the rules of a preset."
)
@click.option("--fix", is_flag=True, help="Apply the fixes that are safe.")
@click.option(
    "--unsafe-fixes", is_flag=True, help="With --fix or --diff: fixes that may change behaviour too."
)
@click.option("--fix-only", is_flag=True, help="Apply fixes and do not report what remains.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--show-fixes", is_flag=True, help="Show what fixes and hints would change, or have changed.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 when a fix was applied.")
@click.option(
    "--add-ignore",
    metavar="[=REASON]",
    help="Write a comment that suppresses it for every finding that remains; with --diff, show them.",
)
@click.option("--changed", is_flag=True, help="Report only on files that differ from the last commit.")
@click.option("--since", metavar="REF", help="With --changed: that differ from where the branch left REF.")
@click.option("--staged", is_flag=True, help="Report only on files that are staged, as they are staged.")
@click.option("--output-format", type=click.Choice(FORMATS), help="How findings are printed.")
@click.option(
    "-o",
    "--output-file",
    "output_files",
    multiple=True,
    metavar="[FORMAT=]FILE",
    help="Write the report to a file in place of standard output, or with FORMAT= in addition to it.",
)
@click.option("--statistics", is_flag=True, help="Print how often each rule reported, not the findings.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info"]),
    help="The least severity that makes the exit code 1.",
)
@click.option(
    "--max-warnings", type=click.IntRange(min=0), help="Fail when there are more warnings than this."
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 also when there are findings.")
@click.option(
    "--exhaustive", is_flag=True, help="Visit all code with all rules, for checking the linter itself."
)
@click.option("--profile", is_flag=True, help="Say on standard error where the time goes.")
@click.option("--force-exclude", is_flag=True, default=None, help="Exclude files even when PATHS names them.")
@click.option("--stdin-filename", metavar="FILE", help="Check standard input as the content of this file.")
@click.option("--no-cache", "cache", flag_value=False, default=None, help="Neither read nor write the cache.")
@click.option("--cache-dir", metavar="DIRECTORY", help="Keep the cache in this directory.")
@click.option("--workers", type=click.IntRange(min=0), help="Share the work among this many processes.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Whether to colour the output; auto does on a terminal.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing when there is nothing to report.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Say on standard error what is used and how long it takes."
)
@config_options
def check(paths: tuple[str, ...], config: tuple[str, ...], isolated: bool, **given: Any) -> int:
    """Lint the FastAPI applications in PATHS: files, directories, or `-` for standard input."""
    flags = Flags(**{name: given[name] for name in Flags.__struct_fields__})
    buffer = given["stdin_filename"] or (_UNNAMED if paths == (_STANDARD_INPUT,) else None)
    _check_usage(given, flags, buffer)
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


def _check_usage(given: Mapping[str, Any], flags: Flags, buffer: str | None) -> None:
    """Refuse options that contradict each other."""
    if flags.unsafe_fixes and not flags.fixes:
        raise click.UsageError("--unsafe-fixes needs --fix, --fix-only or --diff.")
    by_git = given["changed"] or given["since"] or given["staged"]
    if buffer and (by_git or flags.add_ignore is not None):
        raise click.UsageError(
            "Standard input goes with none of --changed, --since, --staged and --add-ignore."
        )
    if given["staged"] and (given["changed"] or given["since"]):
        raise click.UsageError("Give --staged or --changed, not both.")
    if given["staged"] and (flags.fixes or flags.add_ignore is not None):
        raise click.UsageError("--staged changes no files; use --changed to fix.")
    if flags.add_ignore is not None and flags.fixes and (flags.diff is flags.fix):
        raise click.UsageError("--add-ignore goes with --fix or with --diff, not with both.")


def _changes(root: Path, given: Mapping[str, Any]) -> Changes:
    from fastapi_lint.git import GitError, changed_files, staged_files

    try:
        return staged_files(root) if given["staged"] else changed_files(root, given["since"])
    except GitError as error:
        raise click.ClickException(str(error)) from None


def _read_standard_input(filename: str, root: Path) -> StandardInput:
    """Standard input as the content of a file, which is named relative to the project root."""
    from fastapi_lint.linter.report import StandardInput

    relative = Path(os.path.relpath(Path(filename).absolute(), root)).as_posix()
    return StandardInput(
        filename=Path(filename).name if relative.startswith("../") else relative, data=sys.stdin.buffer.read()
    )
