"""Remove and insert items of a comma separated list, whatever its layout, without touching its comments.

A list is known by its text alone: where its items are, and where the brackets around them begin and end. What
lies between two items is white space, comments, a comma and perhaps a line continuation.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from fastapi_lint.fixes.comments import is_pragma
from fastapi_lint.fixes.positions import Change, LineMap

_COMMENT_OR_COMMA = re.compile(r"#[^\r\n]*|,")
_WHITE_SPACE = re.compile(r"[\s\\]*\Z")
_BLANK = re.compile(r"[ \t\f]*")


class Span(NamedTuple):
    """From offset `start` up to offset `end`."""

    start: int
    end: int


class SeparatedList:
    """The items of a list between offset `start`, behind its opening bracket, and `end`, its closing one.

    A list without brackets starts with its first item and ends with its last.
    """

    def __init__(self, lines: LineMap, items: Sequence[Span], start: int, end: int) -> None:
        self._lines = lines
        self._text = lines.text
        self._items = items
        self._start = start
        self._end = end

    def removal(self, removed: Collection[int]) -> list[Change]:
        """Remove the items at these positions with their commas.

        Comments on a line of their own or shared with other items stay; a comment that an item had for itself
        stays on its own line, unless it was addressed to a tool.
        """
        if not removed:
            return []
        kept = [position for position in range(len(self._items)) if position not in removed]
        if not kept and not self._has_comment():
            return [Change(self._start, self._end, "")]
        pieces: list[Span] = []
        for position in sorted(removed):
            pieces.append(self._items[position])
            pieces += self._comma_after(position)
        last = len(self._items) - 1
        if kept and kept[-1] != last and not self._comma_after(last):
            pieces += self._comma_after(kept[-1])
        return [self._widened(piece) for piece in self._joined(sorted(pieces))]

    def insertion(self, position: int, contents: Sequence[str]) -> list[Change]:
        """Insert items before the one at `position`, behind the last one when it is their number."""
        if not self._items:
            return self._first_items(contents)
        if position == len(self._items):
            return self._last_items(contents)
        item = self._items[position]
        if not self._begins_line(item):
            return [Change(item.start, item.start, "".join(f"{content}, " for content in contents))]
        line_break = self._lines.newline + self._indentation(item)
        if position == 0:
            text = "".join(f"{content},{line_break}" for content in contents)
            return [Change(item.start, item.start, text)]
        text = "".join(f"{line_break}{content}," for content in contents)
        place = self._end_of_line(self._comma_after(position - 1)[0].end)
        return [Change(place, place, text)]

    def _first_items(self, contents: Sequence[str]) -> list[Change]:
        if not self._has_comment():
            return [Change(self._start, self._end, ", ".join(contents))]
        bracket_line = self._lines.line_start(self._end)
        indentation = self._text[bracket_line : self._end] + "    "
        text = "".join(f"{indentation}{content},{self._lines.newline}" for content in contents)
        return [Change(bracket_line, bracket_line, text)]

    def _last_items(self, contents: Sequence[str]) -> list[Change]:
        last = self._items[-1]
        comma = self._comma_after(len(self._items) - 1)
        if not self._begins_line(last):
            if comma:
                return [Change(comma[0].end, comma[0].end, "".join(f" {content}," for content in contents))]
            return [Change(last.end, last.end, "".join(f", {content}" for content in contents))]
        line_break = self._lines.newline + self._indentation(last)
        if comma:
            place = self._end_of_line(comma[0].end)
            return [Change(place, place, "".join(f"{line_break}{content}," for content in contents))]
        text = line_break + f",{line_break}".join(contents)
        place = self._end_of_line(last.end)
        return [Change(last.end, last.end, ","), Change(place, place, text)]

    def _comma_after(self, position: int) -> list[Span]:
        """The comma behind an item, if it has one."""
        item = self._items[position]
        limit = self._items[position + 1].start if position + 1 < len(self._items) else self._end
        for match in _COMMENT_OR_COMMA.finditer(self._text, item.end, limit):
            if match.group() == ",":
                return [Span(*match.span())]
        return []

    def _has_comment(self) -> bool:
        """Whether there is a comment between the items."""
        starts = [self._start, *(item.end for item in self._items)]
        ends = [*(item.start for item in self._items), self._end]
        return any("#" in self._text[start:end] for start, end in zip(starts, ends, strict=True))

    def _joined(self, pieces: Sequence[Span]) -> Iterator[Span]:
        """Pieces with nothing but white space between them as one."""
        current = pieces[0]
        for piece in pieces[1:]:
            if _WHITE_SPACE.match(self._text, current.end, piece.start):
                current = Span(current.start, piece.end)
            else:
                yield current
                current = piece
        yield current

    def _widened(self, piece: Span) -> Change:
        """Remove a piece with the white space that only it needed."""
        line_start = self._lines.line_start(piece.start)
        line_end = self._lines.line_end(piece.end)
        begins_line = not self._text[line_start : piece.start].strip(" \t\f")
        blank = _BLANK.match(self._text, piece.end)
        after = blank.end() if blank else piece.end
        before = self._start + len(self._text[self._start : piece.start].rstrip(" \t\f\r\n\\"))
        closes = after == self._end
        if begins_line:
            comment = self._text[after:line_end] if self._text.startswith("#", after) else ""
            if self._text[after:line_end].strip() in ("", "\\") or is_pragma(comment):
                return Change(line_start, self._lines.next_line_start(piece.end), "")
            if closes and not self._ends_with_comment(before):
                return Change(before, piece.end, "")
            return Change(piece.start, after, "")
        spaces = piece.start - len(self._text[line_start : piece.start].rstrip(" \t\f")) - line_start
        if after == line_end or self._text[after] in "#\\":
            if after == line_end and before == self._start and (item := self._item_after(after)):
                return Change(piece.start, item.start, "")
            return Change(piece.start - spaces, piece.end, "")
        return Change(piece.start - spaces, piece.end, "") if closes else Change(piece.start, after, "")

    def _item_after(self, offset: int) -> Span | None:
        """The next item, unless a comment stands before it."""
        for item in self._items:
            if item.start >= offset:
                return None if self._text[offset : item.start].strip(" \t\f\r\n\\") else item
        return None

    def _ends_with_comment(self, offset: int) -> bool:
        """Whether what stands before `offset` on its line, between two items, is a comment."""
        code_end = max([self._start, *(item.end for item in self._items if item.end <= offset)])
        return "#" in self._text[max(code_end, self._lines.line_start(offset)) : offset]

    def _begins_line(self, item: Span) -> bool:
        """Whether an item stands first on its line, and others may stand so too: after a `\\` they may not."""
        line_start = self._lines.line_start(item.start)
        is_continued = self._text[:line_start].rstrip("\r\n").endswith("\\")
        return not is_continued and not self._text[line_start : item.start].strip(" \t\f")

    def _indentation(self, item: Span) -> str:
        return self._text[self._lines.line_start(item.start) : item.start]

    def _end_of_line(self, offset: int) -> int:
        """Behind the comment on the line of `offset`; `offset` itself when code follows there."""
        line_end = self._lines.line_end(offset)
        rest = self._text[offset:line_end].lstrip(" \t\f")
        if rest and not rest.startswith("#"):
            return offset
        return offset + len(self._text[offset:line_end].rstrip(" \t\f"))
