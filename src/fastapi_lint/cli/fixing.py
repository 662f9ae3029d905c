"""`check` with fixes: apply or show them, and report what remains."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from fastapi_lint.cli.exit_status import exit_status, has_failed
from fastapi_lint.cli.flags import Flags
from fastapi_lint.cli.parameters import is_colourful
from fastapi_lint.cli.progress import Progress
from fastapi_lint.cli.publishing import print_problems, publish

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.diagnostics import Diagnostic
    from fastapi_lint.git import Changes
    from fastapi_lint.linter.fixing import FixedFile, FixReport
    from fastapi_lint.linter.report import StandardInput


def run(
    settings: Settings,
    paths: Sequence[str],
    stdin: StandardInput | None,
    changes: Changes | None,
    flags: Flags,
) -> int:
    """Fix, or with `--diff` show what would be fixed, and return the exit code."""
    from fastapi_lint.linter.fixing import fix

    started = time.perf_counter()
    with Progress(sys.stderr) as progress:
        fixed = fix(
            settings,
            paths,
            stdin=stdin,
            only=changes.files if changes is not None else None,
            unsafe=flags.unsafe_fixes,
            write=not flags.diff,
            progress=progress,
        )
    print_problems(fixed.report)
    if flags.show_fixes:
        _list_fixes(fixed.applied)
    if flags.diff:
        show_diff(fixed.changes, flags)
        return exit_status(fixed.report, failed=bool(fixed.changes) and not flags.exit_zero)
    contents = {stdin.filename: stdin.data} if stdin else {}
    if stdin is not None:
        contents.update({change.filename: change.data for change in fixed.changes})
        sys.stdout.buffer.write(contents[stdin.filename])
    if fixed.applied and not flags.quiet:
        click.echo(_summary(fixed), err=True)
    failed = flags.exit_non_zero_on_fix and bool(fixed.applied)
    if not flags.fix_only:
        stream = sys.stdout if stdin is None else sys.stderr
        elapsed = time.perf_counter() - started
        about = () if stdin is not None else paths
        publish(fixed.report, settings, about, flags, contents, elapsed=elapsed, stream=stream)
        failed |= has_failed(fixed.report.diagnostics, settings)
    return exit_status(fixed.report, failed=failed and not flags.exit_zero)


def show_diff(changes: Sequence[FixedFile], flags: Flags) -> None:
    """Print what would change."""
    from fastapi_lint.fixes.diff import unified_diff

    color = is_colourful(flags.color, sys.stdout)
    for change in changes:
        sys.stdout.write(unified_diff(change.filename, change.before, change.after, color=color))
    if not flags.quiet:
        files = f"{len(changes)} file{'s' * (len(changes) != 1)}"
        click.echo(f"{files} would change" if changes else "Nothing to fix", err=True)


def _list_fixes(applied: Sequence[Diagnostic]) -> None:
    """Name on standard error each finding that was mended."""
    for diagnostic in applied:
        meant = diagnostic.fix.message if diagnostic.fix else diagnostic.message
        place = f"{diagnostic.filename}:{diagnostic.location.row}"
        click.echo(f"Fixed {place}: {diagnostic.code} {diagnostic.name}: {meant}", err=True)


def _summary(fixed: FixReport) -> str:
    findings = f"{len(fixed.applied)} finding{'s' * (len(fixed.applied) != 1)}"
    return f"Fixed {findings} in {len(fixed.changes)} file{'s' * (len(fixed.changes) != 1)}"
