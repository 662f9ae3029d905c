"""Which rows belong to the statement that stands on a row: what a suppression comment there covers."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

_COMPOUND = (nodes.If, nodes.For, nodes.While, nodes.With, nodes.Try, nodes.Match)


class Headers:
    """The statements of one file by row.

    A simple statement covers all its rows. A definition covers its decorators and its header up to the body;
    any other compound statement its header.
    """

    def __init__(self, body: tuple[nodes.Statement, ...]) -> None:
        self._body = body

    @cached_property
    def _ranges(self) -> list[tuple[int, int]]:
        """First and last row of every statement (header), in order."""
        return sorted(
            _range(node)
            for node in walk(self._body)
            if hasattr(node, "end_line") and not isinstance(node, nodes.Call)
        )

    @cached_property
    def _starts(self) -> list[int]:
        return [first for first, _ in self._ranges]

    def around(self, row: int) -> tuple[int, int]:
        """First and last row of the statement (header) on `row`; the row alone outside of any."""
        position = bisect_right(self._starts, row)
        for first, last in reversed(self._ranges[:position]):
            if first <= row <= last:
                return first, last
        return row, row


def _range(node: nodes.Node) -> tuple[int, int]:
    if isinstance(node, (nodes.FunctionDef, nodes.ClassDef)):
        return node.first_line, max(node.body_line - 1, node.line)
    if isinstance(node, _COMPOUND):
        body = node.cases[0].body if isinstance(node, nodes.Match) else node.body
        first = (
            body[0].first_line if isinstance(body[0], (nodes.FunctionDef, nodes.ClassDef)) else body[0].line
        )
        return node.line, max(first - 1, node.line)
    statement = node
    return statement.line, statement.end_line  # type: ignore[attr-defined]  # every other statement has both
