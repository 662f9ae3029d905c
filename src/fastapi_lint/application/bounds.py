"""Whether something limits the number that a parameter may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.annotations import located_metadata
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.models import Field
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.application.scopes import Function, Scope

_LIMITS = frozenset({"le", "lt", "multiple_of"})
_MARKERS = ("fastapi.", "pydantic.Field", "sqlmodel.Field")
_COMPARING = frozenset({"<", "<=", ">", ">=", "in", "not in"})


def may_be_bounded(inference: Inference, reading: ParameterReading) -> bool:
    """Whether the declaration of a parameter, or the code of its function, may limit it from above."""
    parameter, signature = reading
    return any(
        _limits(inference, each, scope) for each, scope in _declaration(inference, reading)
    ) or _is_compared(signature.function, parameter.name)


def field_may_be_bounded(inference: Inference, field: Field, function: Function) -> bool:
    """The same for a field of a model that a function takes."""
    if field.is_transformed:
        return True
    markers = [*located_metadata(inference, field.annotation, field.scope)]
    if isinstance(field.default, nodes.Call):
        markers.append((field.default, field.scope))
    return any(_limits(inference, each, scope) for each, scope in markers) or _is_compared(
        function, field.name
    )


def _declaration(inference: Inference, reading: ParameterReading) -> Iterator[tuple[nodes.Expression, Scope]]:
    parameter, signature = reading
    scope = signature.function.scope
    if parameter.node is not None:
        yield from located_metadata(inference, parameter.node.annotation, scope)
    if parameter.marker is not None and not parameter.in_annotated and parameter.default is not None:
        yield parameter.default, scope


def _limits(inference: Inference, marker: nodes.Expression, scope: Scope) -> bool:
    if not isinstance(marker, nodes.Call):
        return not isinstance(marker, nodes.Constant)  # a variable may hold anything; a text is a description
    name = inference.qualified_name(marker.func, scope)
    if name is None or not name.startswith(_MARKERS):
        return True  # such as `annotated_types.Le(100)`, or a validator
    return any(each.name is None or each.name in _LIMITS for each in marker.keywords)


def _is_compared(function: Function, name: str) -> bool:
    """Whether the function compares a parameter, or takes the minimum of it and something else."""
    for node in walk(function.node.body):
        match node:
            case nodes.Comparison(operators=operators):
                if not _COMPARING.isdisjoint(operators) and _mentions(node, name):
                    return True
            case nodes.Call(func=nodes.Name(id="min")):
                if _mentions(node, name):
                    return True
    return False


def _mentions(node: nodes.Node, name: str) -> bool:
    return any(
        (isinstance(each, nodes.Name) and each.id == name)
        or (isinstance(each, nodes.Attribute) and each.attr == name)
        for each in walk(node)
    )
