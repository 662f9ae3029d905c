"""Newer Python syntax in the spelling of an older grammar, so that an older parser can read it.

Each newer form is recognised by its tokens and replaced by an older one of equal meaning, or by a stand-in that
is turned into the proper node once the text is parsed. `Respelling.restore` then moves every node back to where
it stands in the original text, so that nobody who reads the tree needs to know of all this.
"""

from __future__ import annotations

import ast
import itertools
import keyword
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from fastapi_lint.index import lexer
from fastapi_lint.index.original_places import Edit, OriginalPlaces
from fastapi_lint.index.token_structure import TokenStructure

Version: TypeAlias = tuple[int, int]

_LINE_END = re.compile("\r\n|\r|\n")

_FORMATTED_STAND_IN = "__fastapi_lint_formatted__"
_ALIAS_STAND_IN = "__fastapi_lint_type_alias__"


class Respelling(NamedTuple):
    """A text in an older spelling."""

    text: str
    type_parameters: dict[int, list[str]]
    """Names of the type parameters taken out, by the line of their `def` or `class`."""
    version: Version | None
    """The oldest Python that knows everything which was certainly newer syntax; None when nothing was."""
    places: OriginalPlaces

    def restore(self, tree: ast.Module) -> None:
        """Make the tree of `text` one of the original text: proper nodes, original places."""
        self.places.restore(tree)
        _replace_stand_ins(tree)


def respell(text: str, version: Version) -> Respelling | None:
    """The text as that version of Python can read it; None when it holds nothing that is known to be newer."""
    try:
        respeller = _Respeller(text, version)
        respeller.respell()
    except lexer.LexicalError:
        return None
    if not respeller.edits:
        return None
    places = OriginalPlaces(text, respeller.edits)
    return Respelling(places.text, respeller.type_parameters, respeller.newest, places)


