"""FAL506 missing-authentication."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Location, TraceStep
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.route_rule import shown
from fastapi_lint.rules.wording import joined

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.unprotected_routes import Unprotected

_SHOWN = 2


class MissingAuthentication(Rule):
    """
    ## What it does
    Reports state-changing routes without any authenticating dependency, on whatever level, where most
    state-changing routes of the same router have one, or nearly all of the app; and routers of which no route has one,
    where all routes of most other routers of the app have. Names the siblings, and the dependency that protects them.

    A dependency authenticates if it is one of FastAPI's security schemes, needs one, answers 401, or answers 403 after
    it looked at who is asking: at headers, cookies, the session, what a middleware left in `request.state`.

    Left alone are routes whose path or handler is named after something public (login, token, register, webhook,
    health…), or that take a token, a password or a signature; handlers, dependencies, decorators and route classes that
    look at who is asking themselves, or that hand the request to code that may; and applications with a middleware
    that may refuse requests for who they are from. A middleware that compresses, logs, measures or remembers the
    user without ever refusing is none. Routes that only read by POST (`list_…`, `search_…`) are compared with those of
    their router alone.

    ## Why it is bad
    A route that was forgotten works, and works for everybody. No test of a logged-in user notices.

    ## Use instead
    Put the dependency on the router (`APIRouter(dependencies=[Depends(get_current_user)])`), so that no route can be
    forgotten. Give public routes a router of their own, or name them in the settings.

    ## Options
    - `public-routes`: words in paths and names of handlers by which a route counts as public.
    """

    code = "FAL506"
    name = "missing-authentication"

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The routes and routers that stand out."""
        for each in app.unprotected_routes.by_call.values():
            if each.inclusion is not None:
                yield Place(each.inclusion.module, each.inclusion.line)
            elif len(each.routes) == 1:
                yield Place(each.routes[0].module, each.routes[0].line)
            registrar = each.routes[0].registration.registrar
            yield Place(registrar.module, registrar.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A call that registers a route, makes a router or includes it."""
        call = self.call(node)
        found = self.app.unprotected_routes.by_call.get(call) if call is not None else None
        if found is None:
            return
        protector = found.protector.callee.name
        if call is found.routes[0].call:
            what = f"`{shown(found.routes[0])}` has no authentication"
            others = f"{_shown(found.siblings)} of the same {'app' if found.is_in_app else 'router'}"
        else:
            what = f"no route of this router has authentication, such as `{shown(found.routes[0])}`"
            others = f"all routes of other routers, such as {_shown(found.siblings)}"
        self.report(
            node,
            f"{what}; {others} are protected by `{protector}`",
            help=f"add `dependencies=[Depends({protector})]`, or name what is public in `public-routes`",
            trace=_trace(found),
        )


def _shown(routes: tuple[Route, ...]) -> str:
    names = [f"`{shown(route)}`" for route in routes[:_SHOWN]]
    more = len(routes) - _SHOWN
    return joined([*names, f"{more} more"] if more > 0 else names)


def _trace(found: Unprotected) -> Iterator[TraceStep]:
    protector = found.protector
    for route in found.siblings[:_SHOWN]:
        yield TraceStep(route.module.path, Location(route.line, 1), f"{shown(route)} is protected")
    function = protector.callee.function
    if function is not None:
        place = Location(function.node.line, function.node.column + 1)
        yield TraceStep(function.module.path, place, f"by {protector.callee.name}")
