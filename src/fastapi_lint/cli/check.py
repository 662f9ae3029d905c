"""`fastapi-lint check`: lint, and fix when asked to."""

from __future__ import annotations

from typing import Any

import click

from fastapi_lint.cli import checking
from fastapi_lint.cli.check_options import OPTIONS, CheckOption, contradiction
from fastapi_lint.cli.parameters import SELECTORS


class _Check(click.Command):
    """The command; of its options one may stand with or without a value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`--add-ignore` takes its reason behind `=` only, so that a path after it stays a path."""
        bare = {name for option in OPTIONS if option.needs_equals for name in option.names}
        return super().parse_args(ctx, [f"{each}=" if each in bare else each for each in args])


@click.command(cls=_Check)
@click.argument("paths", nargs=-1)
def check(**given: Any) -> int:
    """Lint the FastAPI applications in PATHS: files, directories, or `-` for standard input."""
    problem = contradiction(given)
    if problem is not None:
        raise click.UsageError(problem)
    return checking.check(**given)


def _declared(option: CheckOption) -> click.Option:
    keywords: dict[str, Any] = {"help": option.help, "default": option.default, "metavar": option.metavar}
    if option.flag is not None:
        keywords |= {"is_flag": True, "flag_value": option.flag}
    elif option.takes_selectors:
        keywords |= SELECTORS
    elif option.is_repeatable:
        keywords["multiple"] = True
    elif option.choices:
        keywords["type"] = click.Choice(option.choices)
    elif option.is_count:
        keywords["type"] = click.IntRange(min=0)
    return click.Option([*option.names, option.parameter], **keywords)


check.params += map(_declared, OPTIONS)
