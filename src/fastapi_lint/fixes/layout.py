"""Where the nodes of a tree stand, and in which node each does: all of it from one pass over the tree.

libcst writes the tree out and notes where each node begins and ends; so does this, with numbers in place of
objects, which is several times faster.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, NamedTuple

import libcst as cst
from libcst._nodes.internal import CodegenState


class Lines(NamedTuple):
    """From a line and column to a line and column: lines count from 1, columns from 0."""

    line: int
    column: int
    end_line: int
    end_column: int


class TreeLayout:
    """The positions of the nodes of one tree, which it keeps alive."""

    def __init__(self, tree: cst.Module) -> None:
        self._tree = tree
        state = _Recorder(tree.default_indent, tree.default_newline)
        if tree.body or tree.header or tree.footer:
            state.tokens.append("")  # says that something is written; what, nobody asks
        tree._codegen(state)
        self._full, self._syntactic, self._parents = state.full, state.syntactic, state.parents

    def lines(self, node: cst.CSTNode) -> Lines:
        """Where a node stands, as libcst's `PositionProvider` gives it."""
        return Lines(*(self._syntactic.get(id(node)) or self._full[id(node)]))

    def full_lines(self, node: cst.CSTNode) -> Lines:
        """Where a node stands with all it owns, as `WhitespaceInclusivePositionProvider` gives it."""
        return Lines(*self._full[id(node)])

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that holds this one; None for the module."""
        return self._parents.get(id(node))


class _Recorder(CodegenState):
    """Follows the line and column of what a tree writes."""

    __slots__ = ("_column", "_line", "_parent", "_stack", "full", "parents", "syntactic")

    def __init__(self, default_indent: str, default_newline: str) -> None:
        super().__init__(default_indent, default_newline)
        self._line = 1
        self._column = 0
        self._parent: cst.CSTNode | None = None
        self._stack: list[tuple[int, int, cst.CSTNode | None]] = []
        self.full: dict[int, tuple[int, int, int, int]] = {}
        self.syntactic: dict[int, tuple[int, int, int, int]] = {}
        self.parents: dict[int, cst.CSTNode | None] = {}

    def add_indent_tokens(self) -> None:
        for token in self.indent_tokens:
            self._column += len(token)

    def add_token(self, value: str) -> None:
        if "\n" in value or "\r" in value:
            breaks = value.count("\n") + value.count("\r") - value.count("\r\n")
            self._line += breaks
            self._column = len(value) - 1 - max(value.rfind("\n"), value.rfind("\r"))
        else:
            self._column += len(value)

    def pop_trailing_newline(self) -> None:
        """There is no text to take it from."""

    def before_codegen(self, node: cst.CSTNode) -> None:
        self._stack.append((self._line, self._column, self._parent))
        self.parents[id(node)] = self._parent
        self._parent = node

    def after_codegen(self, node: cst.CSTNode) -> None:
        line, column, self._parent = self._stack.pop()
        # A piece of white space may stand in several places: the first counts, as with libcst.
        self.full.setdefault(id(node), (line, column, self._line, self._column))

    def record_syntactic_position(  # type: ignore[override]  # a context manager, though not a generator's
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> _Syntactic:
        return _Syntactic(self, node, start_node, end_node)

    def place(self) -> tuple[int, int]:
        """The line and column that the next token starts at."""
        return self._line, self._column

    def known(self, node: cst.CSTNode) -> tuple[int, int, int, int]:
        """Where a node that is already written stands."""
        return self.syntactic.get(id(node)) or self.full[id(node)]


class _Syntactic:
    """While it is open, a node writes what is its own syntax."""

    __slots__ = ("_end_node", "_node", "_recorder", "_start", "_start_node")

    def __init__(self, recorder: _Recorder, node: Any, start_node: Any, end_node: Any) -> None:
        self._recorder = recorder
        self._node = node
        self._start_node = start_node
        self._end_node = end_node

    def __enter__(self) -> None:
        self._start = self._recorder.place()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        recorder = self._recorder
        start, end = self._start, recorder.place()
        if self._start_node is not None:
            start = recorder.known(self._start_node)[:2]
        if self._end_node is not None:
            end = recorder.known(self._end_node)[2:]
        recorder.syntactic[id(self._node)] = (*start, *end)
