"""A run that is answered from the cache when nothing it depends on has changed: no model, no rules, no syntax."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastapi_lint.diagnostics import Diagnostic
from fastapi_lint.linter.cache import (
    LAST_RUNS,
    RESULTS,
    Entry,
    EntryFiles,
    cache_directory,
    digest,
    tool_identity,
)
from fastapi_lint.linter.file_states import FileStates
from fastapi_lint.linter.files import Asked, DirectoryFiles
from fastapi_lint.linter.report import Report, StandardInput
from fastapi_lint.linter.sources import Sources, find_sources

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.git import Changes
    from fastapi_lint.linter.baseline import BaselineFile
    from fastapi_lint.linter.policy import Policy
    from fastapi_lint.linter.run import Progress
    from fastapi_lint.linter.timings import Timings

_IRRELEVANT = ("baseline", "cache", "cache_dir", "workers", "output_format", "root", "config_file", "origins")


class _Result(msgspec.Struct, frozen=True, array_like=True):
    """What a run found, and what it looked at on disk beside the project's own files."""

    diagnostics: list[Diagnostic]
    asked: Asked


def lint(
    settings: Settings,
    paths: Sequence[str],
    *,
    stdin: StandardInput | None = None,
    changes: Changes | None = None,
    exhaustive: bool = False,
    progress: Progress | None = None,
    timings: Timings | None = None,
) -> Report:
    """`fastapi_lint.linter.run.lint`, from the cache where that is possible; a run that is timed never is.

    Raises:
        ConfigError: the settings name rules or files that there are not.
    """
    if stdin is not None or exhaustive:
        from fastapi_lint.linter import run

        return run.lint(settings, paths, stdin=stdin, exhaustive=exhaustive, progress=progress)
    if changes is not None:
        sources = find_sources(settings, paths, changes.contents, only=changes.files)
    else:
        sources = find_sources(settings, paths)
    baseline = None
    if settings.baseline is not None:
        from fastapi_lint.linter.baseline import read_baseline

        baseline = read_baseline(settings)
    without_baseline = msgspec.structs.replace(settings, baseline=None)
    directory = cache_directory(settings)
    if directory is None or timings is not None:
        report = _lint(without_baseline, sources, progress, timings)
    else:
        report = _from_cache(without_baseline, sources, directory, progress)
    if baseline is not None:
        _apply(baseline, report, settings, sources)
    return report


def _apply(baseline: BaselineFile, report: Report, settings: Settings, sources: Sources) -> None:
    """Leave what the baseline accepts out of a report."""
    from fastapi_lint.linter.accepted import beyond_baseline

    found = beyond_baseline(
        baseline,
        report.diagnostics,
        sources.files,
        sources.linted,
        lambda: _policy(settings),
        report.incomplete,
    )
    report.diagnostics = sorted(found, key=lambda diagnostic: diagnostic.sort_key)


def _policy(settings: Settings) -> Policy:
    from fastapi_lint.linter.policy import Policy
    from fastapi_lint.rules.custom import metadata_of

    return Policy(settings, metadata_of(settings))


def _from_cache(settings: Settings, sources: Sources, directory: Path, progress: Progress | None) -> Report:
    results, last_runs = EntryFiles(directory, RESULTS), EntryFiles(directory, LAST_RUNS)
    files = sources.files
    states = FileStates(directory, files.root)
    files.trust(states)
    project = _project_key(settings, sources)
    found = _known(results, _key(project, files), files)
    if found is not None:
        states.save()
        return Report(
            root=files.root,
            diagnostics=found.diagnostics,
            failures=[],
            problems=sources.problems,
            checked=len(sources.linted),
        )
    files.distrust_states()
    key = _key(project, files)
    last = last_runs.get(project)
    report = _after_edits(settings, sources, last, results, progress) if last is not None else None
    report = report or _lint(settings, sources, progress)
    if not report.incomplete:
        from fastapi_lint.linter.partial import finished

        result = _Result(report.diagnostics, files.asked)
        with contextlib.suppress(UnicodeEncodeError):  # the name of a file is no text
            results.put(key, msgspec.msgpack.encode(result))
            last_runs.put(project, msgspec.msgpack.encode(finished(key, files, report)))
    states.save()
    return report


def _after_edits(
    settings: Settings, sources: Sources, last: Entry, results: EntryFiles, progress: Progress | None
) -> Report | None:
    """The report of a run that differs little from the last one; None when it differs too much."""
    from fastapi_lint.linter.partial import Finished, lint_edited

    try:
        before = msgspec.msgpack.decode(last, type=Finished)
    except (msgspec.MsgspecError, RecursionError):
        return None
    if not len(before.digests) == len(before.topics) == len(sources.files):
        return None
    found = _known(results, before.result, sources.files)
    if found is None:
        return None
    report = lint_edited(settings, sources, before, found.diagnostics, progress)
    if report is not None:
        sources.files.asked.add(found.asked)
    return report


def _lint(
    settings: Settings, sources: Sources, progress: Progress | None, timings: Timings | None = None
) -> Report:
    from fastapi_lint.linter.run import lint_sources

    return lint_sources(settings, sources, progress=progress, timings=timings)


def _known(results: EntryFiles, key: bytes, files: DirectoryFiles) -> _Result | None:
    entry = results.get(key)
    if entry is None:
        return None
    try:
        found = msgspec.msgpack.decode(entry, type=_Result)
    except (msgspec.MsgspecError, RecursionError):
        return None
    return found if found.asked.holds(files) else None


def _names(paths: Iterable[str]) -> bytes:
    """Paths as bytes: not every name of a file is text."""
    return os.fsencode("\0".join(paths))


def _key(project: bytes, files: DirectoryFiles) -> bytes:
    """Everything that a result depends on, but for what the run asks of the disk on its way."""
    contents = b"".join(map(files.digest, files.paths()))
    unreadable = [(_names([path]), str(error)) for path, error in sorted(files.unreadable().items())]
    return digest(msgspec.msgpack.encode((project, contents, unreadable)))


def _project_key(settings: Settings, sources: Sources) -> bytes:
    """What a result depends on beside the contents of files: the same before and after most edits."""
    from fastapi_lint.config.rule_sources import state_of_rules
    from fastapi_lint.config.versions import detect_versions

    files = sources.files
    options = {
        name: getattr(settings, name) for name in settings.__struct_fields__ if name not in _IRRELEVANT
    }
    ignores = [  # findings about them say where they are written
        (
            settings.config_file and settings.config_file.name,
            settings.error("per-file-ignores", "", pattern).line,
        )
        for pattern in settings.per_file_ignores
    ]
    parts = (
        tool_identity(),
        options,
        ignores,
        detect_versions(settings),
        state_of_rules(settings),
        _names(sources.linted),
        _names(files.paths()),
    )
    return digest(msgspec.msgpack.encode(parts, enc_hook=str, order="deterministic"))
