"""The type that stands beside each call in a signature or in `Annotated[…]`: what FastAPI's markers are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.scopes import Function, Scope
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

if TYPE_CHECKING:
    from fastapi_lint.application.located import Span


class TypeBeside(NamedTuple):
    """A type as it is written."""

    node: nodes.Expression
    scope: Scope
    """The scope it stands in."""


def types_beside(scope: Scope) -> Mapping[Span, TypeBeside]:
    """The types in what a scope assigns and defines, by the position of the call beside them."""
    return {call.span: TypeBeside(node, scope) for call, node in _declarations(scope)}


def statement_scope(scope: Scope) -> Scope:
    """The scope of the statement in which something stands: around lambdas and comprehensions."""
    while scope.parent is not None and isinstance(scope.node, (nodes.Comprehension, nodes.Lambda)):
        scope = scope.parent
    return scope


def _declarations(scope: Scope) -> Iterator[tuple[nodes.Call, nodes.Expression]]:
    for bindings in scope.bindings.values():
        for each in bindings:
            if each.kind == "assign" and each.value is not None:
                yield from _in_annotation(each.value)
    for definition in scope.definitions():
        for parameter in definition.node.parameters if isinstance(definition, Function) else ():
            if parameter.annotation is not None:
                if isinstance(parameter.default, nodes.Call):
                    yield parameter.default, parameter.annotation
                yield from _in_annotation(parameter.annotation)


def _in_annotation(node: nodes.Expression) -> Iterator[tuple[nodes.Call, nodes.Expression]]:
    for each in walk(node):
        match each:
            case nodes.Subscript(index=nodes.Sequence(elements=[declared, *metadata])):
                for marker in metadata:
                    if isinstance(marker, nodes.Call):
                        yield marker, declared
