"""Which comments the index keeps."""

from __future__ import annotations

import io
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
