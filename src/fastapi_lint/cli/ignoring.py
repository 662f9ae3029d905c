"""`check --add-ignore`: write suppression comments for what remains."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from fastapi_lint.cli.exit_status import exit_status, has_failed
from fastapi_lint.cli.fixing import show_diff
from fastapi_lint.cli.flags import Flags
from fastapi_lint.cli.progress import Progress
from fastapi_lint.cli.publishing import print_problems, publish

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.git import Changes
    from fastapi_lint.linter.report import StandardInput


def run(
    settings: Settings,
    paths: Sequence[str],
    stdin: StandardInput | None,
    changes: Changes | None,
    flags: Flags,
) -> int:
    """Fix if that is asked for, suppress the rest, report what cannot be suppressed, and return the exit code."""
    from fastapi_lint.linter.ignoring import add_ignores

    started = time.perf_counter()
    only = changes.files if changes is not None else None
    with Progress(sys.stderr) as progress:
        if flags.fix or flags.fix_only:
            from fastapi_lint.linter.fixing import fix

            fix(settings, paths, only=only, unsafe=flags.unsafe_fixes, progress=progress)
        done = add_ignores(
            settings, paths, flags.add_ignore or "", only=only, write=not flags.diff, progress=progress
        )
    print_problems(done.report)
    if flags.diff:
        show_diff(done.changes, flags)
        return exit_status(done.report, failed=bool(done.changes) and not flags.exit_zero)
    if not flags.quiet:
        findings = f"{done.ignored} finding{'s' * (done.ignored != 1)}"
        files = f"{len(done.changes)} file{'s' * (len(done.changes) != 1)}"
        click.echo(f"Suppressed {findings} by comments in {files}", err=True)
    elapsed = time.perf_counter() - started
    publish(done.report, settings, paths, flags, {}, elapsed=elapsed, stream=sys.stdout)
    return exit_status(
        done.report, failed=has_failed(done.report.diagnostics, settings) and not flags.exit_zero
    )
