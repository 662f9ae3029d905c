"""`fastapi-lint baseline`: accept the findings of today, and fail on new ones."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from fastapi_lint.cli import FOUND_NOTHING, FOUND_SOMETHING
from fastapi_lint.cli.destinations import replacing
from fastapi_lint.cli.exit_status import exit_status
from fastapi_lint.cli.parameters import config_options
from fastapi_lint.cli.progress import Progress
from fastapi_lint.cli.publishing import print_problems
from fastapi_lint.cli.source_lines import SourceLines
from fastapi_lint.config.settings import Settings, load_settings

if TYPE_CHECKING:
    from fastapi_lint.linter.baseline import Accepted, Baseline, Comparison


@click.group()
def baseline() -> None:
    """Accept the findings of today, so that only new ones are reported."""


def _subcommand(function: Callable[..., int]) -> click.Command:
    return baseline.command()(click.argument("paths", nargs=-1)(config_options(function)))


@_subcommand
def create(paths: tuple[str, ...], config: tuple[str, ...], isolated: bool) -> int:
    """Accept all findings in PATHS, and configure the baseline where it is not."""
    settings = load_settings(paths, config=config, isolated=isolated)
    run = _Run(settings, paths)
    if run.path.exists():
        raise click.ClickException(f"{run.name} exists already: `fastapi-lint baseline update` renews it")
    found = run.found()
    _write(run.path, found)
    click.echo(f"Accepted {_findings(found.total)} in {_files(found)}: {run.name}")
    if settings.baseline is None:
        _configure(settings, run.name)
    return run.status


@_subcommand
def update(paths: tuple[str, ...], config: tuple[str, ...], isolated: bool) -> int:
    """Accept exactly the findings there are in PATHS now."""
    run = _Run(load_settings(paths, config=config, isolated=isolated), paths)
    before = run.read()
    found = run.found()
    comparison = run.compare(before)
    after = before.only(lambda accepted: not run.covers(accepted)).plus(found)
    _write(run.path, after)
    added, removed = _findings(len(comparison.new)), run.leftover(comparison).total
    click.echo(f"Accepted {added} more and removed {removed}; {run.name} has {after.total} now")
    return run.status


@_subcommand
def prune(paths: tuple[str, ...], config: tuple[str, ...], isolated: bool) -> int:
    """Remove what is no longer found in PATHS, and accept nothing new."""
    run = _Run(load_settings(paths, config=config, isolated=isolated), paths)
    before = run.read()
    leftover = run.leftover(run.compare(before))
    after = before.minus(leftover)
    _write(run.path, after)
    click.echo(f"Removed {_findings(leftover.total)}; {run.name} has {after.total} now")
    return run.status


@_subcommand
def check(paths: tuple[str, ...], config: tuple[str, ...], isolated: bool) -> int:
    """Fail unless the baseline has exactly the findings there are in PATHS."""
    run = _Run(load_settings(paths, config=config, isolated=isolated), paths)
    comparison = run.compare(run.read())
    leftover = run.leftover(comparison)
    for diagnostic in comparison.new:
        place = f"{diagnostic.filename}:{diagnostic.location.row}:{diagnostic.location.column}"
        click.echo(f"new: {place}: {diagnostic.code} {diagnostic.message}")
    for accepted, count in leftover.counts.items():
        times = f" ({count} times)" if count > 1 else ""
        click.echo(f"gone: {accepted.filename}: {accepted.code} {leftover.message(accepted)}{times}")
    click.echo(
        f"{run.name}: {comparison.accepted} accepted, {len(comparison.new)} new, {leftover.total} gone"
    )
    return run.status or (FOUND_SOMETHING if comparison.new or leftover.counts else FOUND_NOTHING)


class _Run:
    """What is found without the baseline, and where the baseline is."""

    def __init__(self, settings: Settings, paths: Sequence[str]) -> None:
        from fastapi_lint.linter.cached import lint
        from fastapi_lint.linter.project import linted_files

        paths = paths or (".",)
        with Progress(sys.stderr) as progress:
            self.report = lint(msgspec.structs.replace(settings, baseline=None), paths, progress=progress)
        print_problems(self.report)
        self.settings = settings
        self._linted = frozenset(linted_files(settings, paths))
        self._source = SourceLines(settings.root, {})

    @property
    def path(self) -> Path:
        from fastapi_lint.linter.baseline import baseline_path

        return baseline_path(self.settings.root, self.settings.baseline)

    @property
    def name(self) -> str:
        """The baseline, relative to the project root where it lies in it."""
        path, root = self.path, self.settings.root
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)

    @property
    def status(self) -> int:
        """2 when part of the work could not be done."""
        return exit_status(self.report, failed=False)

    def read(self) -> Baseline:
        from fastapi_lint.linter.baseline import Baseline, read_baseline

        settings = self.settings
        known = read_baseline(msgspec.structs.replace(settings, baseline=settings.baseline or self.name))
        return known.content if known is not None else Baseline({}, {})

    def found(self) -> Baseline:
        from fastapi_lint.linter.baseline import Baseline

        return Baseline.of(self.report.diagnostics, self._source)

    def compare(self, known: Baseline) -> Comparison:
        return known.compare(self.report.diagnostics, self._source)

    def leftover(self, comparison: Comparison) -> Baseline:
        return comparison.leftover.only(self.covers)

    def covers(self, accepted: Accepted) -> bool:
        """Whether an accepted finding would have been found, were it still there."""
        return accepted.filename in self._linted or not (self.settings.root / accepted.filename).exists()


def _write(path: Path, content: Baseline) -> None:
    with replacing(path) as stream:
        stream.write(content.text())


def _configure(settings: Settings, name: str) -> None:
    """Write the option `baseline` into the project's configuration."""
    from fastapi_lint.config.setup import configure

    changed = configure(settings, "baseline", name)
    click.echo(f"{changed.path.name}: {changed.note}")
    if changed.after is not None:
        with replacing(changed.path) as stream:
            stream.write(changed.after)


def _findings(count: int) -> str:
    return f"{count} finding{'s' * (count != 1)}"


def _files(content: Baseline) -> str:
    count = len({accepted.filename for accepted in content.counts})
    return f"{count} file{'s' * (count != 1)}"
