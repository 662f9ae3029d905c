"""FAL214 untyped-parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import Constant, Listing, Table
from fastapi_lint.application.source_text import source_text
from fastapi_lint.rules.parameter_rule import ParameterRule, is_ordinary
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading

_INJECTED = {
    "background_tasks": "BackgroundTasks",
    "req": "Request",
    "request": "Request",
    "response": "Response",
    "websocket": "WebSocket",
    "ws": "WebSocket",
}
_SOURCES = {"path": "path", "query": "query string"}


class UntypedParameter(ParameterRule):
    """
    ## What it does
    Reports parameters of handlers and dependencies that have neither an annotation nor a marker such as `Depends(…)` as
    default. A variable of the path that is named with a leading underscore, as it is of no use, may be without.

    ## Why it is bad
    FastAPI reads them from the path or the query string and does not validate them: whatever a client sends arrives
    as text, also where the default is a number or a boolean, so that `page=1` is `1` or `"2"`, and `"false"` is true.
    OpenAPI shows no type. A `request` without annotation is not the request, but a query parameter that nobody sends.

    ## Use instead
    The type: `user_id: int`, `page: int = 1`, `request: Request`.
    """

    code = "FAL214"
    name = "untyped-parameter"

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether it has no type, and its default, if it has one, is none of FastAPI's markers."""
        parameter, signature = readings[0]
        if parameter.node is None or parameter.node.annotation is not None or parameter.marker is not None:
            return False
        if parameter.role == "path" and parameter.name.startswith("_"):
            return False
        if (
            not is_ordinary(readings)
            or not signature.routes
            or any(each.signature.callee.given for each in readings)
        ):
            return False
        environment = signature.callee.environment
        if parameter.default is not None and environment is not None:
            value = app.routing.interpreter.marker(parameter.default, environment).value
            if not isinstance(value, (Constant, Listing, Table)):
                return False
        return all(each.routes[0].resolution.has_own_signature(each.callee) for _, each in readings)

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        parameter, signature = readings[0]
        name, default, route = parameter.name, parameter.default, shown(signature.routes[0])
        injected = _INJECTED.get(name)
        if injected is not None and default is None and parameter.role != "path":
            self.report(
                node.name,
                f"`{name}` of `{route}` has no type, and is read from the query string: without it there the answer is "
                "a 422",
                help=f"write `{name}: {injected}`",
            )
            return
        consequence = f"any text in the {_SOURCES.get(parameter.role, 'request')} is accepted for it"
        if default is not None and source_text(default) not in ("None", '""', "''"):
            consequence = f"it is `{source_text(default)}` by default, and a text whenever a client sends it"
        self.report(
            node.name, f"`{name}` of `{route}` has no type: {consequence}", help="annotate it with the type"
        )
