"""Runs after edits of the bodies of some functions: only the files are linted again whose findings can change.

Which these are follows from what the analyses have revealed in the run before, see `application/revealed.py`: when
nothing is revealed of an edited body, or only what still is so, findings elsewhere are what they were. What runs on
the event loop is followed from the edited functions on. After any other edit everything is linted again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import msgspec

from fastapi_lint.application.edited_bodies import Unforeseeable
from fastapi_lint.diagnostics import Diagnostic
from fastapi_lint.linter.edits import Edits
from fastapi_lint.linter.policy import Policy
from fastapi_lint.linter.project import LoadedProject
from fastapi_lint.linter.report import Report
from fastapi_lint.linter.revealed import Revealed
from fastapi_lint.linter.run import lint_loaded, without_garbage_collection
from fastapi_lint.rules.custom import metadata_of
from fastapi_lint.rules.registry import all_metadata

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.linter.files import DirectoryFiles
    from fastapi_lint.linter.run import Progress
    from fastapi_lint.linter.sources import Sources

_MOST = 4
"""Files are linted again if they are at most such a part of those that are linted."""
_SAYS_LINE = re.compile(r"\blines? \d")


class Finished(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a run for the next one over the same files."""

    result: bytes
    """The key of what it found."""
    digests: list[bytes]
    """Of the contents of the project's files, in the order of their paths."""
    topics: list[int]
    """What these files are about: see `relevance.py`."""
    revealed: Revealed
    used_ignores: dict[str, set[str]]


def finished(result: bytes, files: DirectoryFiles, report: Report) -> Finished:
    """What is to be kept of a run over some files, whose result has this key."""
    paths = list(files.paths())
    topics = [files.topics(path) for path in paths]
    return Finished(
        result,
        [files.digest(path) for path in paths],
        topics,
        report.revealed or Revealed(),
        report.used_ignores,
    )


def lint_edited(
    settings: Settings,
    sources: Sources,
    before: Finished,
    found: Sequence[Diagnostic],
    progress: Progress | None = None,
) -> Report | None:
    """The report of a run after edits, most of it taken over from an earlier run; None when that is not possible.

    Args:
        settings: those of both runs.
        sources: the files of both runs.
        before: what is kept of the earlier run.
        found: what the earlier run has found.
        progress: told which file is linted.
    """
    if metadata_of(settings).keys() != all_metadata().keys():
        return None  # what own rules look into they do not say
    files, most = sources.files, len(sources.linted) // _MOST
    digests = dict(zip(files.paths(), before.digests, strict=True))
    topics = dict(zip(files.paths(), before.topics, strict=True))
    changed = {path: digest for path, digest in digests.items() if files.digest(path) != digest}
    if not 0 < len(changed) <= most:
        return None
    files.know_topics({path: found for path, found in topics.items() if path not in changed})
    loaded = LoadedProject(settings, files, changed)
    edits = Edits(loaded, changed, topics, before.revealed)
    try:
        with without_garbage_collection():
            concerned = edits.concerned()
    except Unforeseeable:
        return None
    concerned.update(each.filename for each in found if _says_where(each, changed))
    again = concerned.intersection(sources.linted)
    if len(again) > most:
        return None
    if again:
        report = lint_loaded(loaded.linting(again, edits.loop), progress=progress)
    else:
        loaded.save_indexes()
        report = Report(root=files.root, diagnostics=[], failures=[], problems=[], checked=0)
    if report.incomplete:
        return None
    report.problems = [*sources.problems, *report.problems]
    kept = set(sources.linted).difference(again)
    for pattern, paths in before.used_ignores.items():
        report.used_ignores.setdefault(pattern, set()).update(paths & kept)
    report.diagnostics += [each for each in found if each.filename in kept]
    if settings.per_file_ignores and not set(files.paths()).difference(sources.linted):
        report.diagnostics += _unused_file_ignores(settings, sources, report)
    report.diagnostics.sort(key=lambda diagnostic: diagnostic.sort_key)
    report.checked = len(sources.linted)
    revealed = edits.still_revealed()
    if report.revealed is not None:
        revealed.add(report.revealed)
    report.revealed = revealed
    return report


def _unused_file_ignores(settings: Settings, sources: Sources, report: Report) -> list[Diagnostic]:
    policy = Policy(settings, metadata_of(settings))
    policy.used_ignores = report.used_ignores
    return policy.unused_file_ignores(policy.selections.codes_in(sources.linted))


def _says_where(diagnostic: Diagnostic, paths: Collection[str]) -> bool:
    """Whether a finding may say where something stands in one of these files."""
    return _SAYS_LINE.search(diagnostic.message) is not None or any(
        step.filename in paths for step in diagnostic.trace
    )
