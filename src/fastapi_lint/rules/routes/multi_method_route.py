"""FAL221 multi-method-route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import UNKNOWN_TEXT
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.route_rule import RouteRule
from fastapi_lint.rules.wording import joined

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route

_BESIDE = frozenset({"HEAD", "OPTIONS"})
"""What a handler may answer beside its operation."""
_SEVERAL = 2


class MultiMethodRoute(RouteRule):
    """
    ## What it does
    Reports routes that answer several methods with one handler: `@app.api_route("/items", methods=["GET", "POST"])`.
    HEAD and OPTIONS do not count. Left alone are routes that are not in OpenAPI, and handlers that take whatever path
    there is (`{path:path}`): proxies, and protocols of their own.

    ## Why it is bad
    Methods mean different things, and take different bodies: the handler asks `request.method` what it is to do. In
    OpenAPI all operations have one id, which breaks generated clients.

    ## Use instead
    One function for each operation: `@app.get("/items")`, `@app.post("/items")`.
    """

    code = "FAL221"
    name = "multi-method-route"
    preset = Preset.STRICT

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Whether it is several operations in one."""
        methods = set(route.methods) - _BESIDE
        if len(methods) < _SEVERAL or route.kind != "http" or UNKNOWN_TEXT in methods:
            return False
        if route.registration.own is None or not route.include_in_schema:
            return False
        same = app.routes_of(route.function) if route.function is not None else (route,)
        return not any(":path}" in each.path for each in (route, *same))

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report the registration."""
        route = next((each for each in routes if self.concerns(self.app, each)), None)
        if route is None:
            return
        methods = joined([each for each in route.methods if each not in _BESIDE])
        asks = _asks_for_method(route)
        self.report(
            node,
            f"`{route.handler.name}` answers {methods} of `{route.path}`"
            + (", and asks the request which" if asks else "")
            + ": OpenAPI has one id for all of them",
            help="write one function for each method",
        )


def _asks_for_method(route: Route) -> bool:
    """Whether the handler looks at `request.method`."""
    requests = {each.name for each in route.handler.parameters}
    return route.function is not None and any(
        each.attr == "method" and isinstance(each.value, nodes.Name) and each.value.id in requests
        for each in find_in_scope(route.function.node.body, {nodes.Attribute})
    )
