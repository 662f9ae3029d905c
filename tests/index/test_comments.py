"""Which comments the index keeps."""

from __future__ import annotations

import io
import re
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.index.comments import find_comments
from fastapi_lint.index.source import split_lines


def found(text: str) -> list[tuple[str, int, int, bool]]:
    comments = find_comments(text, split_lines(text))
    return [(comment.text, comment.line, comment.column, comment.own_line) for comment in comments]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1  # noqa", [("# noqa", 1, 7, False)]),
        ("x\n  #  NoQA: FAL101  \ny", [("#  NoQA: FAL101", 2, 2, True)]),
        ("\f# fastapi-lint: ignore", [("# fastapi-lint: ignore", 1, 1, True)]),
        ("é = 'ü'  # FastAPI-Lint:x", [("# FastAPI-Lint:x", 1, 9, False)]),
        ("x\r\ny # noqa\rz# noqa", [("# noqa", 2, 2, False), ("# noqa", 3, 1, False)]),
        ("x = '\u2028'\n# noqa", [("# noqa", 2, 0, True)]),
        ("f(\n    # noqa\n)", [("# noqa", 2, 4, True)]),
        ("# a comment\nx = 'noqa'", []),
        ("x = '# noqa'", []),
        ('"""\n# noqa\n"""  # noqa', [("# noqa", 3, 5, False)]),
        ("f'# noqa {d['# noqa']}'", []),
        ("f'''{x  # noqa\n}'''", [("# noqa", 1, 8, False)]),
        ("x = 'unclosed\n# noqa", []),
    ],
)
def test_comments(text: str, expected: list[tuple[str, int, int, bool]]) -> None:
    assert found(text) == expected


lines = st.lists(
    st.sampled_from(
        [
            "# noqa",
            "x = 1  # noqa: E1",
            "'''# noqa'''",
            '"# noqa"',
            "'''",
            "#  x noqa '''",
            "f(",
            ")",
            '"\\"# noqa"',
            "r'''",
        ]
    ),
    max_size=12,
)


@given(lines)
def test_the_standard_tokenizer_finds_the_same(parts: list[str]) -> None:
    text = "\n".join(parts)
    try:
        theirs = [
            (token.string, *token.start)
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT
        ]
    except (tokenize.TokenError, SyntaxError):
        return
    assert [comment[:3] for comment in found(text)] == theirs


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("x = 1 \t # noqa", "x = 1"),
        ("x = 1\r\n  # noqa\r\ny", "x = 1\r\ny"),
        ("x = 1\n# noqa", "x = 1"),
        ("x = 1\n\n# noqa\n", "x = 1\n\n"),
        ("# noqa\n", "\n"),
        ("# noqa", ""),
        ("f(# noqa  \n)", "f(\n)"),
    ],
)
def test_removal(text: str, without: str) -> None:
    lines = split_lines(text)
    [comment] = find_comments(text, lines)
    starts = [0, *(match.end() for match in re.finditer("\r\n|\r|\n", text))]
    line, column, end_line, end_column = comment.removal
    assert text[: starts[line - 1] + column] + text[starts[end_line - 1] + end_column :] == without


@pytest.mark.parametrize(
    ("text", "code_line"),
    [
        ("x  # noqa\ny", 1),
        ("# noqa\ny", 2),
        ("x\n# noqa\n\n  # more\ny", 5),
        ("f(\n  # noqa\n)", 3),
        ("x\n# noqa\n\n", 2),
    ],
)
def test_line_of_the_code_that_a_comment_is_about(text: str, code_line: int) -> None:
    [comment] = find_comments(text, split_lines(text))
    assert comment.code_line == code_line
