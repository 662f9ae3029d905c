"""FAL203 unused-path-parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability
from fastapi_lint.rules.route_rule import RouteRule, registration_trace

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route
    from fastapi_lint.diagnostics import Fix


class UnusedPathParameter(RouteRule):
    """
    ## What it does
    Reports variables in a route's path that nothing takes: neither the handler nor any of its dependencies, on
    whatever level they are declared (app, router, `include_router`, decorator, signature), under whatever alias, and
    nobody reads `request.path_params`. A `{…:path}` at the end, of a handler that takes no other value, is left alone:
    that is how the page of a browser application is served under every path.

    ## Why it is bad
    Every value is accepted and ignored, nothing is validated, and OpenAPI does not mention the variable. Usually the
    parameter has another name, and is a required query parameter nobody knows of.

    ## Use instead
    Take the parameter, under the name it has in the path.

    ## Fix
    Unsafe: adds the parameter to the handler that stands below the decorator, with the type of its convertor, else
    `str`. It is then in the OpenAPI document, and to be given by whoever else calls the handler.
    """

    code = "FAL203"
    name = "unused-path-parameter"
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Routes with variables that nothing takes."""
        return bool(_unused(app, route))

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report the variables that are unused wherever the route is served."""
        unused = [_unused(self.app, route) for route in routes]
        for name in unused[0]:
            if all(name in each for each in unused):
                self._report_parameter(node, routes[0], name)

    def _report_parameter(self, node: cst.Call, route: Route, name: str) -> None:
        handler = route.handler.name
        in_own_path = f"{{{name}" in self.visit.code(node)
        self.report(
            node,
            f"`{{{name}}}` of `{route.path}` is taken by neither `{handler}` nor any of its dependencies: "
            "every value is accepted and ignored",
            help=f"add a parameter `{name}` to `{handler}`",
            trace=() if in_own_path else registration_trace(route),
            fix=self._fix(node, route, name),
        )

    def _fix(self, node: cst.Call, route: Route, name: str) -> Fix | None:
        from fastapi_lint.rules.path_parameter_fix import take_parameter

        function = route.function
        if function is None or any(name not in each.path_parameters for each in self.app.routes_of(function)):
            return None  # elsewhere it would be read from the query string
        if any(each.name == name for each in function.node.parameters):
            return None
        return take_parameter(self, node, name, route.path)


def _unused(app: Application, route: Route) -> tuple[str, ...]:
    """Without those that a parameter is meant for under another name (FAL204), and what a fallback takes."""
    unused = route.resolution.unused_path_parameters if route.kind != "mount" else ()
    unmatched = app.routing.unmatched_parameters.by_route.get(route, ()) if unused else ()
    meant = {each.variable for each in unmatched}
    if unused and route.pattern.catch_all is not None and _asks_for_nothing(app, route):
        meant.add(route.pattern.catch_all)
    return tuple(name for name in unused if name not in meant)


def _asks_for_nothing(app: Application, route: Route) -> bool:
    """Whether the handler itself takes no value from the client."""
    parameters = app.routing.signatures.of(route.handler, route.path_parameters)
    return all(each.role in ("depends", "special") for each in parameters)
