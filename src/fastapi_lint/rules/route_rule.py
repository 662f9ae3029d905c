"""What rules about routes share: where routes are registered, and the hops that lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Location, TraceStep
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route


class RouteRule(Rule):
    """Base of rules that look at each decorator or call that registers routes."""

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Where routes of concern are registered."""
        return (
            Place(route.module, route.line)
            for route in app.routes
            if route.call is not None and app.is_linted(route.module) and cls.concerns(app, route)
        )

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Whether there may be something to report about a route. Visiting is expensive: be precise."""
        return True

    def visit_Call(self, node: cst.Call) -> None:
        """A call, perhaps a decorator, that registers routes."""
        call = self.call(node)
        routes = self.app.routes_registered_by(call) if call is not None else ()
        if routes:
            self.check_routes(node, routes)

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Look at the routes that one call registers: one for each place where they are served."""
        raise NotImplementedError


def shown(route: Route) -> str:
    """A route as people name it: `GET /users/{user_id}`."""
    methods = ",".join(route.methods)
    return f"{methods or ('WebSocket' if route.kind == 'websocket' else 'mount')} {route.path or '/'}"


def registration_trace(route: Route) -> Iterator[TraceStep]:
    """The hops from the app through every inclusion to the registration of a route."""
    for hop in route.chain:
        yield TraceStep(hop.module.path, Location(hop.line, 1), hop.text)
