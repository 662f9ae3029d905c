"""FAL209 body-on-get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.dependencies import from_marker
from fastapi_lint.application.request_bodies import body_parts
from fastapi_lint.diagnostics import Location, TraceStep
from fastapi_lint.rules.base import Place
from fastapi_lint.rules.parameter_rule import ParameterRule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.application.request_bodies import BodyPart
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.signatures import Parameter

_BODIES = frozenset({"body", "form", "file"})
_READING = frozenset({"GET", "HEAD"})


class BodyOnGet(ParameterRule):
    """
    ## What it does
    Reports GET and HEAD routes that read the body of the request: a model, dataclass, dict, list or set without
    `Query()`, or a parameter with `Body()`, `Form()` or `File()`, in the handler or in a dependency; and the lists in a
    model that is used with `Depends()`, which are read from there too. Of several parameters the first is named.

    ## Why it is bad
    The body of a GET request has no meaning in HTTP. Browsers and many client libraries cannot send one, proxies and
    caches drop it or refuse the request. Where a list was meant to be in the query string (`?id=1&id=2`), it is not
    read from there: the client gets a 422, or the default without a word.

    ## Use instead
    `Annotated[Filter, Query()]` (FastAPI 0.115 and newer), `Annotated[list[int], Query()]`; or a POST route.

    ## References
    - [RFC 9110: GET](https://www.rfc-editor.org/rfc/rfc9110#name-get)
    - [FastAPI: Query Parameter Models](https://fastapi.tiangolo.com/tutorial/query-param-models/)
    """

    code = "FAL209"
    name = "body-on-get"

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Such parameters, and routes whose dependency other routes may well use."""
        yield from super().suspects(app)
        for route in app.routes:
            if route.call is not None and _shared(app, route) is not None:
                yield Place(route.module, route.line)

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether all routes that read it are GET routes, and read it from the body."""
        return all(
            _is_read_from_body(app, parameter)
            and parameter is next(each for each in signature.parameters if _is_read_from_body(app, each))
            and bool(signature.routes)
            and all(_only_reads(route) for route in signature.routes)
            for parameter, signature in readings
        )

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        parameter, signature = readings[0]
        route = shown(signature.routes[0])
        if parameter.role == "depends":
            name, field = parameter.name, _fields(self.app, parameter)[0]
            message = (
                f"`{field.name}` of `{name}` is read from the body of `{route}`, which clients cannot send"
            )
            instead = f"declare `{name}` with `Query()` in place of `Depends()`"
        else:
            message = f"`{parameter.name}` is read from the body of `{route}`, which clients cannot send"
            instead = "declare it with `Query()`, or make it a POST route"
        self.report(node.name, message, help=instead)

    def visit_Call(self, node: cst.Call) -> None:
        """A route with a dependency that reads the body, also for other routes."""
        call = self.call(node)
        for route in self.app.routes_registered_by(call) if call is not None else ():
            part = _shared(self.app, route)
            if part is not None:
                self.report(
                    node,
                    f"`{shown(route)}` depends on `{part.callee.name}`, which reads `{part.name}` from the body: "
                    "clients cannot send one",
                    help="take it from the query string with `Query()`, or make it a POST route",
                    trace=_trace(part),
                )
                return


def _only_reads(route: Route) -> bool:
    if route.kind != "http" or (
        route.app is None and any(not each.may_register for each in route.root.escapes)
    ):
        return False  # a callback or webhook, which the client serves
    return bool(route.methods) and _READING.issuperset(route.methods)


def _is_read_from_body(app: Application, parameter: Parameter) -> bool:
    return parameter.role in _BODIES or bool(_fields(app, parameter))


def _fields(app: Application, parameter: Parameter) -> list[Parameter]:
    """The fields that FastAPI reads from the body of a model that stands in `Depends()`."""
    if parameter.role != "depends" or parameter.marker is None:
        return []
    callee = from_marker(app.routing.interpreter, parameter.marker, parameter).callee
    if callee.kind != "class" or callee.function is not None:
        return []
    return [each for each in app.routing.signatures.of(callee) if each.role in _BODIES]


def _shared(app: Application, route: Route) -> BodyPart | None:
    """What a GET route reads from the body by a dependency that also serves routes of other methods."""
    if not _only_reads(route):
        return None
    for part in body_parts(app.routing, route):
        function, parameter = part.callee.function, part.parameter
        if part.callee is route.handler or function is None or parameter is None or parameter.node is None:
            continue
        node = parameter.node
        readings = app.routing.readings.at(function.module, node.line, node.column)
        if readings and not BodyOnGet.is_wrong(app, readings):
            return part
    return None


def _trace(part: BodyPart) -> Iterator[TraceStep]:
    function, parameter = part.callee.function, part.parameter
    if function is not None and parameter is not None:
        yield TraceStep(
            function.module.path, Location(parameter.line, 1), f"`{part.name}` of `{function.name}`"
        )
