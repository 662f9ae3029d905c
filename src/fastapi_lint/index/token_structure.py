"""How the tokens of a text lie within one another: brackets, formatted strings and their fields."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_lint.index import lexer
from fastapi_lint.index.lexer import Token

_OPENING = (lexer.OPEN, lexer.FORMATTED_START, lexer.FIELD_START)
_CLOSING = (lexer.CLOSE, lexer.FORMATTED_END, lexer.FIELD_END)
_END_OF_SIBLINGS = ("", lexer.LINE_END, *_CLOSING)


class TokenStructure:
    """The tokens that matter to the grammar, by index: no comments, no line ends within brackets.

    Raises LexicalError when strings or brackets are not closed.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.closings: dict[int, int] = {}
        """Index of the closing token for that of each opening one."""
        self.depths: list[int] = []
        """Of each token, how many brackets, formatted strings and fields it stands in."""
        opened: list[int] = []
        for token in lexer.tokenize(text):
            if token.kind == lexer.COMMENT or (token.kind == lexer.LINE_END and opened):
                continue
            if token.kind in _CLOSING:
                if not opened:
                    raise lexer.LexicalError
                self.closings[opened.pop()] = len(self.tokens)
            self.depths.append(len(opened))
            if token.kind in _OPENING:
                opened.append(len(self.tokens))
            self.tokens.append(token)
        if opened:
            raise lexer.LexicalError

    def source(self, index: int) -> str:
        """The text of a token; empty where there is none."""
        if not 0 <= index < len(self.tokens):
            return ""
        _, start, end = self.tokens[index]
        return self.text[start:end]

    def kind(self, index: int) -> str:
        """The kind of a token; empty where there is none."""
        return self.tokens[index].kind if 0 <= index < len(self.tokens) else ""

    def siblings(self, index: int) -> Iterator[int]:
        """From `index` on, up to the end of the brackets or the line around it; of brackets only the opening one."""
        while self.kind(index) not in _END_OF_SIBLINGS:
            yield index
            index = self.closings.get(index, index) + 1

    def begins_statement(self, index: int) -> bool:
        """Whether a statement may begin with that token."""
        if index == 0 or self.kind(index - 1) == lexer.LINE_END:
            return True
        return self.source(index - 1) in (":", ";") and not self.depths[index - 1]
