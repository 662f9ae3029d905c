"""The text of a module together with its syntax tree, and how to replace parts of it."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Positioned: TypeAlias = ast.stmt | ast.expr | ast.arg | ast.keyword
Span: TypeAlias = tuple[int, int]
"""Where a part starts and ends, in characters."""


class Source:
    """A module.

    Raises:
        SyntaxError: the text does not parse.
        ValueError: it has null characters.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)

    @cached_property
    def functions(self) -> list[Function]:
        """All of them, nested ones and methods too."""
        return [each for each in self._nodes if isinstance(each, Function)]

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        return [each for each in self._nodes if isinstance(each, ast.ClassDef)]

    @cached_property
    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        """Those of the module itself."""
        return [each for each in self.tree.body if isinstance(each, ast.Import | ast.ImportFrom)]

    @cached_property
    def names(self) -> list[str]:
        """What the module itself binds, without what it imports with a star."""
        return [name for statement in self.tree.body for name in _bound(statement)]

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def offset(self, row: int, column: int) -> int:
        """Of a place as the syntax tree has it: columns count bytes."""
        start = self._starts[row - 1]
        line = self.text[start : self._starts[row] - 1]
        return start + (column if line.isascii() else len(line.encode()[:column].decode()))

    def span(self, node: Positioned) -> Span:
        """With its decorators."""
        first = node
        if isinstance(node, Function | ast.ClassDef) and node.decorator_list:
            first = node.decorator_list[0]
        start = self.offset(first.lineno, first.col_offset)
        if first is not node:
            start = self.text.rindex("@", 0, start)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return start, self.offset(node.end_lineno, node.end_col_offset)

    def segment(self, node: Positioned) -> str:
        start, end = self.span(node)
        return self.text[start:end]

    def replaced(self, node: Positioned, new: str) -> str:
        """The text with something else in place of a part."""
        start, end = self.span(node)
        return self.text[:start] + new + self.text[end:]

    def indentation(self, statement: ast.stmt) -> str | None:
        """None for a statement that does not start its line."""
        start, _ = self.span(statement)
        before = self.text[self.text.rfind("\n", 0, start) + 1 : start]
        return before if not before.strip() else None

    def lines(self, first: ast.stmt, last: ast.stmt | None = None) -> str | None:
        """One or several statements as lines of their own, without what they are indented by."""
        indentation = self.indentation(first)
        if indentation is None:
            return None
        start, end = self._rows(first, last or first)
        return textwrap.dedent(self.text[start:end])

    def with_lines(self, first: ast.stmt, new: str, last: ast.stmt | None = None) -> str | None:
        """The text with other lines in place of some statements; the new ones get their indentation."""
        indentation = self.indentation(first)
        if indentation is None:
            return None
        start, end = self._rows(first, last or first)
        return self.text[:start] + _indented(new, indentation) + self.text[end:]

    def before(self, statement: ast.stmt, new: str) -> str | None:
        """The text with lines in front of a statement, as much indented as it is."""
        indentation = self.indentation(statement)
        if indentation is None:
            return None
        start, _ = self._rows(statement, statement)
        return self.text[:start] + _indented(new, indentation) + self.text[start:]

    def after(self, statement: ast.stmt, new: str) -> str | None:
        """The text with lines behind a statement, as much indented as it is."""
        indentation = self.indentation(statement)
        if indentation is None:
            return None
        _, end = self._rows(statement, statement)
        return self.text[:end] + _indented(new, indentation) + self.text[end:]

    def _rows(self, first: ast.stmt, last: ast.stmt) -> Span:
        """All of the lines that statements are on."""
        start, _ = self.span(first)
        _, end = self.span(last)
        after = self.text.find("\n", end)
        return self.text.rfind("\n", 0, start) + 1, len(self.text) if after < 0 else after + 1


def parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def blocks(node: ast.AST) -> list[list[ast.stmt]]:
    """The lists of statements in a function, a class or a statement, to any depth."""
    found = []
    for each in ast.walk(node):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(each, field, None)
            if isinstance(block, list) and block:
                found.append(block)
    return found


def inside(function: Function) -> Iterator[ast.AST]:
    """What stands in the body of a function, to any depth."""
    for statement in function.body:
        yield from ast.walk(statement)


def parameters(function: Function) -> list[ast.arg]:
    arguments = function.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _indented(text: str, indentation: str) -> str:
    return textwrap.indent(text if text.endswith("\n") else f"{text}\n", indentation)


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, Function | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield (alias.asname or alias.name).partition(".")[0]
    elif isinstance(statement, ast.Assign):
        yield from (each.id for each in statement.targets if isinstance(each, ast.Name))
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id
