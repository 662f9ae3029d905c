"""Dependencies that need themselves, directly or through others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.scopes import Function
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.providers import Providers


class Link(NamedTuple):
    """A parameter that asks for the next function of a cycle."""

    function: Function
    parameter: nodes.Parameter
    needed: Function


def find_cycles(providers: Providers, start: Iterable[Function]) -> Mapping[Function, tuple[Link, ...]]:
    """One cycle for each group of functions that need one another, by the first of them in the project."""
    found: dict[Function, tuple[Link, ...]] = {}
    done: set[Function] = set()
    for function in sorted(start, key=_place):
        _search(providers, function, [], done, found)
    return found


def _search(
    providers: Providers,
    function: Function,
    path: list[Link],
    done: set[Function],
    found: dict[Function, tuple[Link, ...]],
) -> None:
    before = [link.function for link in path]
    if function in before:
        cycle = path[before.index(function) :]
        first = min(range(len(cycle)), key=lambda position: _place(cycle[position].function))
        cycle = cycle[first:] + cycle[:first]
        found.setdefault(cycle[0].function, tuple(cycle))
        return
    if function in done:
        return
    for parameter, needed in providers.needs(function):
        _search(providers, needed, [*path, Link(function, parameter, needed)], done, found)
    done.add(function)


def _place(function: Function) -> tuple[str, int]:
    return function.module.path, function.node.line
