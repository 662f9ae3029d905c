"""FAL319 forbidden-extra-shared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.model_config import model_setting
from fastapi_lint.application.shapes import Plain
from fastapi_lint.diagnostics import Severity
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.parameter_rule import ParameterRule
from fastapi_lint.rules.traces import definition_step
from fastapi_lint.rules.wording import listed

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.application.scopes import Class
    from fastapi_lint.application.signatures import Parameter

_SHARED = frozenset({"cookie", "form", "header", "query"})


class ForbiddenExtraShared(ParameterRule):
    """
    ## What it does
    Reports models of query parameters, forms, headers and cookies with `extra="forbid"` whose route reads others of
    the same kind: beside the model, or in a dependency.

    ## Why it is bad
    For the model these are extra: a request that sends one of them is refused with a 422, though the documentation
    shows it as a parameter of the route.

    ## Use instead
    Put all of them into the model, or do without `extra="forbid"`.

    ## References
    - [FastAPI: Forbid Extra Query Parameters](https://fastapi.tiangolo.com/tutorial/query-param-models/)
    """

    code = "FAL319"
    name = "forbidden-extra-shared"
    severity = Severity.INFO
    preset = Preset.ALL

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether it is such a model, and the route reads something else of the kind."""
        return (
            _strict_model(app, readings[0].parameter) is not None
            and next(_others(app, readings), None) is not None
        )

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report the parameter."""
        model = _strict_model(self.app, readings[0].parameter)
        if model is not None:
            self.report(
                node,
                f"a request with {listed(_others(self.app, readings))} is refused: `{model.name}` forbids what it does "
                "not declare",
                help=f"declare them in `{model.name}`",
                trace=(definition_step(model, f"`{model.name}` is defined here"),),
            )


def _strict_model(app: Application, parameter: Parameter) -> Class | None:
    if parameter.role not in _SHARED or parameter.marker is None or not isinstance(parameter.shape, Plain):
        return None
    model = app.models.of(parameter.shape.cls)
    if model is None or model.kind != "pydantic":
        return None
    extra = model_setting(app.inference, model.cls, "extra")
    return model.cls if extra.value == "forbid" else None


def _others(app: Application, readings: tuple[ParameterReading, ...]) -> Iterator[str]:
    """What else is read from the same part of the request, by the names it has there."""
    for parameter, reading in readings:
        for route in reading.routes:
            signatures = app.routing.signatures
            callees = [route.handler, *(each.callee for each in route.dependencies)]
            for callee in callees:
                for other in signatures.of(callee, route.path_parameters):
                    if other.role == parameter.role and other is not parameter:
                        yield from _names(app, other)


def _names(app: Application, parameter: Parameter) -> Iterator[str]:
    model = app.models.of(parameter.shape.cls) if isinstance(parameter.shape, Plain) else None
    if model is not None and model.kind == "pydantic":
        yield from (field.alias or name for name, field in model.fields.items())
    else:
        yield parameter.external_name
