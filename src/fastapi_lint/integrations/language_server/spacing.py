"""Room for changes in a file that is being edited.

The model knows everything by its line. In the text that it is given of an open file each function is followed by
blank lines which the file does not have: so a function can grow and shrink, and nothing else moves.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

import msgspec

from fastapi_lint.diagnostics import Diagnostic, Edit, Fix, Location, TraceStep
from fastapi_lint.index import nodes

ROOM = 60
"""Lines that a function can grow by."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_BLANK = "\t \t"
"""What marks the lines that the file does not have."""


class SpacedText:
    """A text with room after its functions.

    Args:
        text: the text of the file.
        ends: the rows of the file that have room after them, in order.
        rooms: how much.
    """

    def __init__(self, text: str, ends: Sequence[int], rooms: Sequence[int]) -> None:
        self.real = text
        self.rooms = tuple(rooms)
        self.lines = split_rows(text)
        self._ends = tuple(ends)
        self._added = (0, *accumulate(rooms))
        self._starts = [end + added for end, added in zip(ends, self._added, strict=False)]
        """The rows after which the rooms begin."""
        self.text = self._spaced()

    def _spaced(self) -> str:
        newline = "\r\n" if self.lines and self.lines[0].endswith("\r\n") else "\n"
        parts: list[str] = []
        last = 0
        for end, room in zip(self._ends, self.rooms, strict=True):
            parts += self.lines[last:end]
            if parts and not parts[-1].endswith(("\n", "\r")):
                parts.append(newline)
            parts += [_BLANK + newline] * room
            last = end
        return "".join([*parts, *self.lines[last:]])

    def real_row(self, row: int) -> int:
        """The row of the file that is meant by a row of the text with room; a row in a room is the one below."""
        before = bisect_left(self._starts, row)
        if before == 0:
            return row
        start, room = self._starts[before - 1], self.rooms[before - 1]
        return row - self._added[before] if row > start + room else start - self._added[before - 1] + 1

    def real_diagnostic(self, diagnostic: Diagnostic) -> Diagnostic:
        """A finding in this file with the rows that the file has."""
        return msgspec.structs.replace(
            diagnostic,
            location=self._location(diagnostic.location),
            end_location=self._location(diagnostic.end_location),
            fix=self._fix(diagnostic.fix) if diagnostic.fix is not None else None,
            hints=tuple(self._fix(hint) for hint in diagnostic.hints),
            noqa_row=self.real_row(diagnostic.noqa_row) if diagnostic.noqa_row is not None else None,
        )

    def real_step(self, step: TraceStep) -> TraceStep:
        """A step of a trace that lies in this file with the row that the file has."""
        return msgspec.structs.replace(step, location=self._location(step.location))

    def _location(self, location: Location) -> Location:
        return Location(self.real_row(location.row), location.column)

    def _fix(self, fix: Fix) -> Fix:
        return Fix(fix.message, fix.applicability, tuple(self._edit(edit) for edit in fix.edits))

    def _edit(self, edit: Edit) -> Edit:
        content = re.sub(rf"{_BLANK}(?:\r\n|\r|\n)", "", edit.content)
        return Edit(self._location(edit.location), self._location(edit.end_location), content)


def spaced(text: str, index: nodes.ModuleIndex) -> SpacedText:
    """A text with room after each function.

    Args:
        text: the text of a file.
        index: its index.
    """
    ends = [function.end_line for function in functions_with_room(index.body)]
    return SpacedText(text, ends, [ROOM] * len(ends))


def functions_with_room(body: Sequence[nodes.Statement]) -> Iterator[nodes.FunctionDef]:
    """The functions of a module, and the methods of its classes, in the order of their lines."""
    for statement in body:
        if isinstance(statement, nodes.FunctionDef):
            yield statement
        elif isinstance(statement, nodes.ClassDef):
            yield from functions_with_room(statement.body)


def split_rows(text: str) -> list[str]:
    """The rows of a text, with their line ends."""
    return _LINE.findall(text)


def changed_rows(before: Sequence[str], after: Sequence[str]) -> tuple[int, int, int]:
    """The rows that differ between two texts: the first, and for both texts the one after the last."""
    shorter = min(len(before), len(after))
    start = next((row for row in range(shorter) if before[row] != after[row]), shorter)
    same = next(
        (row for row in range(shorter - start) if before[-1 - row] != after[-1 - row]), shorter - start
    )
    return start + 1, len(before) - same + 1, len(after) - same + 1
