"""What an annotation and a default say of a parameter: its type, and FastAPI's markers such as `Query()`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application import annotations as written
from fastapi_lint.application import values as static
from fastapi_lint.application.assembly.values import Built, Foreign, Given, TypeExpression, Value
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.environment import Environment
    from fastapi_lint.application.assembly.interpreter import Interpreter

_DEPENDS = frozenset({"Depends", "Security"})
_PARAMETERS = frozenset({"Path", "Query", "Header", "Cookie", "Body", "Form", "File"})
_DEPTH = 12


class Annotation(NamedTuple):
    """A type with the metadata of `Annotated[…]`, through aliases."""

    type: nodes.Expression | None
    environment: Environment
    """Where the type stands."""
    metadata: tuple[Given, ...]
    """Outermost last, as FastAPI reads them."""


def read_annotation(
    interpreter: Interpreter, node: nodes.Expression | None, environment: Environment, depth: int = _DEPTH
) -> Annotation:
    """Take an annotation apart."""
    node = written.unquoted(interpreter.inference, node)
    if node is None or depth == 0:
        return Annotation(node, environment, ())
    if isinstance(node, nodes.Subscript):
        head = interpreter.evaluate(node.value, environment)
        if is_annotated(head) and isinstance(node.index, nodes.Sequence) and node.index.elements:
            inner, *metadata = node.index.elements
            found = read_annotation(interpreter, inner, environment, depth - 1)
            markers = [interpreter.marker(each, environment) for each in metadata]
            return Annotation(found.type, found.environment, (*found.metadata, *markers))
        if isinstance(head, TypeExpression):  # a generic alias: `Injected[Service]`
            alias = read_annotation(interpreter, head.node, head.environment, depth - 1)
            if alias.metadata:
                return Annotation(node.index, environment, alias.metadata)
    elif isinstance(node, (nodes.Name, nodes.Attribute)):
        value = interpreter.evaluate(node, environment)
        if isinstance(value, TypeExpression):
            return read_annotation(interpreter, value.node, value.environment, depth - 1)
    return Annotation(node, environment, ())


def is_annotated(head: Value) -> bool:
    """Whether a value is `typing.Annotated`."""
    return (
        isinstance(head, Foreign)
        and isinstance(head.value, static.External)
        and head.value.last == "Annotated"
    )


def marker_name(value: Value) -> str | None:
    """`Depends`, `Query` … for a marker of FastAPI; None for anything else."""
    if not isinstance(value, Built):
        return None
    package, _, _ = value.cls.partition(".")
    last = value.cls.rpartition(".")[2]
    return last if package == "fastapi" and (last in _DEPENDS or last in _PARAMETERS) else None


def is_depends(value: Value) -> bool:
    """Whether a value is made by `Depends(…)` or `Security(…)`."""
    return marker_name(value) in _DEPENDS
