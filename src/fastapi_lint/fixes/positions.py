"""Where a character of a text stands: offsets to rows and columns, and back."""

from __future__ import annotations

import bisect
import re
from typing import NamedTuple

from fastapi_lint.diagnostics import Edit, Location

_LINE_END = re.compile(r"\r\n|\r|\n")


class Change(NamedTuple):
    """Replace the characters from offset `start` up to offset `end` by `content`."""

    start: int
    end: int
    content: str


class LineMap:
    """The rows of a text, counted as Python's parser counts them: a form feed ends no line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    @property
    def newline(self) -> str:
        """How the first line ends; a line feed in a text of one line."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"

    @property
    def last_row(self) -> int:
        """The number of the last row, an empty one behind a final line end included."""
        return len(self._starts)

    def offset(self, location: Location) -> int:
        """The offset of a row and column; ValueError when the text has no such place."""
        row, column = location.row, location.column
        if not 1 <= row <= len(self._starts):
            raise ValueError(f"there is no row {row}")
        start = self._starts[row - 1]
        end = self._starts[row] if row < len(self._starts) else len(self.text)
        if not 1 <= column <= end - start + 1:
            raise ValueError(f"row {row} has no column {column}")
        return start + column - 1

    def location(self, offset: int) -> Location:
        """The row and column of an offset."""
        row = bisect.bisect_right(self._starts, offset)
        return Location(row, offset - self._starts[row - 1] + 1)

    def byte_offset(self, row: int, column: int) -> int:
        """The offset of a place as `ast` counts it: bytes of UTF-8 from the start of the row."""
        start = self.row_start(row)
        line = self.text[start : start + column]
        return start + (column if line.isascii() else len(line.encode()[:column].decode(errors="ignore")))

    def line_start(self, offset: int) -> int:
        """Where the line of `offset` begins."""
        return self._starts[bisect.bisect_right(self._starts, offset) - 1]

    def row_start(self, row: int) -> int:
        """Where a row begins; the end of the text for the row after the last."""
        return self._starts[row - 1] if row <= len(self._starts) else len(self.text)

    def next_line_start(self, offset: int) -> int:
        """Where the line after that of `offset` begins; the end of the text after the last line."""
        return self.row_start(bisect.bisect_right(self._starts, offset) + 1)

    def line_end(self, offset: int) -> int:
        """Where the line of `offset` ends, its line ending not counted."""
        match = _LINE_END.search(self.text, offset)
        return match.start() if match else len(self.text)

    def edit(self, change: Change) -> Edit:
        """The change in rows and columns."""
        return Edit(self.location(change.start), self.location(change.end), change.content)

    def change(self, edit: Edit) -> Change:
        """The edit in offsets; ValueError when it lies outside the text or ends before it begins."""
        start, end = self.offset(edit.location), self.offset(edit.end_location)
        if end < start:
            raise ValueError("the edit ends before it begins")
        return Change(start, end, edit.content)


def apply_changes(text: str, changes: list[Change]) -> str:
    """The text with changes applied that do not overlap; insertions at one place keep their order."""
    parts: list[str] = []
    position = 0
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        parts += (text[position : change.start], change.content)
        position = change.end
    return "".join([*parts, text[position:]])
