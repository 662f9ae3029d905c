"""Which signatures FastAPI reads, of handlers and of dependencies, and for which routes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from fastapi_lint.application.annotations import located_metadata
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.callables import Callee
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Function, Scope
    from fastapi_lint.application.signatures import Parameter, Signatures

_Place: TypeAlias = "tuple[Module, int, int]"


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The signature of a handler or dependency, as it is read for routes with the same variables in their paths."""

    callee: Callee
    function: Function
    is_handler: bool
    parameters: tuple[Parameter, ...]
    routes: tuple[Route, ...]


class ParameterReading(NamedTuple):
    """One written parameter in one reading of its signature."""

    parameter: Parameter
    signature: Reading


class Attached(NamedTuple):
    """What stands beside a type in `Annotated[…]`, or is the default of a parameter."""

    expression: nodes.Expression
    scope: Scope
    is_default: bool
    readings: tuple[ParameterReading, ...]
    """Of the first parameter that has it."""


class Readings:
    """The signatures that FastAPI reads for the routes of a project."""

    def __init__(self, inference: Inference, signatures: Signatures, routes: Iterable[Route]) -> None:
        self._inference = inference
        self._by_function: dict[Function, list[Reading]] = {}
        self._by_place: dict[_Place, tuple[ParameterReading, ...]] = {}
        for callee, is_handler, path, served in _signatures_of(routes):
            function = callee.function
            if function is None:
                continue
            parameters = tuple(signatures.of(callee, path))
            reading = Reading(callee, function, is_handler, parameters, tuple(served))
            self._by_function.setdefault(function, []).append(reading)
            for parameter in parameters:
                if parameter.node is not None:
                    place = (function.module, parameter.node.line, parameter.node.column)
                    known = self._by_place.get(place, ())
                    self._by_place[place] = (*known, ParameterReading(parameter, reading))

    @property
    def by_function(self) -> Mapping[Function, list[Reading]]:
        """The readings of every function of the project that is a handler or dependency."""
        return self._by_function

    @property
    def parameters(self) -> Iterator[tuple[nodes.Parameter, tuple[ParameterReading, ...]]]:
        """Every parameter that is read, with its readings."""
        for readings in self._by_place.values():
            node = readings[0].parameter.node
            if node is not None:
                yield node, readings

    def at(self, module: Module, line: int, column: int) -> tuple[ParameterReading, ...]:
        """The readings of the parameter whose name stands there; none when FastAPI does not read it."""
        return self._by_place.get((module, line, column), ())

    @cached_property
    def attached(self) -> Mapping[_Place, Attached]:
        """Defaults and metadata of all these parameters by where they stand, also where an alias holds them."""
        found: dict[_Place, Attached] = {}
        for node, readings in self.parameters:
            scope = readings[0].signature.function.scope
            given = [
                Attached(each, where, False, readings)
                for each, where in located_metadata(self._inference, node.annotation, scope)
            ]
            if node.default is not None:
                given.append(Attached(node.default, scope, True, readings))
            for each in given:
                if isinstance(each.expression, (nodes.Name, nodes.Attribute, nodes.Call)):
                    place = (each.scope.module, each.expression.line, each.expression.column)
                    found.setdefault(place, each)
        return found


def _signatures_of(
    routes: Iterable[Route],
) -> Iterator[tuple[Callee, bool, tuple[str, ...], list[Route]]]:
    """What is called, whether as handler, for which variables in the path, and by which routes."""
    found: dict[tuple[Callee, bool, tuple[str, ...]], list[Route]] = {}
    for route in routes:
        path = route.path_parameters
        if route.kind != "mount" and route.registration.own is not None:
            found.setdefault((route.handler, True, path), []).append(route)
        for dependency in route.dependencies:
            found.setdefault((dependency.callee, False, path), []).append(route)
    for (callee, is_handler, path), served in found.items():
        yield callee, is_handler, path, served
