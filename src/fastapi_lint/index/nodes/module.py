"""A module as a whole: its statements, and what is kept of its text beside them."""

from __future__ import annotations

from fastapi_lint.index.nodes.node import Node
from fastapi_lint.index.nodes.shared import Line
from fastapi_lint.index.nodes.statements import Import, ImportFrom, Statement


class Region(Node, tag=80):
    """One or more top-level statements that share lines: what a rule visits with libcst. Lines inclusive."""

    first_line: Line
    last_line: Line


class Comment(Node, tag=81):
    """A comment that may be meant for this tool (`noqa` or `fastapi-lint:`), as written."""

    text: str
    line: Line
    column: int
    own_line: bool
    """Nothing but white space before it."""
    code_line: Line
    """The line of code that it is about: its own, or, where it stands alone, that of the next code."""
    removal: tuple[int, int, int, int]
    """What goes when the comment goes, from line and column to line and column: blanks before it, or its line."""


class Problem(Node, tag=82):
    """Why a file could not be read or parsed."""

    message: str
    line: Line
    column: int


class ModuleIndex(Node, tag=90):
    """Everything the model knows of one file; depends on the file's bytes alone."""

    body: tuple[Statement, ...]
    docstring: str | None
    regions: tuple[Region, ...]
    comments: tuple[Comment, ...]
    problem: Problem | None
    line_count: Line
    has_named_expressions: bool
    """Whether `:=` occurs; where it does not, nobody has to look for names it binds."""
    called: tuple[str, ...]
    """Last names of everything called in the file, sorted."""
    imports: tuple[Import | ImportFrom, ...]
    """Every import statement, also those inside of functions."""
