"""Bodies of requests whose fields nothing declares, and what functions read of them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application import shapes
from fastapi_lint.application.keyed_reads import KeyedReads, keyed_reads

if TYPE_CHECKING:
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.application.signatures import Parameter


def is_untyped(parameter: Parameter) -> bool:
    """Whether a parameter is a body of any JSON: `dict`, `Any`, or a list of these."""
    is_any = parameter.shape == shapes.ANYTHING and parameter.marker is not None
    return parameter.role == "body" and (is_any or _holds_anything(parameter.shape))


def _holds_anything(shape: shapes.Shape) -> bool:
    match shape:
        case shapes.Dictionary(value=value):
            return value == shapes.ANYTHING
        case shapes.Collection(elements=[element, *_]):
            return element == shapes.ANYTHING or _holds_anything(element)
        case shapes.Union(members=members):
            return all(each == shapes.NONE or _holds_anything(each) for each in members)
    return False


def read_by_hand(reading: ParameterReading) -> KeyedReads | None:
    """The keys that are read of a body; None when there are none, or it needs the whole and no certain one."""
    parameter, signature = reading
    function = signature.function
    if any(each.kind != "parameter" for each in function.body_scope.bindings.get(parameter.name, ())):
        return None
    found = keyed_reads(function, parameter.name)
    return found if found.keys and (found.is_complete or found.demanded) else None
