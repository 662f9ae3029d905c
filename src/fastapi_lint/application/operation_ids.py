"""The ids by which OpenAPI, and the clients that are generated from it, name the operations of an app."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import (
    NONE,
    UNKNOWN_TEXT,
    LambdaRoutine,
    Routine,
    Value,
)
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.registrars import Inclusion, Level
    from fastapi_lint.application.routes import Route

_CONVERTOR = re.compile(r"{(\w+):\w+}")


@dataclass(frozen=True, slots=True, eq=False)
class IdCollision:
    """An operation with the id of another."""

    route: Route
    operation_id: str
    """For a route with several methods, one of the ids that it may get."""
    other: Route | None
    """The one that has the id too; None when they are the methods of one route."""
    inclusion: Inclusion | None
    """How the router of both is included again, when both are one route at two places."""
    is_written: bool
    """Whether it is given as `operation_id=`, not derived from names and paths."""

    @property
    def call(self) -> nodes.Call | None:
        """The call to report: what registers the route, or what includes its router again."""
        return self.inclusion.call if self.inclusion is not None else self.route.call


def id_collisions(application: Application) -> Mapping[nodes.Call, list[IdCollision]]:
    """The collisions by the call to report, once for each call and pair of places."""
    found: dict[nodes.Call, list[IdCollision]] = {}
    inclusions = {
        each.level: each
        for registrar in application.routing.interpreter.registrars
        for each in registrar.inclusions
    }
    for app in application.apps:
        given = app.options.get("openapi_url")
        if not application.is_production(app.module) or (given is not None and given.value == NONE):
            continue
        routes = application.routing.routes_served_by(app)
        for collision in _collisions(routes, inclusions):
            if collision.call is not None:
                found.setdefault(collision.call, []).append(collision)
    return found


def _collisions(routes: tuple[Route, ...], inclusions: Mapping[Level, Inclusion]) -> Iterator[IdCollision]:
    seen: dict[str, Route] = {}
    served: set[tuple[str, str]] = set()
    for route in routes:
        if not _is_shown(route) or all((method, route.path) in served for method in route.methods):
            continue  # what is there twice is reported as such
        served.update((method, route.path) for method in route.methods)
        written = route.operation_id
        name = written or _derived(route)
        if name is None or UNKNOWN_TEXT in name:
            continue
        if len(route.methods) > 1:
            yield IdCollision(route, name, None, None, written is not None)
        other = seen.setdefault(name, route)
        if other is not route:
            inclusion = None
            if other.registration is route.registration:
                again = (each for each in route.levels if each not in other.levels)
                inclusion = next((inclusions[each] for each in again if each in inclusions), None)
            yield IdCollision(route, name, other, inclusion, written is not None)


def _is_shown(route: Route) -> bool:
    return (
        route.kind == "http"
        and route.registration.own is not None
        and route.include_in_schema is True
        and not route.conditional
        and route.registration.incomplete is None
        and UNKNOWN_TEXT not in route.path
        and UNKNOWN_TEXT not in route.methods
    )


def _derived(route: Route) -> str | None:
    """The id that FastAPI, or the project's own function, makes of a route; None when that is not known."""
    given = route.generate_unique_id_function
    if given is not None:
        return _made_by(given.value, route)
    name = re.sub(r"\W", "_", route.name + _path_format(route))
    return f"{name}_{route.methods[0].lower()}"


def _path_format(route: Route) -> str:
    """The path without convertors."""
    return _CONVERTOR.sub(r"{\1}", route.path)


def _made_by(function: Value, route: Route) -> str | None:
    """What a function that only puts names together gives for a route."""
    if isinstance(function, LambdaRoutine):
        parameters, result = function.node.parameters, function.node.body
    elif isinstance(function, Routine):
        function.function.reveal(SOMETHING)
        parameters, body = function.function.node.parameters, function.function.node.body
        statement = body[-1] if len(body) == 1 else None
        if not isinstance(statement, nodes.Return) or statement.value is None:
            return None
        result = statement.value
    else:
        return None
    return _text(result, parameters[0].name, route) if len(parameters) == 1 else None


def _text(node: nodes.Expression, parameter: str, route: Route) -> str | None:
    match node:
        case nodes.Constant(value=str(text)):
            return text
        case nodes.FormattedString(parts=parts):
            return _joined([_text(each, parameter, route) for each in parts])
        case nodes.BinaryOperation(left=left, operator="+", right=right):
            return _joined([_text(left, parameter, route), _text(right, parameter, route)])
        case nodes.Attribute(value=nodes.Name(id=name), attr=attribute) if name == parameter:
            known = {"name": route.name, "path": route.path, "path_format": _path_format(route)}
            return known.get(attribute)
        case nodes.Subscript(
            value=nodes.Attribute(value=nodes.Name(id=name), attr="tags"), index=nodes.Constant(value=0)
        ) if name == parameter:
            return route.tags[0] if route.tags else None
    return None


def _joined(parts: list[str | None]) -> str | None:
    return None if None in parts else "".join(each for each in parts if each is not None)
