"""`check` without fixes: lint and report."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from fastapi_lint.cli.exit_status import exit_status, has_failed
from fastapi_lint.cli.flags import Flags
from fastapi_lint.cli.progress import Progress
from fastapi_lint.cli.publishing import print_problems, publish

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.git import Changes
    from fastapi_lint.linter.report import StandardInput
    from fastapi_lint.linter.timings import Timings


def run(
    settings: Settings,
    paths: Sequence[str],
    stdin: StandardInput | None,
    changes: Changes | None,
    flags: Flags,
) -> int:
    """Lint, report, and return the exit code."""
    from fastapi_lint.linter.cached import lint

    timings = _timings() if flags.profile else None
    started = time.perf_counter()
    with Progress(sys.stderr) as progress:
        report = lint(
            settings,
            paths,
            stdin=stdin,
            changes=changes,
            exhaustive=flags.exhaustive,
            progress=progress,
            timings=timings,
        )
    overlay = {stdin.filename: stdin.data} if stdin else changes.contents if changes else {}
    print_problems(report)
    elapsed = time.perf_counter() - started
    about = () if stdin else paths
    publish(report, settings, about, flags, overlay, elapsed=elapsed, stream=sys.stdout)
    if timings is not None:
        click.echo("\n".join(timings.lines()), err=True)
    return exit_status(report, failed=has_failed(report.diagnostics, settings) and not flags.exit_zero)


def _timings() -> Timings:
    from fastapi_lint.linter.timings import Timings

    return Timings()