class _Respeller:
    """Collects the edits, token by token."""

    def __init__(self, text: str, version: Version) -> None:
        self.edits: list[Edit] = []
        self.type_parameters: dict[int, list[str]] = {}
        self.newest: Version | None = None
        self._text = text
        self._version = version
        self._code = TokenStructure(text)
        self._grouped: set[int] = set()
        """Strings that were looked at together with the one before them."""
        self._before: dict[int, str] = {}
        """What to insert before a token once it is reached, so that edits at one place keep their order."""

    def respell(self) -> None:
        """Look at every token once."""
        index = 0
        while index < len(self._code.tokens):
            kind = self._code.tokens[index].kind
            if kind == lexer.WORD:
                index = self._word(index)
            elif kind == lexer.OPEN:
                self._bracket(index)
            elif kind == lexer.OPERATOR:
                self._starred_annotation(index)
            elif index in self._before:
                start = self._code.tokens[index].start
                self._edit(start, start, self._before[index])
            elif kind in (lexer.STRING, lexer.FORMATTED_START) and index not in self._grouped:
                self._strings(index)
            index += 1

    # --- Statements ------------------------------------------------------------------------------

    def _word(self, index: int) -> int:
        """Respell the statement that a word begins; returns the index of the last token it has dealt with."""
        word = self._code.source(index)
        if word in ("def", "class"):
            return self._definition(index)
        if word == "except" and self._code.begins_statement(index):
            self._except(index)
        elif word == "type" and self._code.begins_statement(index):
            return self._type_alias(index)
        elif word == "lazy" and self._code.begins_statement(index):
            self._lazy_import(index)
        return index

    def _definition(self, index: int) -> int:
        """`def f[T](…)` and `class C[T]` since 3.12, with defaults since 3.13."""
        opening = index + 2
        if self._code.source(opening) != "[" or self._version >= (3, 13):
            return index
        closing = self._code.closings[opening]
        line = len(_LINE_END.findall(self._text, 0, self._code.tokens[index].start)) + 1
        self.type_parameters[line] = self._names_of_type_parameters(opening)
        start, end = self._code.tokens[opening].start, self._code.tokens[closing].end
        self._edit(
            start, end, "\\\n" * self._line_ends(start, end), self._version_of_type_parameters(opening)
        )
        return closing

    def _type_alias(self, index: int) -> int:
        """`type X[T] = …` since 3.12."""
        equals = index + 2
        since = (3, 12)
        if self._code.source(equals) == "[":
            since = self._version_of_type_parameters(equals)
            equals = self._code.closings[equals] + 1
        if self._code.source(equals) != "=" or self._version >= (3, 13):
            return index
        name = self._code.tokens[index + 1]
        self._bracketed_edit(self._code.tokens[index].start, name.start, "(", since)
        self._bracketed_edit(name.end, self._code.tokens[equals].start, f"): {_ALIAS_STAND_IN} ", since)
        return equals

    def _names_of_type_parameters(self, opening: int) -> list[str]:
        names: list[str] = []
        begins = True
        for index in self._code.siblings(opening + 1):
            if begins and self._code.kind(index) == lexer.WORD:
                names.append(self._code.source(index))
                begins = False
            elif self._code.source(index) == ",":
                begins = True
        return names

    def _version_of_type_parameters(self, opening: int) -> Version:
        has_default = any(self._code.source(index) == "=" for index in self._code.siblings(opening + 1))
        return (3, 13) if has_default else (3, 12)

    def _lazy_import(self, index: int) -> None:
        """`lazy import a`, `lazy from a import b` since 3.15."""
        if self._code.source(index + 1) in ("import", "from") and self._version < (3, 15):
            start, end = self._code.tokens[index].start, self._code.tokens[index + 1].start
            if not self._line_ends(start, end):
                self._edit(start, end, "", (3, 15))

    def _except(self, index: int) -> None:
        """`except* A` since 3.11, `except A, B` since 3.14."""
        first = index + 1
        if self._code.source(first) == "*":
            if self._version < (3, 11):
                self._blank(first, (3, 11))
            first += 1
        types = list(
            itertools.takewhile(lambda each: self._code.source(each) != ":", self._code.siblings(first))
        )
        words = [self._code.source(each) for each in types]
        if "," not in words or "as" in words or self._version >= (3, 14):
            return
        is_python_2 = words[-2] == "," and words[-1].islower()
        since = None if is_python_2 else (3, 14)
        start = self._code.tokens[first].start
        end = self._code.tokens[self._code.closings.get(types[-1], types[-1])].end
        self._edit(start, start, "(", since)
        self._edit(end, end, ")", since)

    # --- Brackets and stars ----------------------------------------------------------------------

    def _bracket(self, opening: int) -> None:
        inside = list(self._code.siblings(opening + 1))
        stars = [each for each in inside if self._text[self._code.tokens[each].start] == "*"]
        if not stars:
            return
        if stars[0] == opening + 1 and self._is_comprehension(inside):
            self._unpacking(opening + 1, inside)
        elif self._version < (3, 11) and self._is_subscript(opening):
            items = [
                each
                for each in stars
                if self._code.source(each) == "*" and self._code.source(each - 1) in ("[", ",")
            ]
            self._starred_index(opening, items, {self._code.source(each) for each in inside})

    def _unpacking(self, star: int, inside: Sequence[int]) -> None:
        """`[*a for a in b]`, `{**a for a in b}` since 3.15; the value of a dict is a stand-in."""
        if self._version >= (3, 15):
            return
        self._blank(star, (3, 15))
        if self._code.source(star) == "**":
            clause = next(each for each in inside if self._code.source(each) in ("for", "async"))
            start = self._code.tokens[clause].start
            self._edit(start, start, ": None ", (3, 15))

    def _starred_index(self, opening: int, stars: Sequence[int], inside: set[str]) -> None:
        """`a[*b]` since 3.11; beside a slice the star is dropped, as there is no older spelling."""
        if not stars:
            return
        if ":" in inside:
            for star in stars:
                self._blank(star, (3, 11))
            return
        start = self._code.tokens[opening].end
        self._edit(start, start, "(", (3, 11))
        self._before[self._code.closings[opening]] = ")" if "," in inside else ",)"

    def _starred_annotation(self, index: int) -> None:
        """`def f(*args: *Ts)` since 3.11."""
        if (
            self._version < (3, 11)
            and self._code.source(index) == "*"
            and self._code.source(index - 1) == ":"
            and self._code.source(index - 3) == "*"
            and self._code.depths[index]
        ):
            self._blank(index, (3, 11))

    def _is_comprehension(self, inside: Sequence[int]) -> bool:
        for index in inside:
            if self._code.source(index) in (",", "for"):
                return self._code.source(index) == "for"
        return False

    def _is_subscript(self, opening: int) -> bool:
        if opening == 0 or self._code.source(opening) != "[":
            return False
        before = opening - 1
        if self._code.kind(before) != lexer.WORD:
            return self._code.kind(before) in (lexer.CLOSE, lexer.STRING, lexer.FORMATTED_END)
        word = self._code.source(before)
        return not keyword.iskeyword(word) and not (
            word in ("match", "case") and self._code.begins_statement(before)
        )

    # --- Strings ---------------------------------------------------------------------------------

    def _strings(self, index: int) -> None:
        """Adjacent strings: free nesting in f-strings since 3.12, t-strings since 3.14.

        `f"a{b!r:{c}}"` becomes the call `(stand_in('a', [(b), [(c)]], ))`, in which `b` may be anything.
        """
        pieces: list[int] = []
        newer = False
        while self._code.kind(index) in (lexer.STRING, lexer.FORMATTED_START):
            pieces.append(index)
            if self._code.kind(index) == lexer.FORMATTED_START:
                is_template = "t" in self._code.source(index).lower()
                newer = newer or self._version < ((3, 14) if is_template else (3, 12))
            index = self._code.closings.get(index, index) + 1
        self._grouped.update(pieces)
        if not newer:
            return
        for piece in pieces:
            opening = f"({_FORMATTED_STAND_IN}(" if piece == pieces[0] else ""
            closing = "))" if piece == pieces[-1] else ""
            token = self._code.tokens[piece]
            if token.kind == lexer.STRING:
                self._edit(token.start, token.start, opening)
                self._edit(token.end, token.end, ", " + closing)
            else:
                since = (3, 14) if "t" in self._code.source(piece).lower() else None
                self._edit(token.start, token.end, opening, since)
                self._parts(self._code.siblings(piece + 1), self._code.source(piece), in_format=False)
                end = self._code.tokens[self._code.closings[piece]]
                self._edit(end.start, end.end, closing)

    def _parts(self, indexes: Iterable[int], quotes: str, *, in_format: bool) -> None:
        """Literal text and fields of a string that opens with `quotes`."""
        for index in indexes:
            if self._code.kind(index) == lexer.FORMATTED_TEXT:
                token = self._code.tokens[index]
                value = _literal_value(self._code.source(index), quotes, in_format)
                self._bracketed_edit(token.start, token.end, f"{value!r}, ")
            else:
                self._field(index, quotes)

    def _field(self, opening: int, quotes: str) -> None:
        inside = list(self._code.siblings(opening + 1))
        closing = self._code.closings[opening]
        formats = [index for index in inside if self._code.kind(index) == lexer.FIELD_FORMAT]
        end = formats[0] if formats else closing
        expression_end = end
        if self._code.source(end - 2) == "!" and self._code.kind(end - 1) == lexer.WORD:
            expression_end -= 2
        start = self._code.tokens[opening].end
        shown = ""
        if self._code.source(expression_end - 1) == "=":
            shown = repr(self._text[start : self._code.tokens[expression_end].start]) + ", "
            expression_end -= 1
        self._edit(start - 1, start, f"{shown}[(")
        if expression_end < end:
            self._bracketed_edit(self._code.tokens[expression_end].start, self._code.tokens[end].start, "")
        if formats:
            self._edit(self._code.tokens[end].start, self._code.tokens[end].end, "), ")
            self._parts(inside[inside.index(end) + 1 :], quotes, in_format=True)
        self._edit(
            self._code.tokens[closing].start, self._code.tokens[closing].end, "], " if formats else ")], "
        )

    # --- Tokens and edits ------------------------------------------------------------------------

    def _line_ends(self, start: int, end: int) -> int:
        return len(_LINE_END.findall(self._text, start, end))

    def _blank(self, index: int, since: Version) -> None:
        _, start, end = self._code.tokens[index]
        self._edit(start, end, " " * (end - start), since)

    def _bracketed_edit(self, start: int, end: int, content: str, since: Version | None = None) -> None:
        """An edit within brackets, or that opens or closes some, where line ends may stand freely."""
        line_ends = "\n" * self._line_ends(start, end)
        content = line_ends + content if content.startswith(")") else content + line_ends
        self._edit(start, end, content, since)

    def _edit(self, start: int, end: int, content: str, since: Version | None = None) -> None:
        self.edits.append(Edit(start, end, content))
        if since is not None:
            self.newest = max(self.newest or since, since)


