"""The frame around a piece of source: its rows with their numbers, and the flagged range pointed at.

- a range within a row:

      12 |     time.sleep(5)
         |     ^^^^^^^^^^^^^

- a range of several rows:

      20 | / class Config:
      21 | |     orm_mode = True
         | |___________________^
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fastapi_lint.diagnostics import Location
from fastapi_lint.output.terminal import Paint, Role, expand

ELLIPSIS = "..."
_WHOLE_RANGE_ROWS = 7
_HEAD_ROWS = 4
_TAIL_ROWS = 2


def excerpt(
    lines: Sequence[str],
    start: Location,
    end: Location,
    *,
    gutter: int,
    width: int,
    paint: Paint,
    role: Role,
) -> Iterator[str]:
    """The rows of a range, each behind a gutter of `gutter` cells and at most `width` cells long.

    `end` is exclusive. Positions outside the file are moved to the nearest place in it.
    """
    start, end = _clamped(lines, start, end)
    frame = _Frame(gutter, paint, role)
    if start.row == end.row:
        yield from _single_row(frame, lines[start.row - 1] if lines else "", start, end, width)
    else:
        yield from _several_rows(frame, lines, start, end, width)


class _Frame:
    """Puts the gutter in front of a row."""

    def __init__(self, gutter: int, paint: Paint, role: Role) -> None:
        self._gutter = gutter
        self._paint = paint
        self._role = role

    def source(self, row: int, text: str, mark: str = "") -> str:
        number = self._paint("frame", f"{row:>{self._gutter}} |")
        return f"{number} {self.pointer(mark)}{text}".rstrip()

    def pointing(self, mark: str) -> str:
        return f"{self._paint('frame', ' ' * self._gutter + ' |')} {self.pointer(mark)}"

    def elided(self) -> str:
        return f"{self._paint('frame', ELLIPSIS.ljust(self._gutter + 2))} {self.pointer('|')}"

    def pointer(self, mark: str) -> str:
        return self._paint(self._role, mark) if mark.strip() else mark


def _clamped(lines: Sequence[str], start: Location, end: Location) -> tuple[Location, Location]:
    """The range inside the text; one that ends before the first column of a row ends on the row before."""
    start = _inside(lines, start)
    end = max(start, _inside(lines, end))
    while end.column == 1 and end.row > start.row:
        end = Location(end.row - 1, len(lines[end.row - 2]) + 1)
    return start, end


def _inside(lines: Sequence[str], place: Location) -> Location:
    if place.row > len(lines):
        last = max(len(lines), 1)
        return Location(last, len(lines[-1]) + 1 if lines else 1)
    return Location(place.row, min(place.column, len(lines[place.row - 1]) + 1))


def _single_row(frame: _Frame, line: str, start: Location, end: Location, width: int) -> Iterator[str]:
    _, cells = expand(line)
    first, last = cells[start.column - 1], max(cells[end.column - 1], cells[start.column - 1] + 1)
    left, right = _window(cells[-1], first, last, width)
    text, shift = _cut(line, left, right)
    first = max(first - shift, 0)
    last = max(min(last - shift, width), first + 1)
    yield frame.source(start.row, text)
    yield frame.pointing(" " * first + "^" * (last - first))


def _several_rows(
    frame: _Frame, lines: Sequence[str], start: Location, end: Location, width: int
) -> Iterator[str]:
    opening = lines[start.row - 1]
    at_first_word = not opening[: start.column - 1].strip()
    yield frame.source(start.row, _cut(opening, 0, width)[0], "/ " if at_first_word else "  ")
    if not at_first_word:
        cell = min(expand(opening)[1][start.column - 1], width)
        yield frame.pointing(" " + "_" * (cell + 1) + "^")
    for row in _rows_shown(start.row + 1, end.row):
        if row is None:
            yield frame.elided()
        else:
            yield frame.source(row, _cut(lines[row - 1], 0, width)[0], "| ")
    cell = min(expand(lines[end.row - 1])[1][end.column - 2], width)
    yield frame.pointing("|" + "_" * (cell + 1) + "^")


def _rows_shown(first: int, last: int) -> list[int | None]:
    """The rows after a range's first one; None stands for those left out of a long range."""
    if last - first + 1 < _WHOLE_RANGE_ROWS:
        return list(range(first, last + 1))
    return [*range(first, first + _HEAD_ROWS - 1), None, *range(last - _TAIL_ROWS + 1, last + 1)]


def _window(total: int, first: int, last: int, width: int) -> tuple[int, int]:
    """The cells of a row to show, `width` of them at most, around the flagged ones."""
    if total <= width:
        return 0, total
    if last <= width - len(ELLIPSIS):
        return 0, width
    before = max((width - (last - first)) // 2, len(ELLIPSIS))
    left = max(min(first - before, total - width), 0)
    return left, left + width


def _cut(line: str, left: int, right: int) -> tuple[str, int]:
    """The part of a row between two cells, ellipses where it was cut, and how far it moved to the left."""
    shown, cells = expand(line)
    if left == 0 and cells[-1] <= right:
        return shown, 0
    first, last, shift = 0, len(line), 0
    if left:
        first = next(index for index, cell in enumerate(cells) if cell >= left + len(ELLIPSIS))
        shift = cells[first] - len(ELLIPSIS)
    if right < cells[-1]:
        last = max(index for index, cell in enumerate(cells) if cell <= right - len(ELLIPSIS))
    text = expand(line[first:last])[0]
    return (ELLIPSIS if left else "") + text + (ELLIPSIS if right < cells[-1] else ""), shift
