"""Dependencies that FastAPI calls more than once for one request: cached under different keys, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.scopes import Function
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.dependencies import Dependency
    from fastapi_lint.application.routes import Route

_DEEPEST = 30
_DEFAULT_SCOPE = "request"


class SplitDependency(NamedTuple):
    """A `Depends(…)` that gives another object than an earlier one of the same dependency."""

    dependency: Dependency
    function: Function
    other: Dependency
    route: Route


class SplitDependencies:
    """These dependencies of a project, found once: of those with `yield` only, whose every call holds something."""

    def __init__(self, application: Application) -> None:
        self._application = application

    @cached_property
    def by_call(self) -> Mapping[nodes.Call, SplitDependency]:
        """By the `Depends(…)`, each with the first route that shows it."""
        found: dict[nodes.Call, SplitDependency] = {}
        special = self._special
        for route in self._application.routes if special else ():
            if any(each.callee.function in special for each in route.dependencies):
                for split in self._in_route(route, special):
                    if split.dependency.call is not None:
                        found.setdefault(split.dependency.call, split)
        return found

    @cached_property
    def _special(self) -> frozenset[Function]:
        """The functions that some `Depends(…)` treats in another way than others do."""
        providers = self._application.providers
        return frozenset(
            each.function
            for each in providers.calls
            if each.function in providers.yielding
            and each.function is not None
            and (each.call.keyword("use_cache") is not None or each.call.keyword("scope") is not None)
        )

    def _in_route(self, route: Route, special: frozenset[Function]) -> Iterator[SplitDependency]:
        before: dict[Function, list[Dependency]] = {}
        for each in self._solved(route):
            function = each.callee.function
            if function is None or function not in special:
                continue
            earlier = before.setdefault(function, [])
            for other in earlier:
                split = _split(each, other)
                if split is not None:
                    yield SplitDependency(split[0], function, split[1], route)
                    break
            earlier.append(each)

    def _solved(self, route: Route) -> Iterator[Dependency]:
        """Every dependency of a route as often as it is declared, in the order in which FastAPI calls them."""
        tree = route.resolution.tree
        called: set[int] = set()

        def visit(dependency: Dependency, depth: int) -> Iterator[Dependency]:
            known = id(dependency.callee.value) in called and dependency.use_cache
            if depth and not known:
                for each in tree.direct(dependency.callee):
                    yield from visit(each, depth - 1)
            called.add(id(dependency.callee.value))
            yield dependency

        for each in (*route.declared_dependencies, *tree.direct(route.handler)):
            yield from visit(each, _DEEPEST)


def _split(later: Dependency, earlier: Dependency) -> tuple[Dependency, Dependency] | None:
    """Which of two makes an object of its own, and the other one; None when they share it."""
    if later.call is None or (later.call is earlier.call and later.use_cache):
        return None
    if not later.use_cache:
        return later, earlier
    scopes = (later.exit_scope or _DEFAULT_SCOPE, earlier.exit_scope or _DEFAULT_SCOPE)
    if scopes[0] == scopes[1]:
        return None
    return (later, earlier) if later.exit_scope == "function" else (earlier, later)
