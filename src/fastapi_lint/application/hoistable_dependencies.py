"""Dependencies that each route of a router repeats, only to have them called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
        """By the call that makes the router or app, in linted files."""
        by_registration: dict[RouteRegistration, Route] = {}
        for route in self._application.routes:
            by_registration.setdefault(route.registration, route)
        found: dict[nodes.Call, Hoistable] = {}
        spoiled: set[nodes.Call] = set()
        for registrar in self._application.routing.interpreter.registrars:
            call = registrar.call
            if call is None or registrar.is_placeholder or not registrar.registrations:
                continue
            if not self._application.is_linted(registrar.module):
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
    common = _identities(_plain(routes[0]))
    for route in routes:
        common &= _identities(_plain(route)) - _identities(_inherited(route))
    for route in routes if common else ():
        common &= _identities(_only_called(route))
    if not common:
        return None
    dependencies = (each for each in _only_called(routes[0]) if id(each.callee.value) in common)
    return Hoistable(registrar, tuple(dependencies), tuple(routes))


def _identities(dependencies: Iterable[Dependency]) -> set[int]:
    return {id(each.callee.value) for each in dependencies}


def _inherited(route: Route) -> Iterator[Dependency]:
    """What the levels above a route give it already."""
    for level in route.levels:
        if level.dependencies is not None:
            yield from listed(route.routing.interpreter, level.dependencies)


def _only_called(route: Route) -> Iterator[Dependency]:
    """The dependencies that a route itself declares without a use for their values."""
    body = route.function.node.body if route.function is not None else []
    used = {node.id for node in walk(body) if isinstance(node, nodes.Name)}
    return (each for each in _plain(route) if each.parameter is None or each.parameter.name not in used)


def _plain(route: Route) -> Iterator[Dependency]:
    """The dependencies that a route itself declares without options; those of a list, if they are surely in it."""
    given = route.option("dependencies")
    if given is not None:
        for each in listed(route.routing.interpreter, given):
            if _is_plain(each) and each.certainty is Certainty.SURE:
                yield each
    for each in route.resolution.tree.direct(route.handler):
        if each.parameter is not None and _is_plain(each):
            yield each


def _is_plain(dependency: Dependency) -> bool:
    return dependency.callee.is_known and not dependency.options
