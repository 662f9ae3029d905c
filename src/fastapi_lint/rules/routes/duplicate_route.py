"""FAL202 duplicate-route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Severity
from fastapi_lint.rules.route_rule import RouteRule, registration_trace, shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route


class DuplicateRoute(RouteRule):
    """
    ## What it does
    Reports routes with the same effective path and a method in common with an earlier route of the same app, across
    routers, prefixes and modules.

    ## Why it is bad
    The first one answers, without a warning; OpenAPI shows the last one. The documentation describes a handler that
    is never called.

    ## Use instead
    Remove one of them, or give it a path or method of its own.
    """

    code = "FAL202"
    name = "duplicate-route"
    severity = Severity.ERROR

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Routes that lose requests. A router that is included twice is no mistake of its routes."""
        lost = app.route_conflicts.get(route)
        return lost is not None and lost.earlier.registration is not route.registration

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report the first of the places that is taken already."""
        conflicts = self.app.route_conflicts
        lost = next((conflicts[route] for route in routes if self.concerns(self.app, route)), None)
        if lost is None or not lost.is_duplicate:
            return
        earlier = lost.earlier
        both = f"{','.join(lost.methods)} {lost.route.path}" if lost.methods else shown(lost.route)
        place = f"{earlier.module.path}:{earlier.line}"
        consequence = "this handler is never called"
        if earlier.handler.value is lost.route.handler.value:
            consequence = "it is the same handler, but nothing declared here has an effect on answers"
        self.report(
            node,
            f"`{both}` is already served by `{earlier.handler.name}` ({place}): {consequence}",
            help="remove one of them, or give it a path or method of its own",
            trace=[*registration_trace(earlier), *registration_trace(lost.route)],
        )
