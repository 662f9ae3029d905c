"""The syntax tree of a region, and where its nodes stand in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

import libcst as cst

from fastapi_lint.diagnostics import Location
from fastapi_lint.fixes.layout import Lines, TreeLayout
from fastapi_lint.fixes.minimal import text_changes
from fastapi_lint.fixes.positions import Change, LineMap
from fastapi_lint.fixes.separated import Span
from fastapi_lint.index.source import split_lines

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement

_COMMENT_OR_CODE = re.compile(r"#[^\r\n]*|[^\s\\#]")


class ParsedRegion:
    """A region parsed alone: `tree` is the module of its lines, which begin at row `first_line` of the file.

    `lines` is the whole file, so that all offsets and edits are those of the file. The tree may lack statements
    of it, whose lines are then blanked out, and its line ends may differ. ValueError when there are not as many
    lines in the file. `code` and `layout` are those of the tree, for whoever has them already.
    """

    def __init__(
        self,
        tree: cst.Module,
        lines: LineMap,
        first_line: int,
        *,
        code: str | None = None,
        layout: TreeLayout | None = None,
    ) -> None:
        self.tree = tree
        self._code = code if code is not None else tree.code
        self._given_layout = layout
        self.lines = lines
        self.first_line = first_line
        rows = len(split_lines(self._code))
        self.start = lines.row_start(first_line)
        self.end = lines.row_start(first_line + rows)
        if len(split_lines(lines.text[self.start : self.end])) != rows:
            raise ValueError(f"the tree is not that of the lines from row {first_line}")

    @cached_property
    def _layout(self) -> TreeLayout:
        return self._given_layout or TreeLayout(self.tree)

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands, without the parentheses around it and the white space and comma it owns."""
        return self._span(self._layout.lines(node))

    def full_span(self, node: cst.CSTNode) -> Span:
        """Where a node stands with all it owns: an expression with its parentheses, a statement with its lines."""
        return self._span(self._layout.full_lines(node))

    def _span(self, position: Lines) -> Span:
        span = self._code_span(position)
        return Span(self._in_file(span.start), self._in_file(span.end))

    def _code_span(self, position: Lines) -> Span:
        start = self._code_offset(position.line, position.column)
        return Span(start, self._code_offset(position.end_line, position.end_column))

    def _code_offset(self, line: int, column: int) -> int:
        if line > self._code_lines.last_row:
            return len(self._code_lines.text)  # libcst counts a line end that the last line lacks
        return self._code_lines.offset(Location(line, column + 1))

    def difference(self, old: cst.CSTNode, changed: cst.Module) -> list[Change]:
        """The changes to the file that give `changed`, which differs from the tree in place of `old` only."""
        code, changed_code = self._code_lines.text, self._like_the_file(changed.code)
        start, end = self._code_span(self._layout.full_lines(old))
        changed_end = len(changed_code) - (len(code) - end)
        return [
            Change(self._in_file(start + change.start), self._in_file(start + change.end), change.content)
            for change in text_changes(code[start:end], changed_code[start:changed_end])
        ]

    @property
    def text(self) -> str:
        """The source of the tree, ending as the region does in the file."""
        return self._code_lines.text

    def within(self, change: Change) -> Change:
        """The part of a change of the file that lies in the region, as a change of `text`."""
        return Change(self._in_tree(change.start), self._in_tree(change.end), change.content)

    def _in_tree(self, offset: int) -> int:
        place = self.lines.location(min(max(offset, self.start), self.end))
        row = place.row - self.first_line + 1
        start, end = self._code_lines.row_start(row), self._code_lines.row_start(row + 1)
        return min(start + place.column - 1, end)

    def _in_file(self, offset: int) -> int:
        place = self._code_lines.location(offset)
        return min(self.lines.row_start(self.first_line + place.row - 1) + place.column - 1, self.end)

    @cached_property
    def _code_lines(self) -> LineMap:
        return LineMap(self._like_the_file(self._code))

    def _like_the_file(self, code: str) -> str:
        """The code without a final line end if the region has none in the file."""
        text = self.lines.text[self.start : self.end]
        return code if text.endswith(("\r", "\n")) else code.rstrip("\r\n")

    def statement_span(self, statement: cst.CSTNode) -> Span:
        """A statement from its first decorator to the end of its last line of code."""
        start, end = self.span(statement)
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)) and statement.decorators:
            start = self.span(statement.decorators[0]).start
        return Span(start, end)

    def code(self, node: cst.CSTNode) -> str:
        """The text of a node as it is written, decorators included, to be used in what replaces it."""
        start, end = self.statement_span(node)
        return self.lines.text[start:end]

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that holds this one; None for the module."""
        return self._layout.parent(node)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around this one, innermost first."""
        parent = self.parent(node)
        while parent is not None:
            yield parent
            parent = self.parent(parent)

    def statement_of(self, node: cst.CSTNode) -> Statement | cst.SimpleStatementSuite:
        """The statement line, compound statement or one-line suite that a node is or stands in."""
        for each in (node, *self.ancestors(node)):
            if isinstance(
                each, (cst.SimpleStatementLine, cst.SimpleStatementSuite, cst.BaseCompoundStatement)
            ):
                return each
        raise ValueError("the module is no statement")

    def is_in_block(self, statement: cst.CSTNode) -> bool:
        """Whether a statement is one of a body's; the `if` of an `elif` is none."""
        return isinstance(self.parent(statement), cst.Module | cst.IndentedBlock)

    def indentation(self, offset: int) -> str:
        """The white space at the start of the line of `offset`."""
        line_start = self.lines.line_start(offset)
        line = self.lines.text[line_start : self.lines.line_end(line_start)]
        return line[: len(line) - len(line.lstrip(" \t\f"))]

    def find(self, character: str, offset: int) -> int:
        """Where a character stands behind `offset`, with nothing but white space and comments before it."""
        found = next(
            match
            for match in _COMMENT_OR_CODE.finditer(self.lines.text, offset)
            if not match.group().startswith("#")
        )
        if found.group() != character:
            raise ValueError(f"there is no {character} at offset {offset}")
        return found.start()
