"""The files that have changed since an earlier run, and the files in which that may change findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.uncalled import takes_registrar
from fastapi_lint.application.edited_bodies import EditedBodies, EditedBody, Unforeseeable, with_inner
from fastapi_lint.application.known_loop import KnownLoop, Place, place_of_function
from fastapi_lint.application.names import all_definitions
from fastapi_lint.application.revealed import SOMETHING, STEPS
from fastapi_lint.application.scopes import Function
from fastapi_lint.index.comparison import FileVersions, FunctionVersions, file_versions
from fastapi_lint.linter.project import LoadedProject
from fastapi_lint.linter.relevance import COROUTINES, LOOP_STARTS, OVERRIDES
from fastapi_lint.linter.revealed import Revealed

if TYPE_CHECKING:
    from fastapi_lint.application.modules import Module
    from fastapi_lint.index import nodes


class Edits:
    """What has changed in a project, and what that may change.

    Args:
        loaded: the project as it is now, and which files have changed: those to be linted.
        digests: the digests of what these files were, by path.
        topics: what they were about, by path: see `relevance.py`.
        revealed: what the earlier run has revealed.
    """

    def __init__(
        self,
        loaded: LoadedProject,
        digests: Mapping[str, bytes],
        topics: Mapping[str, int],
        revealed: Revealed,
    ) -> None:
        self._loaded = loaded
        self._files = loaded.files
        self._digests = digests
        self._topics = topics
        self._revealed = revealed
        self._versions: dict[str, FileVersions] = {}
        self._moves: dict[Place, Place] = {}
        """Where functions of the changed files are now, by where they were."""
        self.loop: KnownLoop | None = None
        """What runs on the event loop, where that is the same as before."""

    def concerned(self) -> set[str]:
        """The paths of the files whose findings may change, the changed ones included.

        Raises:
            Unforeseeable: that may be all.
        """
        now, before = self._loaded.application, self._loaded.before_edits(self._digests)
        if before is None or not all(map(self._is_about_the_same, self._digests)):
            raise Unforeseeable
        bodies: list[EditedBody] = []
        for path in self._digests:
            module_before, module_now = before.project.module_at(path), now.project.module_at(path)
            versions = file_versions(module_before.index, module_now.index)
            if versions is None or not self._calls_nothing_notable(versions):
                raise Unforeseeable
            if versions.added or versions.removed:
                if not now.is_production(module_now) or not self._is_alone(path, versions):
                    raise Unforeseeable
            self._versions[path] = versions
            bodies += self._edited_bodies(module_before, module_now, versions)
        concerned = EditedBodies(before, now, self._defining).concerned(bodies)
        if self._revealed.loop is not None and concerned.is_loop_the_same:
            self.loop = self._revealed.loop.moved(self._digests, self._moves)
        return concerned.paths.union(self._digests)

    def still_revealed(self) -> Revealed:
        """What the earlier run has revealed, by the lines of now."""
        bodies = dict(self._revealed.bodies)
        for path, versions in self._versions.items():
            facts = bodies.pop(path, {})
            lines = {0: 0, **{each.before.line: each.now.line for each in versions.functions}}
            bodies[path] = {lines[line]: fact for line, fact in facts.items() if line in lines}
        return Revealed(bodies, self._revealed.names, self.loop)

    def _is_about_the_same(self, path: str) -> bool:
        topics = self._files.topics(path)
        starts_loops = topics & LOOP_STARTS and not topics & COROUTINES
        return topics == self._topics[path] and not starts_loops

    def _calls_nothing_notable(self, versions: FileVersions) -> bool:
        """Whether nothing is called, or not called any more, of which others want to know that it is called."""
        changed: set[str] = set()
        for each in versions.functions:
            if each.is_edited:
                changed.update(set(each.before.called).symmetric_difference(each.now.called))
        for function in (*versions.added, *versions.removed):
            changed.update(function.called)
        return changed.isdisjoint(self._revealed.names)

    def _is_alone(self, path: str, versions: FileVersions) -> bool:
        """Whether nobody but edited and new functions can know of the functions that are new or gone.

        Nobody names them, nobody goes through all functions of the file, and none of them takes an app or router, which
        somebody unknown may give to it.
        """
        facts = self._revealed.bodies.get(path, {})
        of_each = [facts.get(each.before.line, 0) & SOMETHING for each in versions.functions]
        names = {function.name for function in (*versions.added, *versions.removed)}
        word = re.compile(rb"\b(?:%b)\b" % b"|".join(map(re.escape, map(str.encode, names))))
        others = (each for each in self._files.paths() if each != path)
        return (
            not facts.get(0)
            and not (of_each and all(of_each))
            and not self._topics[path] & OVERRIDES
            and not any(map(takes_registrar, (*versions.added, *versions.removed)))
            and not any(name.startswith("__") for name in names)
            and not any(word.search(self._files.read(each)) for each in others)
            and not word.search(self._without(path, [*versions.added, *_edited(versions.functions)]))
        )

    def _without(self, path: str, functions: Iterable[nodes.FunctionDef]) -> bytes:
        """The text of a file without some functions."""
        lines: list[bytes | None] = list(self._files.read(path).splitlines())
        for function in functions:
            lines[function.line - 1 : function.end_line] = [None] * (function.end_line - function.line + 1)
        return b"\n".join(line for line in lines if line is not None)

    def _edited_bodies(self, before: Module, now: Module, versions: FileVersions) -> Iterator[EditedBody]:
        """The bodies of which something is revealed, or now would be."""
        facts = self._revealed.bodies.get(now.path, {})
        functions_before, functions_now = _functions(before), _functions(now)
        for each in versions.functions:
            inside = map(with_inner, (functions_before.get(each.before), functions_now.get(each.now)))
            for function_before, function_now in zip(*inside, strict=True):
                self._moves[place_of_function(function_before)] = place_of_function(function_now)
            if each.is_edited and each.before.line in facts:
                revealed = facts[each.before.line]
                yield EditedBody(functions_before[each.before], functions_now[each.now], revealed)
        for function in versions.added:
            if function.is_async:
                yield EditedBody(None, functions_now[function], STEPS)
        for function in versions.removed:
            revealed = facts.get(function.line, 0) | (STEPS if function.is_async else 0)
            yield EditedBody(functions_before[function], None, revealed)

    def _defining(self, name: str) -> Iterator[str]:
        """The files that may define a method of that name."""
        definition = re.compile(rb"\bdef\s+%b\b" % re.escape(name.encode()))
        return (path for path in self._files.paths() if definition.search(self._files.read(path)))


def _edited(functions: Iterable[FunctionVersions]) -> Iterator[nodes.FunctionDef]:
    return (each.now for each in functions if each.is_edited)


def _functions(module: Module) -> Mapping[nodes.Node, Function]:
    return {each.node: each for each in all_definitions(module.scope) if isinstance(each, Function)}
