"""FAL210 json-and-form-body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.annotations import located_metadata
from fastapi_lint.application.request_bodies import FORM_ROLES, body_parts, is_object
from fastapi_lint.application.source_text import source_text
from fastapi_lint.diagnostics import Location, Severity, TraceStep
from fastapi_lint.index import nodes
from fastapi_lint.rules.parameter_rule import ParameterRule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading, Reading
    from fastapi_lint.application.request_bodies import BodyPart
    from fastapi_lint.application.routes import Route


class JsonAndFormBody(ParameterRule):
    """
    ## What it does
    Reports models, dicts and lists of these that are read as JSON in a route that also reads form fields or files, in
    the handler or in a dependency (`OAuth2PasswordRequestForm`).

    ## Why it is bad
    A request has one body. With a form field in it FastAPI reads it as a form, in which the model would have to be one
    field; a text is no model, so every request gets a 422. Nothing says so before: the route registers, and OpenAPI
    shows it.

    ## Use instead
    All fields as a form, each with `Form()` or the model with it (`Annotated[Item, Form()]`, FastAPI 0.113 and newer);
    or the model as JSON text in a field of the form: `Annotated[Json[Item], Form()]`.

    ## References
    - [FastAPI: Request Forms and Files](https://fastapi.tiangolo.com/tutorial/request-forms-and-files/)
    """

    code = "FAL210"
    name = "json-and-form-body"
    severity = Severity.ERROR

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether it is read as JSON, and all its routes read a form."""
        return all(
            parameter.role == "body"
            and bool(signature.routes)
            and is_object(app.inference, app.models, parameter.shape)
            and not _has_own_validation(app, parameter.node, signature)
            and all(_form(app, route) is not None for route in signature.routes)
            for parameter, signature in readings
        )

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it, with the field that makes the body a form."""
        parameter, signature = readings[0]
        route = signature.routes[0]
        form = _form(self.app, route)
        if form is None:
            return
        annotation = source_text(parameter.annotation)
        consequence = "every request gets a 422"
        if parameter.default is not None and not _is_required(parameter.default):
            consequence = f"nothing that a client sends becomes a `{annotation}`"
        self.report(
            node,
            f"`{parameter.name}` of `{shown(route)}` is read as JSON, but `{form.name}` makes the body a form: "
            f"{consequence}",
            help=f"declare its fields with `Form()`, or take JSON text: `Annotated[Json[{annotation}], Form()]`",
            trace=_trace(form, signature),
        )


def _form(app: Application, route: Route) -> BodyPart | None:
    """What makes the body of a route a form."""
    return next((each for each in body_parts(app.routing, route) if each.role in FORM_ROLES), None)


def _is_required(default: nodes.Expression) -> bool:
    """Whether a default is a marker without one of its own."""
    if not isinstance(default, nodes.Call):
        return isinstance(default, nodes.Ellipsis)
    given = default.argument(0, "default")
    return given is None or isinstance(given, nodes.Ellipsis)


def _has_own_validation(app: Application, node: nodes.Parameter | None, signature: Reading) -> bool:
    """Whether `Annotated` holds more than markers of FastAPI: perhaps something that reads a text."""
    if node is None:
        return False
    for metadata, scope in located_metadata(app.inference, node.annotation, signature.function.scope):
        if not isinstance(metadata, nodes.Call):
            return True
        name = app.inference.qualified_name(metadata.func, scope)
        if name is None or not name.startswith("fastapi."):
            return True
    return False


def _trace(form: BodyPart, signature: Reading) -> Iterator[TraceStep]:
    """Where the form is declared, unless that is in the same signature."""
    function = form.callee.function
    if form.parameter is not None and function is not None and function is not signature.function:
        place = Location(form.parameter.line, 1)
        yield TraceStep(function.module.path, place, f"`{form.name}` of `{function.name}`")
