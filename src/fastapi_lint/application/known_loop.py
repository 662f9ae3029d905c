"""What runs on the event loop, as an earlier run has found out: where that still holds, little is searched again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from fastapi_lint.application.scopes import Function

Place: TypeAlias = tuple[str, int]
"""Path of a file, and line of a `def`."""


class KnownLoop(msgspec.Struct, frozen=True, array_like=True):
    """The functions that run on the loop, and which of them run which."""

    lines: dict[str, list[int]]
    """Where they are defined, by file: the lines of their `def`s."""
    callers: list[list[int]]
    """For each of them, in this order, the numbers of those that run it."""

    @classmethod
    def of(cls, callers: Mapping[Function, Collection[Function]]) -> KnownLoop:
        """From the functions, each with those that run it."""
        functions = sorted(callers, key=place_of_function)
        numbers = {function: number for number, function in enumerate(functions)}
        lines: dict[str, list[int]] = {}
        for function in functions:
            lines.setdefault(function.module.path, []).append(function.node.line)
        return cls(lines, [sorted(numbers[caller] for caller in callers[each]) for each in functions])

    @property
    def places(self) -> list[Place]:
        """Where they are defined, in this order."""
        return [(path, line) for path, lines in self.lines.items() for line in lines]

    def moved(self, paths: Collection[str], places: Mapping[Place, Place]) -> KnownLoop:
        """The same after edits that have changed none of it but places.

        Args:
            paths: the files that were edited.
            places: where their functions are now, by where they were; the others are gone.
        """
        lines = {
            path: [places.get((path, line), (path, 0))[1] for line in known] if path in paths else known
            for path, known in self.lines.items()
        }
        return KnownLoop(lines, self.callers)

    def leading_to(self, paths: Collection[str]) -> LoopPart:
        """What leads to the functions of some files."""
        places = self.places
        waiting = [number for number, (path, _) in enumerate(places) if path in paths]
        seen = set(waiting)
        while waiting:
            new = [each for each in self.callers[waiting.pop()] if each not in seen]
            seen.update(new)
            waiting += new
        return LoopPart(paths, frozenset(places[number] for number in seen), frozenset(places))


class LoopPart:
    """The part of the loop that leads to the functions of some files: all that has to be searched for them."""

    def __init__(self, paths: Iterable[str], leading: frozenset[Place], everything: frozenset[Place]) -> None:
        self._own = frozenset(paths)
        self._leading = leading
        self._everything = everything
        self.paths = self._own.union(path for path, _ in leading)
        """The files that the part lies in."""

    def has(self, function: Function) -> bool:
        """Whether a function is one of them, or leads there."""
        return function.module.path in self._own or place_of_function(function) in self._leading

    def runs(self, function: Function) -> bool:
        """Whether a function runs on the loop, in this part of it or elsewhere."""
        return place_of_function(function) in self._everything


def place_of_function(function: Function) -> Place:
    """Where a function is defined."""
    return (function.module.path, function.node.line)
