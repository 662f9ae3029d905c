"""Places in a text as editors count them, and as diagnostics do.

The protocol counts rows from 0, and columns in UTF-16 code units unless client and server agree on another unit.
"""

from __future__ import annotations

from lsprotocol import types

from fastapi_lint.diagnostics import Edit, Location
from fastapi_lint.index.source import split_lines

_CODECS = {
    types.PositionEncodingKind.Utf8: ("utf-8", 1),
    types.PositionEncodingKind.Utf16: ("utf-16-le", 2),
    types.PositionEncodingKind.Utf32: ("utf-32-le", 4),
}


class Positions:
    """Converts between the two ways of counting, for one text."""

    def __init__(
        self, text: str, encoding: types.PositionEncodingKind | str = types.PositionEncodingKind.Utf16
    ) -> None:
        self._lines = split_lines(text)
        self._codec, self._unit = _CODECS[types.PositionEncodingKind(encoding)]

    def line(self, row: int) -> str:
        """The text of a row, counted from 1; empty outside of the text."""
        return self._lines[row - 1] if 1 <= row <= len(self._lines) else ""

    def position(self, location: Location) -> types.Position:
        """The place as the editor counts it; columns past the end of the line are cut off there."""
        before = self.line(location.row)[: location.column - 1]
        return types.Position(max(location.row - 1, 0), len(self._encoded(before)) // self._unit)

    def location(self, position: types.Position) -> Location:
        """The place as diagnostics count it; a position within a character is before that character."""
        units = self._encoded(self.line(position.line + 1))[: position.character * self._unit]
        return Location(position.line + 1, len(units.decode(self._codec, "ignore")) + 1)

    def range(self, start: Location, end: Location) -> types.Range:
        """The range between two places."""
        return types.Range(self.position(start), self.position(end))

    def edit(self, edit: Edit) -> types.TextEdit:
        """An edit as the editor understands it."""
        return types.TextEdit(self.range(edit.location, edit.end_location), edit.content)

    def _encoded(self, text: str) -> bytes:
        return text.encode(self._codec, "surrogatepass")
