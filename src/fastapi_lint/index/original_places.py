"""Where the nodes of an edited text stood before it was edited."""

from __future__ import annotations

import ast
import bisect
import re
from collections.abc import Iterable
from typing import NamedTuple, cast

_LINE_END = re.compile("\r\n|\r|\n")


class Edit(NamedTuple):
    """Replace the text between two offsets by `content`, which must have as many line ends."""

    start: int
    end: int
    content: str


class OriginalPlaces:
    """An edited text whose lines are numbered as before, and the way back from its columns."""

    def __init__(self, original: str, edits: Iterable[Edit]) -> None:
        self._original = original
        self._old_starts = _line_starts(original)
        self._touched: set[int] = set()
        """Lines on which columns may have moved."""
        self._spans: list[tuple[int, ...]] = []
        """Of each edit: start and end after, start and end before."""
        parts: list[str] = []
        position = length = 0
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
            parts += (original[position : edit.start], edit.content)
            length += edit.start - position
            self._spans.append((length, length + len(edit.content), edit.start, edit.end))
            length += len(edit.content)
            position = edit.end
            self._touched.update(range(self._old_line(edit.start), self._old_line(edit.end) + 1))
        self.text = "".join([*parts, original[position:]])
        self._new_starts = _line_starts(self.text)

    def place(self, line: int, column: int) -> tuple[int, int]:
        """The original line (1-based) and column (characters) of a place in the edited text."""
        if line not in self._touched:
            return line, column
        offset = self._old_offset(self._new_starts[line - 1] + column, at_end=False)
        old_line = self._old_line(offset)
        return old_line, offset - self._old_starts[old_line - 1]

    def restore(self, tree: ast.AST) -> None:
        """Give every node of the edited text's tree its original place, in `ast`'s count of UTF-8 bytes."""
        touched = self._touched
        for node in ast.walk(tree):
            if not hasattr(node, "lineno"):
                continue
            located = cast("ast.expr", node)
            if located.lineno in touched:
                located.lineno, located.col_offset = self._original_place(
                    located.lineno, located.col_offset, at_end=False
                )
            if located.end_lineno in touched and located.end_col_offset is not None:
                located.end_lineno, located.end_col_offset = self._original_place(
                    located.end_lineno, located.end_col_offset, at_end=True
                )

    def _original_place(self, line: int, byte_column: int, *, at_end: bool) -> tuple[int, int]:
        start = self._new_starts[line - 1]
        end = self._new_starts[line] if line < len(self._new_starts) else len(self.text)
        column = len(self.text[start:end].encode()[:byte_column].decode())
        offset = self._old_offset(start + column, at_end=at_end)
        old_line = self._old_line(offset)
        return old_line, len(self._original[self._old_starts[old_line - 1] : offset].encode())

    def _old_offset(self, offset: int, *, at_end: bool) -> int:
        """What begins or ends inside new content begins or ends with the old content."""
        if at_end:
            index = bisect.bisect_left(self._spans, (offset,))
            if index < len(self._spans) and self._spans[index][0] == offset:
                return self._spans[index][2]
        index = bisect.bisect_left(self._spans, (offset + 1,)) - 1
        if index < 0:
            return offset
        new_start, new_end, old_start, old_end = self._spans[index]
        if offset == new_start:
            return old_start
        if offset >= new_end:
            return old_end + offset - new_end
        return old_end if at_end else old_start

    def _old_line(self, offset: int) -> int:
        return bisect.bisect_right(self._old_starts, offset)


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in _LINE_END.finditer(text))]
