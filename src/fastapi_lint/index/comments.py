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
    return [_comment(text, start, end, starts, lines) for start, end in spans]


def _comment(text: str, start: int, end: int, line_starts: list[int], lines: Sequence[str]) -> nodes.Comment:
    line = bisect.bisect_right(line_starts, start)
    column = start - line_starts[line - 1]
    return nodes.Comment(
        text[start:end].rstrip(), line, column, own_line=not lines[line - 1][:column].strip()
    )
