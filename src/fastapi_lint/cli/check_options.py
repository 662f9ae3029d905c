"""The options of `check`, declared once: for click, and for reading plain command lines without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fastapi_lint.cli.parameters import split_selectors
from fastapi_lint.output import FORMATS

STANDARD_INPUT = "-"
"""The path that stands for it."""


class CheckOption(NamedTuple):
    """One option; without any of the last six fields it takes a text."""

    names: tuple[str, ...]
    help: str
    default: Any = None
    metavar: str | None = None
    field: str | None = None
    """The parameter; by default the last name, with underscores."""
    flag: bool | None = None
    """What it sets its parameter to, if it takes no value."""
    choices: tuple[str, ...] = ()
    is_count: bool = False
    is_repeatable: bool = False
    takes_selectors: bool = False
    needs_equals: bool = False
    """Whether it may stand without a value, and takes one only behind `=`."""

    @property
    def parameter(self) -> str:
        """The parameter that it sets."""
        return self.field or self.names[-1].lstrip("-").replace("-", "_")


def _flag(
    *names: str, help: str, default: bool | None = False, sets: bool = True, field: str | None = None
) -> CheckOption:
    return CheckOption(names, help, default, field=field, flag=sets)


def _selectors(name: str, help: str) -> CheckOption:
    return CheckOption((name,), help, metavar="SELECTOR,…", takes_selectors=True)


OPTIONS = (
    _selectors("--select", "Run exactly the rules that these selectors fit."),
    _selectors("--extend-select", "Run the rules that these selectors fit too."),
    _selectors("--ignore", "Do not run the rules that these selectors fit."),
    _selectors("--extend-ignore", "The same as --ignore."),
    CheckOption(("--preset",), "Start from the rules of a preset.", choices=("recommended", "strict", "all")),
    _flag("--fix", help="Apply the fixes that are safe."),
    _flag("--unsafe-fixes", help="With --fix or --diff: fixes that may change behaviour too."),
    _flag("--fix-only", help="Apply fixes and do not report what remains."),
    _flag("--diff", help="Show what --fix would change, and change nothing."),
    _flag("--show-fixes", help="Show what fixes and hints would change, or have changed."),
    _flag("--exit-non-zero-on-fix", help="Exit with 1 when a fix was applied."),
    CheckOption(
        ("--add-ignore",),
        "Write a comment that suppresses it for every finding that remains; with --diff, show them.",
        metavar="[=REASON]",
        needs_equals=True,
    ),
    _flag("--changed", help="Report only on files that differ from the last commit."),
    CheckOption(("--since",), "With --changed: that differ from where the branch left REF.", metavar="REF"),
    _flag("--staged", help="Report only on files that are staged, as they are staged."),
    CheckOption(("--output-format",), "How findings are printed.", choices=FORMATS),
    CheckOption(
        ("-o", "--output-file"),
        "Write the report to a file in place of standard output, or with FORMAT= in addition to it.",
        field="output_files",
        metavar="[FORMAT=]FILE",
        is_repeatable=True,
    ),
    _flag("--statistics", help="Print how often each rule reported, not the findings."),
    CheckOption(
        ("--fail-on",),
        "The least severity that makes the exit code 1.",
        choices=("error", "warning", "info"),
    ),
    CheckOption(("--max-warnings",), "Fail when there are more warnings than this.", is_count=True),
    _flag("--exit-zero", help="Exit with 0 also when there are findings."),
    _flag("--exhaustive", help="Visit all code with all rules, for checking the linter itself."),
    _flag("--profile", help="Say on standard error where the time goes."),
    _flag("--force-exclude", help="Exclude files even when PATHS names them.", default=None),
    CheckOption(("--stdin-filename",), "Check standard input as the content of this file.", metavar="FILE"),
    _flag("--no-cache", help="Neither read nor write the cache.", default=None, sets=False, field="cache"),
    CheckOption(("--cache-dir",), "Keep the cache in this directory.", metavar="DIRECTORY"),
    CheckOption(("--workers",), "Share the work among this many processes.", is_count=True),
    CheckOption(
        ("--color",),
        "Whether to colour the output; auto does on a terminal.",
        default="auto",
        choices=("auto", "always", "never"),
    ),
    _flag("-q", "--quiet", help="Print nothing when there is nothing to report."),
    _flag("-v", "--verbose", help="Say on standard error what is used and how long it takes."),
    CheckOption(
        ("--config",),
        "Use this configuration file, or set one option in TOML (repeatable).",
        metavar="FILE|KEY=VALUE",
        is_repeatable=True,
    ),
    _flag("--isolated", help="Use neither configuration files nor environment variables."),
)


def contradiction(given: Mapping[str, Any]) -> str | None:
    """What is wrong with parameters that do not go together; None when they do."""
    is_buffer = given["stdin_filename"] or given["paths"] == (STANDARD_INPUT,)
    by_git = given["changed"] or given["since"] or given["staged"]
    ignores = given["add_ignore"] is not None
    fixes = given["fix"] or given["fix_only"] or given["diff"]
    if given["unsafe_fixes"] and not fixes:
        return "--unsafe-fixes needs --fix, --fix-only or --diff."
    if is_buffer and (by_git or ignores):
        return "Standard input goes with none of --changed, --since, --staged and --add-ignore."
    if given["staged"] and (given["changed"] or given["since"]):
        return "Give --staged or --changed, not both."
    if given["staged"] and (fixes or ignores):
        return "--staged changes no files; use --changed to fix."
    if ignores and fixes and (given["diff"] is given["fix"]):
        return "--add-ignore goes with --fix or with --diff, not with both."
    return None


def plainly_given(arguments: Sequence[str]) -> dict[str, Any] | None:
    """The parameters that click would make of the arguments; None where it is better asked itself.

    Plain are options by their full names or a single letter, each with a valid value, and paths, as far as all
    these go together.
    """
    by_name = {name: option for option in OPTIONS for name in option.names}
    paths: list[str] = []
    given: dict[str, Any] = {
        option.parameter: [] if option.is_repeatable or option.takes_selectors else option.default
        for option in OPTIONS
    }
    waiting = list(reversed(arguments))
    while waiting:
        argument = waiting.pop()
        if argument == "-" or not argument.startswith("-"):
            paths.append(argument)
            continue
        name, equals, value = argument.partition("=")
        option = by_name.get(name)
        if option is None or option.needs_equals or (equals and not name.startswith("--")):
            return None
        if option.flag is not None:
            if equals:
                return None
            given[option.parameter] = option.flag
            continue
        if not equals and waiting:
            value = waiting.pop()
        if not _is_plain(option, value):
            return None
        if isinstance(given[option.parameter], list):
            given[option.parameter].append(value)
        else:
            given[option.parameter] = int(value) if option.is_count else value
    for option in OPTIONS:
        if option.takes_selectors:
            given[option.parameter] = split_selectors(given[option.parameter])
        elif option.is_repeatable:
            given[option.parameter] = tuple(given[option.parameter])
    given["paths"] = tuple(paths)
    return None if contradiction(given) else given


def _is_plain(option: CheckOption, value: str) -> bool:
    if option.choices:
        return value in option.choices
    if option.is_count:
        return value.isascii() and value.isdecimal()
    return bool(value) and not value.startswith("-")
