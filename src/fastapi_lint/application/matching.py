"""Which routes never get the requests they are meant for, because an earlier one takes them.

An app tries its routes in order and the first full match wins. A later route is lost when the earlier pattern
matches everything that its own would: decided by examples of its path that have nothing in common but the
pattern, matched with Starlette's own grammar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import UNKNOWN_TEXT

if TYPE_CHECKING:
    from fastapi_lint.application.routes import Route


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """A route that an earlier one of the same app deprives of requests."""

    route: Route
    earlier: Route
    methods: tuple[str, ...]
    """The HTTP methods for which the earlier one wins; empty for WebSockets and mounts."""
    example: str
    """A URL path that the earlier one takes."""
    is_duplicate: bool
    """Both have the very same path."""


def conflicts(routes: Iterable[Route], is_asked: Callable[[Route], bool]) -> dict[Route, Conflict]:
    """For each route that is asked about and loses requests, the first that takes them."""
    earlier_by_root: dict[object, _Earlier] = {}
    found: dict[Route, Conflict] = {}
    for route in routes:
        earlier = earlier_by_root.setdefault(route.root, _Earlier())
        for other in earlier.near(route) if is_asked(route) else ():
            conflict = _between(other, route)
            if conflict is not None:
                found[route] = conflict
                break
        if _is_certain(route):
            earlier.add(route)
    return found


class _Earlier:
    """The routes of an app so far, by the constant text that their paths begin with."""

    def __init__(self) -> None:
        self._by_start: dict[str, list[tuple[int, Route]]] = {}
        self._count = 0

    def add(self, route: Route) -> None:
        """Put a route behind all others."""
        self._by_start.setdefault(route.pattern.start, []).append((self._count, route))
        self._count += 1

    def near(self, route: Route) -> list[Route]:
        """Those that may match what the route matches, in their order."""
        if not route.pattern.is_known:
            return []
        example = route.pattern.example()
        starts = (example[:length] for length in range(len(example) + 1))
        near = [each for start in starts for each in self._by_start.get(start, ())]
        return [other for _, other in sorted(near, key=lambda each: each[0])]


def _is_certain(route: Route) -> bool:
    """Whether the route surely exists and matches as its pattern says."""
    return not route.conditional and route.pattern.is_known and not route.has_own_matching


def _between(earlier: Route, route: Route) -> Conflict | None:
    if not route.pattern.is_known or route.has_own_matching or route.is_low_priority:
        return None
    methods = _common_methods(earlier, route)
    if methods is None or earlier.is_low_priority:
        return None
    same_path = earlier.path == route.path and earlier.kind == route.kind
    if same_path or earlier.pattern.covers(route.pattern):
        return Conflict(route, earlier, methods, route.pattern.example(), same_path)
    return None


def _common_methods(earlier: Route, route: Route) -> tuple[str, ...] | None:
    """The methods that both answer; empty where methods do not matter, None when they have none in common."""
    if earlier.kind == "mount" or (earlier.kind == route.kind == "websocket"):
        return ()
    if earlier.kind != route.kind or UNKNOWN_TEXT in earlier.methods or UNKNOWN_TEXT in route.methods:
        return None
    if not earlier.methods:
        return route.methods
    return tuple(sorted(set(earlier.methods) & set(route.methods))) or None
