"""What is shown above each handler: under which method and path it is served, and what it depends on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.registrars import Certainty

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.routes import Route


class Lens(NamedTuple):
    """One line above a handler."""

    row: int
    title: str


def lenses_of(application: Application, module: Module) -> Iterator[Lens]:
    """The lenses of a module: one for each route that a function of it answers."""
    for function in application.functions([module]):
        for route in application.routes_of(function):
            yield Lens(function.node.first_line, _title(route))


def _title(route: Route) -> str:
    methods = "/".join(route.methods) if route.kind == "http" else route.kind.upper()
    parts = [f"{methods} {route.path}"]
    names = [_short(each.label) for each in route.dependencies if each.certainty is not Certainty.UNUSUAL]
    if names:
        parts.append(f"depends on {', '.join(names)}")
    if route.conditional:
        parts.append("under a condition")
    if route.app is None:
        parts.append("in no known app")
    return " · ".join(parts)


def _short(label: str) -> str:
    """`module:qualname` without the module."""
    return label.rpartition(":")[2] or label
