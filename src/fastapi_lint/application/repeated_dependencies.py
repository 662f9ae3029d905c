"""Dependencies that a route has from several levels: FastAPI calls each of them once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from fastapi_lint.application.dependencies import Dependency, listed
from fastapi_lint.application.registrars import Certainty, Hop
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

if TYPE_CHECKING:
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.routes import Route

Place: TypeAlias = "tuple[Module, int, int]"
"""A module, a line and a column."""


class ListedDependency(NamedTuple):
    """A dependency of a route's `dependencies=[…]`, on one of its levels."""

    dependency: Dependency
    place: Place
    """Where it stands in the list; where the list stands, if a variable holds that."""
    hop: Hop | None
    """The level that lists it; None for the route's own registration."""


def repeated_dependencies(routes: Iterable[Route]) -> Mapping[Place, ListedDependency]:
    """Dependencies that are repeated for every route they are listed for, with one that comes before them."""
    found: dict[Place, ListedDependency] = {}
    needed: set[Place] = set()
    for route in routes:
        before: list[ListedDependency] = []
        for each in _listed(route):
            first = next((other for other in before if _is_same(other.dependency, each.dependency)), None)
            if first is None:
                needed.add(each.place)
            else:
                found[each.place] = first
            before.append(each)
    return {place: first for place, first in found.items() if place not in needed}


def _listed(route: Route) -> Iterator[ListedDependency]:
    if route.registration.own is None:
        return
    levels = [(level.dependencies, level.hop) for level in route.levels]
    for given, hop in (*levels, (route.option("dependencies"), None)):
        if given is None:
            continue
        written = {each for each in walk(given.node) if isinstance(each, nodes.Call)}
        for dependency in listed(route.routing.interpreter, given):
            call = dependency.call
            node = call if call is not None and call in written else given.node
            if isinstance(node, (nodes.Call, nodes.Name, nodes.Attribute)):
                place = (given.scope.module, node.line, node.column)
                yield ListedDependency(dependency, place, hop)


def _is_same(one: Dependency, other: Dependency) -> bool:
    """Whether FastAPI calls two dependencies once."""
    return (
        one.callee.is_known
        and one.callee.value is other.callee.value
        and one.certainty is Certainty.SURE
        and other.use_cache
        and one.security_scopes == other.security_scopes
        and one.exit_scope == other.exit_scope
        and one.max_concurrency is None
        and other.max_concurrency is None
    )
