"""Classes whose objects a project's dependencies provide, and who takes such an object from the request's body."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.dependencies import from_marker
from fastapi_lint.application.shapes import NoneType, Plain, Shape, members

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.application.scopes import Class, Function
    from fastapi_lint.index import nodes


class Provided(NamedTuple):
    """Where a class is injected."""

    by: Function
    """The dependency that provides its objects, the first one found."""
    parameters: int
    """How many parameters ask for it."""
    names: frozenset[str]
    """The names of these."""


class InjectedClasses:
    """Counts over all handlers and dependencies of one project."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self.provided: dict[Class, Provided] = {}
        self.from_body: dict[Class, list[nodes.Parameter]] = {}
        """The parameters that are read from the body, by their class."""
        for node, readings in application.routing.readings.parameters:
            parameter = readings[0].parameter
            if parameter.role == "depends":
                self._add_provided(readings[0])
            elif parameter.role == "body":
                cls = class_of(parameter.shape)
                if cls is not None:
                    self.from_body.setdefault(cls, []).append(node)

    def _add_provided(self, reading: ParameterReading) -> None:
        parameter = reading.parameter
        if parameter.marker is None:
            return
        callee = from_marker(self._application.routing.interpreter, parameter.marker, parameter).callee
        shape = self._application.models.shapes.of(parameter.annotation, parameter.scope)
        cls = class_of(shape)
        if cls is None or callee.function is None or callee.kind == "class":
            return  # `Depends()` of a class takes its fields from the request
        known = self.provided.get(cls, Provided(callee.function, 0, frozenset()))
        self.provided[cls] = Provided(known.by, known.parameters + 1, known.names | {parameter.name})


def class_of(shape: Shape) -> Class | None:
    """The only class of the project that a type is, apart from None."""
    found = [each for each in members(shape) if not isinstance(each, NoneType)]
    return found[0].cls if len(found) == 1 and isinstance(found[0], Plain) else None
