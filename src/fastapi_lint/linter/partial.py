"""Runs after edits of the bodies of some functions: only the files are linted again whose findings can change.

Which these are follows from what the analyses have revealed in the run before, see `application/revealed.py`: when
nothing is revealed of an edited body, or only what still is so, findings elsewhere are what they were. What runs on
the event loop is followed from the edited functions on. After any other edit everything is linted again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from fastapi_lint.application.edited_bodies import EditedBodies, EditedBody, Unforeseeable
from fastapi_lint.application.names import all_definitions
from fastapi_lint.application.scopes import Function
from fastapi_lint.diagnostics import Diagnostic
from fastapi_lint.index.comparison import FunctionVersions, function_versions
from fastapi_lint.linter import relevance
from fastapi_lint.linter.project import LoadedProject
from fastapi_lint.linter.revealed import Revealed
from fastapi_lint.linter.run import lint_sources, without_garbage_collection

if TYPE_CHECKING:
    from fastapi_lint.application.modules import Module
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.index import nodes
    from fastapi_lint.linter.files import DirectoryFiles
    from fastapi_lint.linter.report import Report
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
    kinds: list[int]
    """What the texts of these files speak of."""
    revealed: Revealed


def finished(result: bytes, files: DirectoryFiles, revealed: Revealed) -> Finished:
    """What is to be kept of a run over some files."""
    paths = list(files.paths())
    kinds = [relevance.kind_of(files.read(path)) for path in paths]
    return Finished(result, [files.digest(path) for path in paths], kinds, revealed)


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
    edits = _Edits(settings, sources, before)
    if not edits.paths or _MOST * len(edits.paths) > len(sources.linted):
        return None
    try:
        with without_garbage_collection():
            concerned = edits.concerned()
    except Unforeseeable:
        return None
    concerned.update(each.filename for each in found if _says_where(each, edits.paths))
    again = concerned.intersection(sources.linted)
    if _MOST * len(again) > len(sources.linted):
        return None
    report = lint_sources(settings, sources._replace(linted=sorted(again)), progress=progress)
    if report.incomplete:
        return None
    report.diagnostics += [each for each in found if each.filename not in again]
    report.diagnostics.sort(key=lambda diagnostic: diagnostic.sort_key)
    report.checked = len(sources.linted)
    report.revealed.add(edits.still_revealed())
    return report


def _says_where(diagnostic: Diagnostic, paths: Collection[str]) -> bool:
    """Whether a finding may say where something stands in one of these files."""
    return _SAYS_LINE.search(diagnostic.message) is not None or any(
        step.filename in paths for step in diagnostic.trace
    )


class _Edits:
    """The files that have changed since an earlier run."""

    def __init__(self, settings: Settings, sources: Sources, before: Finished) -> None:
        self._settings = settings
        self._files = sources.files
        self._before = before
        paths = list(sources.files.paths())
        self._kinds = dict(zip(paths, before.kinds, strict=True))
        self.paths = {
            path: digest
            for path, digest in zip(paths, before.digests, strict=True)
            if sources.files.digest(path) != digest
        }
        """Their paths, with the digests of what they were."""
        self._versions: dict[str, list[FunctionVersions]] = {}

    def concerned(self) -> set[str]:
        """The paths of the files whose findings may change, these included.

        Raises:
            Unforeseeable: that may be all.
        """
        loaded = LoadedProject(self._settings, self._files, self.paths)
        now, before = loaded.application, loaded.before_edits(self.paths)
        if before is None or not all(map(self._is_of_same_kind, self.paths)):
            raise Unforeseeable
        bodies: list[EditedBody] = []
        for path in self.paths:
            module_before, module_now = before.project.module_at(path), now.project.module_at(path)
            versions = function_versions(module_before.index, module_now.index)
            if versions is None or any(map(self._calls_notable, versions)):
                raise Unforeseeable
            self._versions[path] = versions
            bodies += self._revealing(module_before, module_now, versions)
        if not bodies:
            return set(self.paths)
        return EditedBodies(before, now, self._defining).concerned(bodies).union(self.paths)

    def still_revealed(self) -> Revealed:
        """What the earlier run has revealed, by the lines of now."""
        bodies = dict(self._before.revealed.bodies)
        for path, versions in self._versions.items():
            facts = bodies.pop(path, {})
            bodies[path] = {
                each.now.line: facts[each.before.line] for each in versions if each.before.line in facts
            }
        return Revealed(bodies, self._before.revealed.names)

    def _is_of_same_kind(self, path: str) -> bool:
        text = self._files.read(path)
        starts_loops = relevance.may_start_loops(text) and not relevance.has_coroutines(text)
        return relevance.kind_of(text) == self._kinds[path] and not starts_loops

    def _calls_notable(self, versions: FunctionVersions) -> bool:
        """Whether a function calls, or has called, something of which others want to know that it is called."""
        names = set(versions.before.called).symmetric_difference(versions.now.called)
        return versions.is_edited and not names.isdisjoint(self._before.revealed.names)

    def _revealing(
        self, before: Module, now: Module, versions: Iterable[FunctionVersions]
    ) -> Iterator[EditedBody]:
        """The edited functions of which something is revealed."""
        facts = self._before.revealed.bodies.get(now.path, {})
        edited = [each for each in versions if each.is_edited and each.before.line in facts]
        if edited:
            functions_before, functions_now = _functions(before), _functions(now)
            for each in edited:
                revealed = facts[each.before.line]
                yield EditedBody(functions_before[each.before], functions_now[each.now], revealed)

    def _defining(self, name: str) -> Iterator[str]:
        """The files that may define a method of that name."""
        definition = re.compile(rb"\bdef\s+" + re.escape(name.encode()) + rb"\b")
        return (path for path in self._files.paths() if definition.search(self._files.read(path)))


def _functions(module: Module) -> Mapping[nodes.FunctionDef, Function]:
    return {each.node: each for each in all_definitions(module.scope) if isinstance(each, Function)}
