"""FAL239 opaque-body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.source_text import source_text
from fastapi_lint.application.untyped_bodies import is_untyped, read_by_hand
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.parameter_rule import ParameterRule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading


class OpaqueBody(ParameterRule):
    """
    ## What it does
    Reports bodies declared as `dict`, `Any`, or a list of these, which the function stores, hands on or searches. Where
    it reads certain keys by hand, FAL215 reports them.

    ## Why it is bad
    OpenAPI says no more than that there is a JSON object. FastAPI checks nothing of it, and a client may send any
    field, in any number and depth.

    ## Use instead
    A Pydantic model with the fields that are known, and `model_config = ConfigDict(extra="allow")` for the rest;
    `dict[str, str]` or the like where the keys are free and the values are not.
    """

    code = "FAL239"
    name = "opaque-body"
    preset = Preset.STRICT

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether it is an untyped body of which no certain keys are read."""
        return is_untyped(readings[0].parameter) and read_by_hand(readings[0]) is None

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        parameter, signature = readings[0]
        self.report(
            node.name,
            f"`{parameter.name}` of `{shown(signature.routes[0])}` is a `{source_text(parameter.annotation)}`: nothing "
            "says or checks what is in it",
            help="declare a Pydantic model with what is known of it",
        )
