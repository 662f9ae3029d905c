"""Tokens whatever the grammar."""

from __future__ import annotations

import io
import tokenize as standard

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fastapi_lint.index import lexer

FORMATTED = [
    ('f"{a["b"]}"', ['f"', "{", "a", "[", '"b"', "]", "}", '"']),
    ("f'{f'{f'{1}'}'}'", ["f'", "{", "f'", "{", "f'", "{", "1", "}", "'", "}", "'", "}", "'"]),
    ('f"{{a}}{b!r:>{w}}"', ['f"', "{{a}}", "{", "b", "!", "r", ":", ">", "{", "w", "}", "}", '"']),
    ("f'{a:'", None),
    ("f'{a", None),
    ("f'{a}\n'", None),
    ("f'{\na # '}\n}'", ["f'", "{", "a", "# '}", "}", "'"]),
    ('f"""{a}"" \n"""', ['f"""', "{", "a", "}", '"" \n', '"""']),
    (r"f'\N{DASH}{x}\{y}'", ["f'", r"\N{DASH}", "{", "x", "}", "\\", "{", "y", "}", "'"]),
    (r"rf'\N{x}'", ["rf'", r"\N", "{", "x", "}", "'"]),
    ("f'{x:%H:%M}'", ["f'", "{", "x", ":", "%H:%M", "}", "'"]),
    ("f'{(lambda x: 1)!s}'", ["f'", "{", "(", "lambda", "x", ":", "1", ")", "!", "s", "}", "'"]),
    ("f'{a != b}{c=}'", ["f'", "{", "a", "!=", "b", "}", "{", "c", "=", "}", "'"]),
    ("T'{x}'", ["T'", "{", "x", "}", "'"]),
    ("if'{'", ["if", "'{'"]),
    ("f'}'", None),
]


@pytest.mark.parametrize(("text", "expected"), FORMATTED)
def test_formatted_strings(text: str, expected: list[str] | None) -> None:
    if expected is None:
        with pytest.raises(lexer.LexicalError):
            lexer.tokenize(text)
    else:
        tokens = lexer.tokenize(text)
        assert [text[token.start : token.end] for token in tokens if token.kind != lexer.LINE_END] == expected


@pytest.mark.parametrize("text", ["'a", '"a\n"', '"""a"', "'\\", "'a\r'"])
def test_unclosed_strings(text: str) -> None:
    with pytest.raises(lexer.LexicalError):
        lexer.tokenize(text)
    with pytest.raises(lexer.LexicalError):
        list(lexer.find_comments(text))


def test_too_many_nested_strings() -> None:
    with pytest.raises(lexer.LexicalError):
        lexer.tokenize("f'{" * 5000 + "x" + "}'" * 5000)


PIECES = [
    "a",
    "'",
    '"',
    "'''",
    '"""',
    "#",
    "f'",
    'rb"',
    "\\",
    "\n",
    " ",
    "{",
    "}",
    "(",
    ")",
    "if",
    "=",
    ":",
    "!r",
    "\f",
    "é",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@example('f"{a["#"]}"#')
@example("x = '''\\'''#'''#")
def test_both_ways_of_finding_comments_agree(text: str) -> None:
    try:
        tokens = lexer.tokenize(text)
    except lexer.LexicalError:
        with pytest.raises(lexer.LexicalError):
            list(lexer.find_comments(text))
        return
    found = [(token.start, token.end) for token in tokens if token.kind == lexer.COMMENT]
    assert list(lexer.find_comments(text)) == found


@given(st.lists(st.sampled_from([piece for piece in PIECES if "f" not in piece]), max_size=25).map("".join))
def test_the_standard_tokenizer_sees_the_same_comments_and_strings(text: str) -> None:
    text += "\n"
    lines = io.StringIO(text).readlines()
    starts = [sum(map(len, lines[:row])) for row in range(len(lines) + 1)]
    wanted = (standard.COMMENT, standard.STRING)
    try:
        theirs = [
            (starts[token.start[0] - 1] + token.start[1], starts[token.end[0] - 1] + token.end[1])
            for token in standard.generate_tokens(io.StringIO(text).readline)
            if token.type in wanted
        ]
        ours = [
            (token.start, token.end)
            for token in lexer.tokenize(text)
            if token.kind in (lexer.COMMENT, lexer.STRING)
        ]
    except (standard.TokenError, SyntaxError, lexer.LexicalError):
        return
    assert ours == theirs
