"""The type that stands beside each call in a signature or in `Annotated[…]`: what FastAPI's markers are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.names import all_definitions
from fastapi_lint.application.scopes import Function, Scope
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

if TYPE_CHECKING:
    from fastapi_lint.application.located import Span
    from fastapi_lint.application.modules import Module


class TypeBeside(NamedTuple):
    """A type as it is written."""

    node: nodes.Expression
    scope: Scope
    """The scope it stands in."""


def types_beside(module: Module) -> Mapping[Span, TypeBeside]:
    """The types by the position of the call beside them."""
    return {call.span: TypeBeside(node, scope) for call, node, scope in _declarations(module)}


def _declarations(module: Module) -> Iterator[tuple[nodes.Call, nodes.Expression, Scope]]:
    yield from _in_bindings(module.scope)
    for definition in all_definitions(module.scope):
        yield from _in_bindings(definition.body_scope)
        if isinstance(definition, Function):
            for parameter in definition.node.parameters:
                if parameter.annotation is not None:
                    if isinstance(parameter.default, nodes.Call):
                        yield parameter.default, parameter.annotation, definition.scope
                    yield from _in_annotation(parameter.annotation, definition.scope)


def _in_bindings(scope: Scope) -> Iterator[tuple[nodes.Call, nodes.Expression, Scope]]:
    for bindings in scope.bindings.values():
        for each in bindings:
            if each.kind == "assign" and each.value is not None:
                yield from _in_annotation(each.value, scope)


def _in_annotation(
    node: nodes.Expression, scope: Scope
) -> Iterator[tuple[nodes.Call, nodes.Expression, Scope]]:
    for each in walk(node):
        match each:
            case nodes.Subscript(index=nodes.Sequence(elements=[declared, *metadata])):
                for marker in metadata:
                    if isinstance(marker, nodes.Call):
                        yield marker, declared, scope
