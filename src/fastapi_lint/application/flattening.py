"""From what was registered on apps and routers to the routes that are served, in match order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import Text, Unknown
from fastapi_lint.application.registrars import Certainty, Hop, Inclusion, Level, Registrar, RouteRegistration
from fastapi_lint.application.routes import Route
from fastapi_lint.application.source_text import source_text

if TYPE_CHECKING:
    from fastapi_lint.application.routing import Routing


class Flattening:
    """Expands the registrations of one app or router. `lazy`: routers are included as they finally are."""

    def __init__(self, routing: Routing, root: Registrar, *, lazy: bool) -> None:
        self._routing = routing
        self._root = root
        self._lazy = lazy

    def routes(self) -> list[Route]:
        """The routes in the order in which they are tried."""
        found = list(
            self._expand(self._root, (), (_made_at(self._root),), Certainty.SURE, None, (self._root,))
        )
        served = [route for route in found if route.registration.method != "frontend"]
        served += [route for route in found if route.registration.method == "frontend"]
        for index, route in enumerate(served):
            route.index = index
        return served

    def _expand(
        self,
        registrar: Registrar,
        outer: tuple[Level, ...],
        chain: tuple[Hop, ...],
        certainty: Certainty,
        size: int | None,
        within: tuple[Registrar, ...],
    ) -> Iterator[Route]:
        registrations = registrar.registrations if size is None else registrar.registrations[:size]
        for each in registrations:
            happens = min(certainty, each.certainty)
            if isinstance(each, RouteRegistration):
                levels = (*outer, each.own) if each.own is not None else outer
                yield self._route(each, levels, chain, happens)
                continue
            levels = (*outer, each.parent, each.level)
            following = (*chain, each.level.hop)
            if each.router is None:
                yield self._route(_unknown_route(each), levels, following, happens)
            elif each.router not in within:
                yield from self._expand(
                    each.router,
                    levels,
                    following,
                    happens,
                    None if self._lazy else each.size,
                    (*within, each.router),
                )

    def _route(
        self,
        registration: RouteRegistration,
        levels: tuple[Level, ...],
        chain: tuple[Hop, ...],
        certainty: Certainty,
    ) -> Route:
        text = source_text(registration.call.func) if registration.call is not None else registration.method
        hop = Hop(registration.module, registration.line, text)
        return Route(self._routing, registration, self._root, levels, (*chain, hop), certainty, 0)


def _made_at(registrar: Registrar) -> Hop:
    return Hop(registrar.module, registrar.line, registrar.name)


def _unknown_route(inclusion: Inclusion) -> RouteRegistration:
    """Stands for the routes of a router that is not known."""
    unknown = Unknown(inclusion.reason)
    return RouteRegistration(
        registrar=inclusion.registrar,
        method="include_router",
        kind="http",
        path=Text((unknown,)),
        methods=None,
        endpoint=unknown,
        options={},
        own=Level(inclusion.level.hop, Text(())),
        module=inclusion.module,
        line=inclusion.line,
        call=inclusion.call,
        inner_call=inclusion.call,
        scope=inclusion.scope,
        certainty=inclusion.certainty,
    )
