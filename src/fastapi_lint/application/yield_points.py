"""What runs after a `yield`, and what an exception raised there meets.

FastAPI resumes a dependency once the request is done. If that failed, the exception is raised at the `yield`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from fastapi_lint.application.scopes import Function
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import children, walk_scope

_BLOCKS = ("body", "orelse", "finalbody")


class Enclosing(NamedTuple):
    """A compound statement around a `yield`, or the body of the function itself (`statement` is None)."""

    statement: nodes.Statement | None
    part: str
    """`body`, `orelse`, `finalbody`, `handler` or `case`."""
    following: tuple[nodes.Statement, ...]
    """What comes after the `yield`, or after the statement inside that contains it, in the same block."""


@dataclass(frozen=True, slots=True, eq=False)
class YieldPoint:
    """One `yield` of a function."""

    node: nodes.Yield
    statement: nodes.Statement
    enclosing: tuple[Enclosing, ...]
    """Innermost first."""

    @property
    def tries(self) -> Iterator[nodes.Try]:
        """The `try` statements whose handlers see an exception raised at the `yield`, innermost first."""
        for each in self.enclosing:
            if isinstance(each.statement, nodes.Try) and each.part == "body":
                yield each.statement

    @property
    def withs(self) -> Iterator[nodes.With]:
        """The `with` statements around it, innermost first."""
        for each in self.enclosing:
            if isinstance(each.statement, nodes.With):
                yield each.statement

    @property
    def is_in_loop(self) -> bool:
        """Whether it may be reached more than once."""
        return any(isinstance(each.statement, (nodes.For, nodes.While)) for each in self.enclosing)

    def after_success(self) -> Iterator[nodes.Statement]:
        """The statements that run after it when nothing failed, `finally` blocks among them."""
        has_left = False
        for each in self.enclosing:
            blocks = [each.following]
            if isinstance(each.statement, nodes.Try) and each.part == "body":
                blocks.append(tuple(each.statement.orelse))
            for block in blocks:
                for statement in () if has_left else block:
                    yield statement
                    has_left = has_left or isinstance(statement, (nodes.Return, nodes.Raise))
            if isinstance(each.statement, nodes.Try) and each.part != "finalbody":
                yield from each.statement.finalbody


def yield_points(function: Function) -> list[YieldPoint]:
    """The `yield`s of a function, in source order; not those of functions inside it."""
    return list(_points(function.node.body, None, "body", ()))


def _points(
    block: tuple[nodes.Statement, ...],
    owner: nodes.Statement | None,
    part: str,
    outer: tuple[Enclosing, ...],
) -> Iterator[YieldPoint]:
    for position, statement in enumerate(block):
        here = (Enclosing(owner, part, tuple(block[position + 1 :])), *outer)
        if isinstance(statement, (nodes.FunctionDef, nodes.ClassDef)):
            continue
        blocks = list(_blocks(statement))
        inner = {id(each) for _, body in blocks for each in body}
        for node in _own_nodes(statement, inner):
            if isinstance(node, nodes.Yield):
                yield YieldPoint(node, statement, here)
        for name, body in blocks:
            yield from _points(body, statement, name, here)


def _blocks(statement: nodes.Statement) -> Iterator[tuple[str, tuple[nodes.Statement, ...]]]:
    match statement:
        case nodes.Try():
            yield "body", statement.body
            for handler in statement.handlers:
                yield "handler", handler.body
            yield "orelse", statement.orelse
            yield "finalbody", statement.finalbody
        case nodes.Match():
            for case in statement.cases:
                yield "case", case.body
        case _:
            for name in _BLOCKS:
                body = getattr(statement, name, None)
                if body:
                    yield name, body


def _own_nodes(statement: nodes.Statement, inner: set[int]) -> Iterator[nodes.Node]:
    """The expressions of a statement itself, without the statements inside it."""
    for child in children(statement):
        if isinstance(child, nodes.Expression):
            yield from walk_scope(child)
        elif id(child) not in inner and not isinstance(child, (nodes.ExceptHandler, nodes.MatchCase)):
            yield from _own_nodes(child, inner)
