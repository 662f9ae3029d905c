"""The comments of a file that may be meant for this tool."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from fastapi_lint.index import lexer, nodes

_CANDIDATE = re.compile(r"#[^\r\n]*(?:noqa|fastapi-lint:)", re.IGNORECASE)
_LINE_END = re.compile("\r\n|\r|\n")


def find_comments(text: str, lines: Sequence[str]) -> list[nodes.Comment]:
    """The comments that contain `noqa` or `fastapi-lint:` in any case, in order; `lines` are those of `text`.

    Strings that contain such text are not comments. A text with an unclosed string has none.
    """
    if _CANDIDATE.search(text) is None:
        return []
    try:
        spans = [span for span in lexer.find_comments(text) if _CANDIDATE.match(text, *span)]
    except lexer.LexicalError:
        return []
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))] if spans else []
    found: list[nodes.Comment] = []
    for start, _ in spans:
        line = bisect.bisect_right(starts, start)
        found.append(_comment(line, start - starts[line - 1], lines))
    return found


def _comment(line: int, column: int, lines: Sequence[str]) -> nodes.Comment:
    content = lines[line - 1]
    before = content[:column].rstrip()
    if before:
        code_line, removal = line, (line, len(before), line, len(content))
    else:
        code_line, removal = _next_code(line, lines), _whole_line(line, lines)
    return nodes.Comment(content[column:].rstrip(), line, column, not before, code_line, removal)


def _next_code(line: int, lines: Sequence[str]) -> int:
    """The first line below that is neither blank nor a comment; the line itself at the end of the file."""
    for number in range(line + 1, len(lines) + 1):
        content = lines[number - 1].strip()
        if content and not content.startswith("#"):
            return number
    return line


def _whole_line(line: int, lines: Sequence[str]) -> tuple[int, int, int, int]:
    """The line with its end, or, as the last line need not have one, with the end of the line before."""
    if line < len(lines):
        return line, 0, line + 1, 0
    if line > 1:
        return line - 1, len(lines[line - 2]), line, len(lines[line - 1])
    return line, 0, line, len(lines[line - 1])
