"""Tokens of Python source whatever grammar it is written for: enough to find comments and to see statements.

The standard library's tokenizer knows the strings of the Python that runs it and no newer ones, and takes
longer than the parser. Here f-strings and t-strings follow PEP 701 always: quotes of their own kind, comments
and line ends may stand between their braces. What an older Python accepts has the same tokens either way.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

WORD = "word"
"""A name, keyword or number."""
STRING = "string"
"""A string without replacement fields."""
COMMENT = "comment"
LINE_END = "line_end"
OPERATOR = "operator"
OPEN = "open"
"""`(`, `[` or `{`."""
CLOSE = "close"
FORMATTED_START = "formatted_start"
"""Prefix and opening quotes of an f-string or t-string."""
FORMATTED_TEXT = "formatted_text"
"""What stands in it literally, or in a format specification."""
FORMATTED_END = "formatted_end"
FIELD_START = "field_start"
FIELD_FORMAT = "field_format"
"""The `:` before a format specification."""
FIELD_END = "field_end"


class Token(NamedTuple):
    """A piece of the source, from offset `start` up to offset `end`."""

    kind: str
    start: int
    end: int


class LexicalError(Exception):
    """A string or replacement field is not closed, or too many are nested."""


_TOKEN = re.compile(
    r"""
    [ \t\f]+ | \\(?:\r\n?|\n)
    | (?P<comment> \#[^\r\n]* )
    | (?P<line_end> \r\n?|\n )
    | (?P<string> (?:[bfrtu]|[bft]r|r[bft])? (?P<quotes> \"{3}|'{3}|\"|' ) )
    | (?P<word> \w+ )
    | (?P<open> [(\[{] )
    | (?P<close> [)\]}] )
    | (?P<operator> \*\*=? | -> | := | [=!<>]= | . )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMMENT_OR_QUOTES = re.compile(r"""(?P<comment>#[^\r\n]*)|\"{3}|'{3}|\"|'""")
_FORMATTED_PREFIX = re.compile(r"(?<!\w)(?:[ft]|[ft]r|r[ft])\Z", re.IGNORECASE)
_REST_OF_STRING = {
    '"': re.compile(r'[^"\\\r\n]*(?:\\(?:\r\n|[\s\S])[^"\\\r\n]*)*"'),
    "'": re.compile(r"[^'\\\r\n]*(?:\\(?:\r\n|[\s\S])[^'\\\r\n]*)*'"),
    '"""': re.compile(r'[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*"""'),
    "'''": re.compile(r"[^'\\]*(?:(?:\\[\s\S]|'(?!''))[^'\\]*)*'''"),
}
_PREFIX_ENDS = frozenset("fFtTrR")
_DEEPEST_NESTING = 50


def tokenize(text: str) -> list[Token]:
    """All tokens except blanks and joined lines; raises LexicalError."""
    lexer = _Lexer(text)
    lexer.code(0)
    return lexer.tokens


def find_comments(text: str) -> Iterator[tuple[int, int]]:
    """Where each comment starts and ends, without making the tokens between; raises LexicalError."""
    position = 0
    while (match := _COMMENT_OR_QUOTES.search(text, position)) is not None:
        start, position = match.span()
        if match.lastgroup == "comment":
            yield start, position
        elif (prefix := _formatted_prefix(text, start)) is not None:
            lexer = _Lexer(text)
            position = lexer.formatted(start - len(prefix), position, match.group())
            yield from ((token.start, token.end) for token in lexer.tokens if token.kind == COMMENT)
        else:
            position = _string_end(text, position, match.group())


class _Lexer:
    """Collects tokens; each method takes the offset where it begins and returns the one after what it read."""

    def __init__(self, text: str) -> None:
        self.tokens: list[Token] = []
        self._text = text
        self._nesting = 0

    def code(self, position: int, *, in_field: bool = False) -> int:
        """Read up to the end of the text, or to the `:` or `}` that ends the expression of a field."""
        text, tokens = self._text, self.tokens
        depth = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            assert match is not None
            kind = match.lastgroup
            start, position = match.span()
            if kind is None:
                continue
            if kind == STRING:
                quotes = match.group("quotes")
                if _is_formatted(match.group(), quotes):
                    position = self.formatted(start, position, quotes)
                    continue
                position = _string_end(text, position, quotes)
            elif kind == OPEN:
                depth += 1
            elif in_field and depth == 0 and text[start] in ":}":
                return start
            elif kind == CLOSE:
                depth -= 1
            tokens.append(Token(kind, start, position))
        if in_field:
            raise LexicalError
        return position

    def formatted(self, start: int, position: int, quotes: str) -> int:
        """Read an f-string or t-string whose opening quotes end at `position`."""
        self._nesting += 1
        if self._nesting > _DEEPEST_NESTING:
            raise LexicalError
        raw = "r" in self._text[start:position].lower()
        self.tokens.append(Token(FORMATTED_START, start, position))
        start = self._literal(position, quotes, raw, in_format=False)
        if not self._text.startswith(quotes, start):
            raise LexicalError
        self.tokens.append(Token(FORMATTED_END, start, start + len(quotes)))
        self._nesting -= 1
        return start + len(quotes)

    def _literal(self, position: int, quotes: str, raw: bool, *, in_format: bool) -> int:
        """Read literal text and fields, up to what cannot be part of them."""
        literal = _literal_pattern(quotes, raw, in_format)
        while True:
            match = literal.match(self._text, position)
            assert match is not None
            if match.group():
                self.tokens.append(Token(FORMATTED_TEXT, position, match.end()))
            position = match.end()
            if not self._text.startswith("{", position):
                return position
            position = self._field(position, quotes, raw)

    def _field(self, position: int, quotes: str, raw: bool) -> int:
        """Read a replacement field from its brace on."""
        self.tokens.append(Token(FIELD_START, position, position + 1))
        position = self.code(position + 1, in_field=True)
        if self._text[position] == ":":
            self.tokens.append(Token(FIELD_FORMAT, position, position + 1))
            position = self._literal(position + 1, quotes, raw, in_format=True)
            if not self._text.startswith("}", position):
                raise LexicalError
        self.tokens.append(Token(FIELD_END, position, position + 1))
        return position + 1


def _is_formatted(opening: str, quotes: str) -> bool:
    prefix = opening[: -len(quotes)].lower()
    return "f" in prefix or "t" in prefix


def _formatted_prefix(text: str, quotes_start: int) -> str | None:
    """The prefix of an f-string or t-string before its quotes; None for any other string."""
    if text[quotes_start - 1 : quotes_start] not in _PREFIX_ENDS:
        return None
    match = _FORMATTED_PREFIX.search(text, max(quotes_start - 2, 0), quotes_start)
    return match and match.group()


def _string_end(text: str, position: int, quotes: str) -> int:
    match = _REST_OF_STRING[quotes].match(text, position)
    if match is None:
        raise LexicalError
    return match.end()


@functools.cache
def _literal_pattern(quotes: str, raw: bool, in_format: bool) -> re.Pattern[str]:
    """What stands literally between the fields of a formatted string."""
    quote = quotes[0]
    excluded = r"{}\\" + quote + ("" if len(quotes) == 3 else r"\r\n")
    alternatives = [f"[^{excluded}]+", r"\\(?:\r\n|[^{}]|(?=[{}]))"]
    if not raw:
        alternatives.insert(0, r"\\N\{[^{}]*\}")
    if not in_format:
        alternatives += [r"\{\{", r"\}\}"]
    if len(quotes) == 3:
        alternatives.append(f"{quote}(?!{quote}{quote})")
    return re.compile("(?:" + "|".join(alternatives) + ")*")
