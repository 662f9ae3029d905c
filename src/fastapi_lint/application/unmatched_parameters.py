"""Parameters that are meant to come from the path of a route, and do not stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from fastapi_lint.application import shapes
from fastapi_lint.application.registrars import App, Certainty

if TYPE_CHECKING:
    from fastapi_lint.application.callables import Callee
    from fastapi_lint.application.models import Models
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.registrars import Registrar
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.signatures import Parameter, Signatures
    from fastapi_lint.index import nodes

_SIMILAR = 0.8
"""From this ratio on, two names are taken for one that was misspelt."""
_MOUNTING = re.compile(r"\b(Mount|Host)\b")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")

_Place: TypeAlias = "tuple[Module, int, int]"


class Unmatched(NamedTuple):
    """A parameter of a handler or dependency that a route's path does not have."""

    route: Route
    callee: Callee
    """Whose parameter it is."""
    parameter: Parameter
    variable: str | None
    """The variable of the path that is meant by it: nothing takes that one."""

    @property
    def is_declared(self) -> bool:
        """Whether `Path()` says that it is one of the path."""
        return self.parameter.role == "path"


class UnmatchedParameters:
    """What the routes of a project ask for in vain, by the place that has to be changed."""

    def __init__(self, signatures: Signatures, models: Models, routes: Iterable[Route]) -> None:
        self._signatures = signatures
        self._models = models
        self._routes = tuple(routes)
        self._mounts = {route.registration: route for route in self._routes if route.kind == "mount"}

    @cached_property
    def by_route(self) -> Mapping[Route, tuple[Unmatched, ...]]:
        """What each route asks for."""
        found = {route: tuple(self._of(route)) for route in self._routes if self._has_known_path(route)}
        return {route: unmatched for route, unmatched in found.items() if unmatched}

    @cached_property
    def by_parameter(self) -> Mapping[_Place, tuple[Unmatched, ...]]:
        """Parameters that are in the path of no route that reads them."""
        return {
            place: tuple(unmatched)
            for place, unmatched in self._grouped.items()
            if {each.route for each in unmatched} == self._readers[place]
        }

    @cached_property
    def by_call(self) -> Mapping[nodes.Call, tuple[Unmatched, ...]]:
        """Registrations of routes without a parameter that other routes have."""
        found: dict[nodes.Call, list[Unmatched]] = {}
        for unmatched in (each for group in self.by_route.values() for each in group):
            place = _place(unmatched.callee, unmatched.parameter)
            call = unmatched.route.call
            if call is not None and (place is None or place not in self.by_parameter):
                found.setdefault(call, []).append(unmatched)
        return {call: tuple(unmatched) for call, unmatched in found.items()}

    @cached_property
    def _grouped(self) -> dict[_Place, list[Unmatched]]:
        found: dict[_Place, list[Unmatched]] = {}
        for unmatched in (each for group in self.by_route.values() for each in group):
            place = _place(unmatched.callee, unmatched.parameter)
            if place is not None:
                found.setdefault(place, []).append(unmatched)
        return found

    @cached_property
    def _readers(self) -> dict[_Place, set[Route]]:
        found: dict[_Place, set[Route]] = {place: set() for place in self._grouped}
        for route in self._routes:
            for callee in _callees(route):
                for parameter in self._signatures.of(callee, route.path_parameters):
                    place = _place(callee, parameter)
                    if place in found:
                        found[place].add(route)
        return found

    def _has_known_path(self, route: Route) -> bool:
        """Whether all the variables in the path of a request are known."""
        if route.kind == "mount" or route.registration.own is None:
            return False
        return route.app is not None and route.pattern.is_known and self._has_plain_mounts(route.root)

    def _has_plain_mounts(self, root: Registrar, depth: int = 4) -> bool:
        """Whether it is known where an app is mounted, and no variable stands there: these count, too."""
        if depth == 0 or (
            not root.mounted_in and any(_MOUNTING.search(each.reason) for each in root.escapes)
        ):
            return False
        for registration in root.mounted_in:
            mount = self._mounts.get(registration)
            if mount is None or not mount.pattern.is_known or mount.path_parameters:
                return False
            if isinstance(mount.root, App) and not self._has_plain_mounts(mount.root, depth - 1):
                return False
        return True

    def _of(self, route: Route) -> Iterator[Unmatched]:
        asking = [
            (callee, parameter)
            for callee in _callees(route)
            for parameter in self._signatures.of(callee, route.path_parameters)
            if self._is_declared(route, parameter) or _is_undeclared(parameter)
        ]
        if not asking:
            return
        unused = list(route.resolution.unused_path_parameters)
        for callee, parameter in asking:
            name = parameter.external_name
            variable = next((each for each in unused if _is_alike(each, name)), None)
            if variable is None and parameter.role == "path" and len(unused) == 1:
                variable = unused[0]
            if variable is not None or parameter.role == "path":
                yield Unmatched(route, callee, parameter, variable)

    def _is_declared(self, route: Route, parameter: Parameter) -> bool:
        """Whether a parameter with `Path()` is none of the path."""
        if parameter.role != "path" or parameter.marker is None:
            return False
        return (
            parameter.external_name not in route.path_parameters
            and parameter.has_known_name
            and self._is_single(parameter.shape)
        )

    def _is_single(self, shape: shapes.Shape) -> bool:
        """Whether a type surely stands for one value: a model with `Path()` stands for one for each field."""
        if isinstance(shape, shapes.Plain):
            return self._models.of(shape.cls) is None and bool(shape.cls.node.bases)
        if isinstance(shape, shapes.Union):
            return all(map(self._is_single, shape.members))
        return self._signatures.is_complex(shape) is False


def _callees(route: Route) -> Iterator[Callee]:
    """The handler and the dependencies of a route that are surely called."""
    if route.handler.is_known:
        yield route.handler
    for dependency in route.dependencies:
        if dependency.callee.is_known and dependency.certainty is Certainty.SURE:
            yield dependency.callee


def _place(callee: Callee, parameter: Parameter) -> _Place | None:
    if callee.function is None or parameter.node is None:
        return None
    return callee.function.module, parameter.node.line, parameter.node.column


def _is_undeclared(parameter: Parameter) -> bool:
    return parameter.role == "query" and parameter.marker is None and parameter.annotation is not None


def _is_alike(variable: str, name: str) -> bool:
    """Whether two names are spellings of one: `userId` and `user_id`, `id` and `user_id`, `usr_id` and `user_id`."""
    first, second = ([word.lower() for word in _WORD.findall(each)] for each in (variable, name))
    shorter, longer = sorted((first, second), key=len)
    if not shorter:
        return False
    if first == second or longer[: len(shorter)] == shorter or longer[-len(shorter) :] == shorter:
        return True
    return SequenceMatcher(None, "".join(first), "".join(second)).ratio() >= _SIMILAR