def _literal_value(source: str, opening: str, in_format: bool) -> str:
    """What literal text means in a formatted string that opens with this prefix and these quotes."""
    if not in_format:
        source = source.replace("{{", "{").replace("}}", "}")
    quotes = opening.lstrip("fFtTrR")
    if "\\" not in source or len(opening) - len(quotes) == 2:
        return source
    try:
        return str(ast.literal_eval(quotes + source + quotes))
    except (SyntaxError, ValueError):
        return source


def _replace_stand_ins(tree: ast.Module) -> None:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.AST):
                proper = _proper(value)
                setattr(node, name, proper)
                waiting.append(proper)
            elif isinstance(value, list):
                value[:] = [_proper(item) if isinstance(item, ast.AST) else item for item in value]
                waiting += (item for item in value if isinstance(item, ast.AST))


def _proper(node: ast.AST) -> ast.AST:
    """The node that a stand-in stands for; any other node itself."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name == _FORMATTED_STAND_IN:
            return ast.copy_location(ast.JoinedStr(_formatted_values(node.args)), node)
        case ast.AnnAssign(annotation=ast.Name(id=name) as annotation) if name == _ALIAS_STAND_IN:
            annotation.id = "TypeAlias"
            node.simple = 1
    return node


def _formatted_values(parts: Sequence[ast.expr]) -> list[ast.expr]:
    values: list[ast.expr] = []
    for part in parts:
        if isinstance(part, ast.List):
            expression, *rest = part.elts
            specification = ast.copy_location(ast.JoinedStr(_formatted_values(rest)), part) if rest else None
            values.append(ast.copy_location(ast.FormattedValue(expression, -1, specification), part))
        elif isinstance(part, ast.Constant) and values and isinstance(values[-1], ast.Constant):
            values[-1].value = str(values[-1].value) + str(part.value)
        else:
            values.append(part)
    return values
