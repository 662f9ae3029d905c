"""Source code in the HTML report: coloured rows, the flagged range, and what a fix changes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from keyword import iskeyword

from fastapi_lint.diagnostics import Edit, Location

_CONTEXT_ROWS = 2
_WHOLE_RANGE_ROWS = 14
_ROW_CHARACTERS = 400
"""A longer row is cut: a page is no place for a minified line."""

_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that HTML cannot hold, or that make text look other than it is."""

_TOKEN = re.compile(
    r"""(?P<comment>\#.*)
      | (?P<string>(?<!\w)[rbfutRBFUT]{0,2}
        (?:'{3}.*?(?:'{3}|$) | "{3}.*?(?:"{3}|$) | '(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*"))
      | (?P<decorator>^\s*@[\w.]+)
      | (?P<number>\b\d[\w.]*)
      | (?P<word>[^\W\d]\w*)""",
    re.VERBOSE,
)


def visible(text: str) -> str:
    """`text` with a replacement character for each character that is not fit for a page."""
    return _UNSAFE.sub("\ufffd", text)


def source_rows(lines: Sequence[str], start: Location, end: Location) -> str:
    """The rows of a range and some around it; a range within a row is in a `<mark>` element."""
    first = max(min(start.row, len(lines)), 1)
    last = max(min(end.row, len(lines)), first)
    before, after = max(first - _CONTEXT_ROWS, 1), min(last + _CONTEXT_ROWS, len(lines))
    while before < first and not lines[before - 1].strip():
        before += 1
    while after > last and not lines[after - 1].strip():
        after -= 1
    parts = []
    for row in _shown(before, first, last, after):
        if row is None:
            parts.append('<span class="row gap"></span>')
            continue
        line = lines[row - 1]
        marked = (start.column - 1, max(end.column - 1, start.column)) if first == last == row else (0, 0)
        flagged = " hit" if first <= row <= last else ""
        parts.append(f'<span class="row{flagged}" data-n="{row}">{_code(line, *marked)}</span>')
    return "".join(parts)


def source_line(line: str) -> str:
    """One row, coloured, without its indentation."""
    return _code(line.strip(), 0, 0)


def changed_rows(lines: Sequence[str], edits: Sequence[Edit]) -> str:
    """The rows that a fix removes and those it puts in their place."""
    parts: list[str] = []
    for rows, text in _hunks(lines, edits):
        if parts:
            parts.append('<span class="row gap"></span>')
        old, new = [_row(lines, row) for row in rows], text.split("\n")
        while old and new and old[-1] == new[-1]:
            old.pop()
            new.pop()
        parts.extend(f'<span class="row del">{_code(line, 0, 0)}</span>' for line in old)
        parts.extend(f'<span class="row ins">{_code(line, 0, 0)}</span>' for line in new)
    return "".join(parts)


def _shown(before: int, first: int, last: int, after: int) -> Iterator[int | None]:
    """Rows with their context; None where the middle of a long range is left out."""
    if last - first < _WHOLE_RANGE_ROWS:
        yield from range(before, after + 1)
        return
    yield from range(before, first + _WHOLE_RANGE_ROWS - 3)
    yield None
    yield from range(last - 1, after + 1)


def _hunks(lines: Sequence[str], edits: Sequence[Edit]) -> Iterator[tuple[range, str]]:
    """The rows that edits touch, in order, with their text afterwards."""
    ordered = sorted(edits, key=lambda edit: (edit.location, edit.end_location))
    while ordered:
        group = [ordered.pop(0)]
        while ordered and ordered[0].location.row <= group[-1].end_location.row:
            group.append(ordered.pop(0))
        first, last = group[0].location.row, group[-1].end_location.row
        text = _row(lines, first)[: group[0].location.column - 1]
        for index, edit in enumerate(group):
            text += edit.content
            following = group[index + 1].location if index + 1 < len(group) else None
            tail = _row(lines, edit.end_location.row)[edit.end_location.column - 1 :]
            if following is None:
                text += tail
            else:
                text += tail[: following.column - edit.end_location.column]
        yield range(first, last + 1), text


def _row(lines: Sequence[str], row: int) -> str:
    return lines[row - 1] if row <= len(lines) else ""


def _code(line: str, begin: int, stop: int) -> str:
    """A row as HTML, its characters from `begin` up to `stop` marked."""
    line = visible(line)
    cut = len(line) > _ROW_CHARACTERS
    if cut:
        left = max(begin - _ROW_CHARACTERS // 2, 0)
        line = line[left : left + _ROW_CHARACTERS]
        begin, stop = begin - left, min(stop - left, _ROW_CHARACTERS)
    parts = list(_tokens(line))
    html = _clipped(parts, 0, begin)
    if stop > begin:
        html += f"<mark>{_clipped(parts, begin, stop) or ' '}</mark>"
    return html + _clipped(parts, max(begin, stop), len(line)) + ('<span class="cut">…</span>' if cut else "")


def _tokens(line: str) -> Iterator[tuple[int, str, str]]:
    """The row in pieces: where each starts, its class or nothing, and its text."""
    position = 0
    for match in _TOKEN.finditer(line):
        kind = match.lastgroup or ""
        if kind == "word":
            kind = "keyword" if iskeyword(match[0]) else ""
        if not kind:
            continue
        if match.start() > position:
            yield position, "", line[position : match.start()]
        yield match.start(), kind, match[0]
        position = match.end()
    yield position, "", line[position:]


def _clipped(parts: Sequence[tuple[int, str, str]], begin: int, stop: int) -> str:
    html = []
    for start, kind, text in parts:
        piece = text[max(begin - start, 0) : max(stop - start, 0)]
        if piece:
            html.append(f'<span class="{kind[0]}">{escape(piece)}</span>' if kind else escape(piece))
    return "".join(html)
