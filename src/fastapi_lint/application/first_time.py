"""Code that runs once in the life of a process: what makes a value that is then kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.revealed import FIRST_TIME
from fastapi_lint.application.scopes import Class
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import dotted_name, find_in_scope

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.scopes import Function

_SMALL_CACHE = 16
_CACHES = ("async_lru.alru_cache", "functools.cache", "functools.cached_property", "functools.lru_cache")


class FirstTime:
    """Finds, in each function, the lines that are executed the first time only."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._lines: dict[Function, tuple[tuple[int, int], ...]] = {}

    def only(self, function: Function, line: int) -> bool:
        """Whether a line of a function is executed only the first time that the function is called."""
        return any(first <= line <= last for first, last in self.lines(function))

    def lines(self, function: Function) -> tuple[tuple[int, int], ...]:
        """The first and last lines of what is executed only the first time that the function is called."""
        if function not in self._lines:
            self._lines[function] = tuple(self._find(function))
        return self._lines[function]

    def forget(self, function: Function) -> None:
        """The body of a function is another now."""
        self._lines.pop(function, None)

    def _find(self, function: Function) -> Iterator[tuple[int, int]]:
        node = function.node
        if self._inference.has_decorator(function, _CACHES) and self._is_called_alike(function):
            yield node.first_line, node.end_line
        else:
            function.reveal(FIRST_TIME)
            yield from self._in_block(node.body, function)

    def _is_called_alike(self, function: Function) -> bool:
        """Whether a cached function needs no arguments, or has a cache so small that it cannot have many."""
        receiver = 1 if function.owner is not None else 0
        if all(each.default is not None for each in function.node.parameters[receiver:]):
            return True
        sizes = [
            each.argument(0, "maxsize") for each in function.node.decorators if isinstance(each, nodes.Call)
        ]
        return any(
            isinstance(size, nodes.Constant)
            and isinstance(size.value, int)
            and 0 < size.value <= _SMALL_CACHE
            for size in sizes
        )

    def _in_block(self, body: tuple[nodes.Statement, ...], function: Function) -> Iterator[tuple[int, int]]:
        for position, statement in enumerate(body):
            match statement:
                case nodes.If():
                    missing, present = _missing(statement.test), _present(statement.test)
                    if self._is_kept(missing, function) and _assigns(statement.body, missing):
                        yield statement.body[0].line, statement.body[-1].end_line
                    elif self._is_kept(present, function) and isinstance(statement.body[-1], nodes.Return):
                        if _assigns(body[position + 1 :], present):
                            yield statement.end_line + 1, body[-1].end_line
                    yield from self._in_block(statement.body, function)
                    yield from self._in_block(statement.orelse, function)
                case nodes.With() | nodes.Try():
                    yield from self._in_block(statement.body, function)

    def _is_kept(self, name: str | None, function: Function) -> bool:
        """Whether a variable outlives the call: a global one, or an attribute of the object or class."""
        if name is None:
            return False
        holder, _, attribute = name.rpartition(".")
        if not holder:
            return function.body_scope.outer_names.get(attribute) == "global"
        if "." in holder:
            return False
        parameters = function.node.parameters
        if function.owner is not None and parameters and parameters[0].name == holder:
            return True
        return isinstance(self._inference.lookup(holder, function.body_scope, function.node.end_line), Class)


def _missing(test: nodes.Expression) -> str | None:
    """`x` of `x is None` and `not x`."""
    match test:
        case nodes.Comparison(left=left, operators=["is" | "=="], comparators=[nodes.Constant(value=None)]):
            return dotted_name(left)
        case nodes.Negation(value=value):
            return dotted_name(value)
    return None


def _present(test: nodes.Expression) -> str | None:
    """`x` of `x is not None` and `x`."""
    match test:
        case nodes.Comparison(
            left=left, operators=["is not" | "!="], comparators=[nodes.Constant(value=None)]
        ):
            return dotted_name(left)
    return dotted_name(test)


def _assigns(body: tuple[nodes.Statement, ...], name: str | None) -> bool:
    assignments = find_in_scope(body, {nodes.Assign})
    return any(dotted_name(target) == name for each in assignments for target in each.targets)
