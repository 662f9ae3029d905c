"""FAL215 untyped-body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.source_text import source_text
from fastapi_lint.application.untyped_bodies import is_untyped, read_by_hand
from fastapi_lint.rules.parameter_rule import ParameterRule
from fastapi_lint.rules.route_rule import shown
from fastapi_lint.rules.wording import listed

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading


class UntypedBody(ParameterRule):
    """
    ## What it does
    Reports bodies declared as `dict`, `Any`, or a list of these, of which the function reads certain keys by hand:
    `if "name" not in data`, `data["name"]`, `data.get("name")`. A body that is also handed on as a whole is left alone,
    unless the function fails without one of the keys; the strict rule FAL239 is about the others.

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
        return is_untyped(readings[0].parameter) and read_by_hand(readings[0]) is not None

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        parameter, signature = readings[0]
        reads = read_by_hand(readings[0])
        if reads is not None:
            self.report(
                node.name,
                f"`{parameter.name}` of `{shown(signature.routes[0])}` is a `{source_text(parameter.annotation)}` of "
                f"which `{signature.function.name}` reads {listed(reads.keys)}: nothing validates or documents them",
                help=f"declare a Pydantic model with {'these fields' if len(reads.keys) > 1 else 'this field'}",
            )
