"""The functions whose return value becomes the answer to a request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.revealed import PASSED_ON
from fastapi_lint.application.scopes import Function, Scope
from fastapi_lint.application.values import Awaitable, Method, Value
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference

HTTP_EXCEPTIONS = ("fastapi.HTTPException", "starlette.exceptions.HTTPException")


def answering_functions(start: frozenset[Function], inference: Inference) -> frozenset[Function]:
    """Handlers and dependencies, and the functions whose result they return as it is.

    A function that makes an `HTTPException` for its caller is none of them: raising it is up to the caller.
    """
    found = set(start)
    waiting = list(start)
    while waiting:
        for function in passed_on(waiting.pop(), inference):
            if function not in found:
                found.add(function)
                waiting.append(function)
    return frozenset(found)


def passed_on(function: Function, inference: Inference) -> Iterator[Function]:
    """The functions whose result a function returns as it is."""
    function.reveal(PASSED_ON)
    for value, _ in returned(function):
        yield from _called(value, function.body_scope, inference)


def returned(function: Function) -> Iterator[tuple[nodes.Expression, int]]:
    """The expressions that a function may return, with the lines of their `return` statements."""
    for node in find_in_scope(function.node.body, {nodes.Return}):
        if node.value is not None:
            for value in alternatives(node.value):
                yield value, node.line


def alternatives(node: nodes.Expression) -> Iterator[nodes.Expression]:
    """The expressions whose value an expression may take: the branches of a conditional, the sides of an `or`."""
    match node:
        case nodes.Conditional(body=body, orelse=orelse):
            yield from alternatives(body)
            yield from alternatives(orelse)
        case nodes.BooleanOperation(values=values):
            for value in values:
                yield from alternatives(value)
        case nodes.Await(value=value):
            yield from alternatives(value)
        case _:
            yield node


def _called(node: nodes.Expression, scope: Scope, inference: Inference) -> Iterator[Function]:
    if isinstance(node, nodes.Name):
        for binding in scope.bindings.get(node.id, ()):
            if binding.kind == "assign" and binding.value is not None and not binding.path:
                yield from _called_by(binding.value, scope, inference)
    else:
        yield from _called_by(node, scope, inference)


def _called_by(node: nodes.Expression, scope: Scope, inference: Inference) -> Iterator[Function]:
    for call in alternatives(node):
        if isinstance(call, nodes.Call) and not makes_exception(inference.infer(call, scope), inference):
            target = inference.infer(call.func, scope)
            function = target.function if isinstance(target, Method) else target
            if isinstance(function, Function):
                yield function


def makes_exception(value: Value | None, inference: Inference) -> bool:
    """Whether a value is surely an `HTTPException`, perhaps after awaiting."""
    if isinstance(value, Awaitable):
        value = value.result
    return inference.is_instance(value, HTTP_EXCEPTIONS)
