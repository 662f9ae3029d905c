"""FAL201 shadowed-route."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability, Location, Severity, TraceStep
from fastapi_lint.rules.route_rule import RouteRule, shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.matching import Conflict
    from fastapi_lint.application.routes import Route
    from fastapi_lint.diagnostics import Fix


class ShadowedRoute(RouteRule):
    """
    ## What it does
    Reports routes and mounts that never get their requests because an earlier one of the same app matches every
    path that they match. Routers, prefixes, inclusions and mounts of all modules are taken into account, and so are
    convertors: `/users/{id:int}` leaves `/users/me` alone, `/users/{id}` with `id: int` does not.

    ## Why it is bad
    The first match wins. The handler is never called; its clients get the answer of another one, or a 422 because
    `me` is no number.

    ## Use instead
    Declare the more specific route first, or narrow the earlier path with a convertor.

    ## Fix
    Hint: moves the handler above the one that takes its requests, where both stand in one module and each has no other
    decorator. The moved route then answers.
    """

    code = "FAL201"
    name = "shadowed-route"
    severity = Severity.ERROR
    fixes = (Applicability.HINT,)

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Routes that lose requests."""
        return route in app.route_conflicts

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report the first of the places at which the route is lost."""
        conflicts = self.app.route_conflicts
        lost = next((conflicts[route] for route in routes if route in conflicts), None)
        if lost is not None and not lost.is_duplicate:
            self.report(
                node,
                f"`{_lost_part(lost)}` is never reached: `{shown(lost.earlier)}` comes first and takes "
                f"`{lost.example}` too",
                help=f"declare it before `{lost.earlier.path or '/'}`, or narrow that path with a convertor",
                trace=_trace(lost),
                hints=self._hints(lost),
            )

    def _hints(self, lost: Conflict) -> Iterator[Fix]:
        from fastapi_lint.rules.route_order_hint import move_before

        fix = move_before(self.visit.file, lost.route, lost.earlier)
        if fix is not None:
            yield fix


def _lost_part(lost: Conflict) -> str:
    if not lost.methods:
        return shown(lost.route)
    return f"{','.join(lost.methods)} {lost.route.path}"


def _trace(lost: Conflict) -> list[TraceStep]:
    """What leads to the winner, and to the lost route as far as that is another way."""
    won, missed = list(lost.earlier.chain), list(lost.route.chain)
    while len(won) > 1 and len(missed) > 1 and won[0] == missed[0]:
        del won[0], missed[0]
    steps = [TraceStep(hop.module.path, Location(hop.line, 1), hop.text) for hop in (*won[:-1], *missed[:-1])]
    winner = lost.earlier
    steps.insert(
        len(won) - 1, TraceStep(winner.module.path, Location(winner.line, 1), f"{shown(winner)} wins")
    )
    return steps
