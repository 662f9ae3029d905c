"""FAL215 untyped-body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application import shapes
from fastapi_lint.application.keyed_reads import KeyedReads, keyed_reads
from fastapi_lint.application.source_text import source_text
from fastapi_lint.rules.parameter_rule import ParameterRule
from fastapi_lint.rules.route_rule import shown
from fastapi_lint.rules.wording import listed

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading, Reading
    from fastapi_lint.application.signatures import Parameter


class UntypedBody(ParameterRule):
    """
    ## What it does
    Reports bodies declared as `dict`, `Any`, or a list of these, of which the function reads certain keys by hand:
    `if "name" not in data`, `data["name"]`, `data.get("name")`. A body that is also handed on as a whole is left alone,
    unless the function fails without one of the keys.

    ## Why it is bad
    FastAPI only sees to it that there is a JSON object. What the fields are, of which type, and which must be there,
    is decided in the middle of the function, often by a `KeyError` or `TypeError`, which is a 500 for the client;
    OpenAPI shows none of it.

    ## Use instead
    A Pydantic model with these fields; with `model_config = ConfigDict(extra="allow")` where the others are handed on.

    ## References
    - [FastAPI: Request Body](https://fastapi.tiangolo.com/tutorial/body/)
    """

    code = "FAL215"
    name = "untyped-body"

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether it is an untyped body whose keys are read."""
        parameter, signature = readings[0]
        return bool(signature.routes) and _is_untyped(parameter) and _reads(parameter, signature) is not None

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        parameter, signature = readings[0]
        reads = _reads(parameter, signature)
        if reads is not None:
            self.report(
                node.name,
                f"`{parameter.name}` of `{shown(signature.routes[0])}` is a `{source_text(parameter.annotation)}` of "
                f"which `{signature.function.name}` reads {listed(reads.keys)}: nothing validates or documents them",
                help=f"declare a Pydantic model with {'these fields' if len(reads.keys) > 1 else 'this field'}",
            )


def _is_untyped(parameter: Parameter) -> bool:
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


def _reads(parameter: Parameter, signature: Reading) -> KeyedReads | None:
    """The keys that are read; None when there are none, or the function gets along without and needs the whole."""
    function = signature.function
    if any(each.kind != "parameter" for each in function.body_scope.bindings.get(parameter.name, ())):
        return None
    found = keyed_reads(function, parameter.name)
    return found if found.keys and (found.is_complete or found.demanded) else None
