"""Dependencies that each route of a router repeats, only to have them called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.dependencies import Dependency, listed
from fastapi_lint.application.registrars import Certainty, RouteRegistration
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.registrars import Registrar
    from fastapi_lint.application.routes import Route

_FEWEST_ROUTES = 2


class Hoistable(NamedTuple):
    """A router, or an app, with what its routes repeat."""

    registrar: Registrar
    dependencies: tuple[Dependency, ...]
    """As the first of the routes has them."""
    routes: tuple[Route, ...]


class HoistableDependencies:
    """The routers of a project whose routes repeat a dependency, found once."""

    def __init__(self, application: Application) -> None:
        self._application = application

    @cached_property
    def by_call(self) -> Mapping[nodes.Call, Hoistable]:
        """By the call that makes the router or app."""
        by_registration: dict[RouteRegistration, Route] = {}
        for route in self._application.routes:
            by_registration.setdefault(route.registration, route)
        found: dict[nodes.Call, Hoistable] = {}
        spoiled: set[nodes.Call] = set()
        for registrar in self._application.routing.interpreter.registrars:
            call = registrar.call
            if call is None or registrar.is_placeholder or not registrar.registrations:
                continue
            hoistable = _hoistable(registrar, by_registration)
            if hoistable is None:
                spoiled.add(call)
            else:
                found.setdefault(call, hoistable)
        return {call: each for call, each in found.items() if call not in spoiled}


def _hoistable(registrar: Registrar, by_registration: Mapping[RouteRegistration, Route]) -> Hoistable | None:
    if registrar.escapes or next(registrar.inclusions, None) is not None:
        return None
    routes = []
    for registration in registrar.routes:
        if registration.kind == "mount":
            continue  # not subject to dependencies
        route = by_registration.get(registration)
        if route is None or registration.own is None or registration.certainty is not Certainty.SURE:
            return None
        routes.append(route)
    if len({route.function for route in routes}) < _FEWEST_ROUTES:
        return None
    common = list(_only_called(routes[0]))
    for route in routes:
        inherited = {id(each.callee.value) for each in _inherited(route)}
        common = [each for each in common if id(each.callee.value) not in inherited]
    for route in routes[1:]:
        others = {id(each.callee.value) for each in _only_called(route)}
        common = [each for each in common if id(each.callee.value) in others]
    return Hoistable(registrar, tuple(common), tuple(routes)) if common else None


def _inherited(route: Route) -> Iterator[Dependency]:
    """What the levels above a route give it already."""
    for level in route.levels:
        if level.dependencies is not None:
            yield from listed(route.routing.interpreter, level.dependencies)


def _only_called(route: Route) -> Iterator[Dependency]:
    """The dependencies that a route itself declares without a use for their values."""
    given = route.option("dependencies")
    if given is not None:
        for each in listed(route.routing.interpreter, given):
            if _is_plain(each) and each.certainty is Certainty.SURE:
                yield each
    body = route.function.node.body if route.function is not None else []
    used = {node.id for node in walk(body) if isinstance(node, nodes.Name)}
    for each in route.resolution.tree.direct(route.handler):
        if each.parameter is not None and each.parameter.name not in used and _is_plain(each):
            yield each


def _is_plain(dependency: Dependency) -> bool:
    return dependency.callee.is_known and not dependency.options
