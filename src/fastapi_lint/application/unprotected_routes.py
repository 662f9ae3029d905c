"""Routes and routers without authentication among siblings that have it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from fastapi_lint.application.authentication import Authentication, Protection

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.dependencies import Dependency
    from fastapi_lint.application.registrars import Inclusion, Registrar
    from fastapi_lint.application.routes import Route
    from fastapi_lint.index import nodes

_STATE_CHANGING = frozenset({"DELETE", "PATCH", "POST", "PUT"})
_READING = frozenset(
    {
        "check", "compute", "count", "describe", "estimate", "exists", "export", "fetch", "filter", "find", "get",
        "info", "inspect", "list", "lookup", "parse", "preview", "query", "read", "render", "search", "show", "test",
        "tokenize", "validate", "view",
    }
)  # fmt: skip
"""How handlers are named that only read, whatever the method of their routes."""
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+")
_ENOUGH = 2
"""Protected siblings without which nothing can be said of the others."""


_ENOUGH_OF_APP = 8
"""The same for an app as a whole."""
_RARE = 8
"""How many protected ones there are at least for each route that stands out in an app."""


@dataclass(frozen=True, eq=False)
class Unprotected:
    """A route, or all routes of a router, without authentication."""

    routes: tuple[Route, ...]
    siblings: tuple[Route, ...]
    """Protected ones: for a router, one of each of the other routers."""
    protector: Dependency
    """What most of the siblings are protected by."""
    inclusion: Inclusion | None = None
    """How the router is included, where its siblings are protected by their inclusions."""
    is_in_app: bool = False
    """The siblings are those of the app, not of the router."""


class UnprotectedRoutes:
    """Compares siblings on the table of effective routes."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._authentication = Authentication(application)
        self._public = {_normalised(each) for each in application.options.public_routes}

    @cached_property
    def by_call(self) -> Mapping[nodes.Call, Unprotected]:
        """By the call to report: a route's decorator, what makes a router, or what includes it."""
        found: dict[nodes.Call, Unprotected] = {}
        for app in self._application.apps:
            if not self._application.is_production(app.module):
                continue
            routes = [
                route
                for route in self._application.routing.routes_served_by(app)
                if route.kind == "http" and route.registration.own is not None
            ]
            if self._application.lints_few and not any(map(self._may_be_reported, routes)):
                continue
            if sum(map(self._is_protected, routes)) < _ENOUGH:
                continue
            groups = _by_registrar(routes)
            for routes_of_one in groups.values():
                found |= {call: each for call, each in self._in_router(routes_of_one) if call not in found}
            found |= {call: each for call, each in self._among_routers(groups) if call not in found}
            reported = {route for each in found.values() for route in each.routes}
            found |= {
                call: each
                for call, each in self._in_app(routes)
                if call not in found and reported.isdisjoint(each.routes)
            }
        protected = {
            route.call
            for route in self._application.routes
            if route.call in found and self._is_protected(route)
        }
        return {call: each for call, each in found.items() if call not in protected}

    def is_public(self, route: Route) -> bool:
        """Whether the names in a route's path, or its handler's, say that it is for everybody."""
        texts = [*route.path.split("/"), route.handler.name]
        return any(
            _normalised(word) in self._public or _normalised(word).removesuffix("s") in self._public
            for text in texts
            for word in (text, *_WORD.findall(text))
        )

    def _may_be_reported(self, route: Route) -> bool:
        """Whether a route is one that may stand out, in a linted file or on a router made or included in one."""
        registrar = route.registration.registrar
        modules = (route.module, registrar.module, *(each.module for each in registrar.included_in))
        return any(map(self._application.is_linted, modules)) and (
            _changes_state(route) and self._is_open(route)
        )

    def _is_protected(self, route: Route) -> bool:
        """Whether it surely is, by its dependencies alone: no body of a handler is looked into."""
        return self._authentication.protector(route) is not None

    def _is_open(self, route: Route) -> bool:
        return self._authentication.of(route) is Protection.OPEN

    def _in_router(self, routes: list[Route]) -> Iterator[tuple[nodes.Call, Unprotected]]:
        """State-changing routes that stand out among those of their router."""
        changing = [route for route in routes if _changes_state(route)]
        protected = [route for route in changing if self._is_protected(route)]
        if len(protected) < _ENOUGH:
            return
        open_ones = [route for route in changing if not self.is_public(route) and self._is_open(route)]
        if len(protected) <= len(open_ones):
            return
        for route in open_ones:
            if route.call is not None:
                yield route.call, Unprotected((route,), tuple(protected), self._usual_protector(protected))

    def _among_routers(
        self, groups: Mapping[Registrar, list[Route]]
    ) -> Iterator[tuple[nodes.Call, Unprotected]]:
        """Routers of which no route is protected, where all of most others are."""
        protected: list[list[Route]] = []
        others: list[tuple[Registrar, list[Route]]] = []
        for registrar, routes in groups.items():
            private = [route for route in routes if not self.is_public(route)]
            if private and all(map(self._is_protected, private)):
                protected.append(private)
            elif any(map(_surely_changes_state, private)) and not any(map(self._is_protected, private)):
                others.append((registrar, private))
        if len(protected) < _ENOUGH:
            return
        open_ones = [each for each in others if all(map(self._is_open, each[1]))]
        if len(protected) <= len(open_ones):
            return
        siblings = tuple(routes[0] for routes in protected)
        for registrar, routes in open_ones:
            inclusion = _inclusion_to_blame(registrar, siblings)
            call = inclusion.call if inclusion is not None else registrar.call
            if call is not None and registrar.kind == "router":
                yield (
                    call,
                    Unprotected(tuple(routes), siblings, self._usual_protector(siblings), inclusion),
                )

    def _in_app(self, routes: list[Route]) -> Iterator[tuple[nodes.Call, Unprotected]]:
        """State-changing routes that stand out in an app of which nearly all are protected."""
        changing = [route for route in routes if _changes_state(route)]
        protected = [route for route in changing if self._is_protected(route)]
        if len(protected) < _ENOUGH_OF_APP:
            return
        open_ones = [route for route in changing if not self.is_public(route) and self._is_open(route)]
        if len(open_ones) * _RARE <= len(protected):
            for route in filter(_surely_changes_state, open_ones):
                if route.call is not None:
                    yield (
                        route.call,
                        Unprotected((route,), tuple(protected), self._usual_protector(protected)),
                    )

    def _usual_protector(self, routes: Collection[Route]) -> Dependency:
        found = [each for each in map(self._authentication.protector, routes) if each is not None]
        usual = Counter(each.label for each in found).most_common(1)[0][0]
        return next(each for each in found if each.label == usual)


def _by_registrar(routes: Iterable[Route]) -> dict[Registrar, list[Route]]:
    groups: dict[Registrar, list[Route]] = {}
    for route in routes:
        groups.setdefault(route.registration.registrar, []).append(route)
    return groups


def _changes_state(route: Route) -> bool:
    return not _STATE_CHANGING.isdisjoint(route.methods)


def _surely_changes_state(route: Route) -> bool:
    """The same, without routes that take a POST to read by a query that is no URL."""
    return _changes_state(route) and _READING.isdisjoint(
        word.lower() for word in _WORD.findall(route.handler.name)[:1]
    )


def _inclusion_to_blame(registrar: Registrar, siblings: Iterable[Route]) -> Inclusion | None:
    """The only inclusion of a router, if it is the inclusions of its siblings that protect these."""
    if len(registrar.included_in) != 1:
        return None
    protecting = [
        inclusion
        for route in siblings
        for inclusion in route.registration.registrar.included_in
        if inclusion.level.dependencies is not None
    ]
    return registrar.included_in[0] if len(protecting) >= _ENOUGH else None


@cache
def _normalised(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())
