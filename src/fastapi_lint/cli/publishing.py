"""From the outcome of a run to its reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

import click

from fastapi_lint.cli.destinations import destinations, replacing
from fastapi_lint.cli.flags import Flags
from fastapi_lint.cli.parameters import is_colourful
from fastapi_lint.cli.source_lines import SourceLines
from fastapi_lint.config.settings import Settings
from fastapi_lint.linter.report import Report
from fastapi_lint.metadata import RuleMetadata
from fastapi_lint.output import render
from fastapi_lint.output.report import OutputReport, ReportedRoute
from fastapi_lint.output.summary import failure_line

_FOR_PEOPLE = ("full", "concise", "grouped")
_NAMING_RULES = ("sarif",)
"""Formats that list the rules themselves: nobody else pays for importing them."""
_SHOWING_ROUTES = ("html",)
"""Formats with a table of the routes: nobody else pays for working them out."""
_SILENT_ABOUT_FAILURES = ("json", "json-lines", "gitlab", "rdjson", "pylint")
"""Formats that have no place for a rule that raised."""


def publish(
    report: Report,
    settings: Settings,
    paths: Sequence[str],
    flags: Flags,
    overlay: Mapping[str, bytes],
    *,
    elapsed: float,
    stream: TextIO,
) -> None:
    """Write a run's report to every place it was asked for.

    Args:
        report: the outcome of the run.
        settings: the settings it went by.
        paths: what it was about; empty when that is only what `overlay` has.
        flags: the places, and what to write there.
        overlay: the content of files that differ from those on disk.
        elapsed: seconds that the run took.
        stream: what stands for standard output.
    """
    places = list(destinations(flags.output_files, settings.output_format))
    formats = {each.format for each in places} if not flags.statistics else frozenset[str]()
    outcome = OutputReport(
        diagnostics=report.diagnostics,
        root=report.root,
        checked=report.checked,
        rules=_rules_that_ran(settings) if formats.intersection(_NAMING_RULES) else {},
        source=SourceLines(report.root, overlay),
        failures=report.failures,
        routes=_routes(settings, paths, overlay) if formats.intersection(_SHOWING_ROUTES) else (),
        shows_edits=flags.show_fixes,
        elapsed=elapsed,
        directory=Path.cwd(),
    )
    color = is_colourful(flags.color, stream)
    has_something = bool(report.diagnostics or report.failures)
    for place in places:
        if place.path is not None:
            with replacing(place.path) as file:
                _write(outcome, place.format, file, flags, color=False)
        elif has_something or not flags.quiet or place.format not in _FOR_PEOPLE:
            _write(outcome, place.format, stream, flags, color=color)
    if settings.output_format in _SILENT_ABOUT_FAILURES or flags.statistics:
        for failure in report.failures:
            click.echo(failure_line(failure), err=True)
    if flags.verbose:
        click.echo(f"Checked {report.checked} files in {elapsed:.2f} s", err=True)


def print_problems(report: Report) -> None:
    """Say on standard error what could not be done."""
    for problem in report.problems:
        click.echo(f"Error: {problem}", err=True)


def _write(report: OutputReport, output_format: str, stream: TextIO, flags: Flags, *, color: bool) -> None:
    if flags.statistics:
        from fastapi_lint.output.statistics import render_statistics

        render_statistics(output_format, report, stream, color=color)
    else:
        render(output_format, report, stream, color=color)


def _routes(
    settings: Settings, paths: Sequence[str], overlay: Mapping[str, bytes]
) -> Sequence[ReportedRoute]:
    from fastapi_lint.linter.routes import reported_routes

    return reported_routes(settings, paths, overlay)


def _rules_that_ran(settings: Settings) -> Mapping[str, RuleMetadata]:
    from fastapi_lint.config.selection import Selection
    from fastapi_lint.rules.custom import metadata_of

    rules = metadata_of(settings)
    chosen = Selection.build(settings, rules).codes
    return {code: rule for code, rule in rules.items() if code in chosen}
