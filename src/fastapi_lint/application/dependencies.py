"""Dependencies as FastAPI resolves them for a route."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.containers import iterated
from fastapi_lint.application.assembly.values import NONE, Built, Constant, Given, Unknown, Value
from fastapi_lint.application.callables import Callee, describe
from fastapi_lint.application.markers import is_depends, marker_name
from fastapi_lint.application.path_consumption import PathConsumption, PathTakers, has_own_signature
from fastapi_lint.application.registrars import Certainty
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.routing import Routing
    from fastapi_lint.application.scopes import Scope
    from fastapi_lint.application.signatures import Parameter, Signatures


@dataclass(frozen=True, eq=False)
class Dependency:
    """One `Depends(…)`: what is called, and how."""

    callee: Callee
    module: Module
    """Where it is written."""
    line: int
    scope: Scope
    call: nodes.Call | None
    """`Depends(…)`; None for something in a list of dependencies that is no `Depends`."""
    marker: str
    """`Depends` or `Security`; empty when it is unknown."""
    parameter: Parameter | None
    """The parameter it is written at; None in a list of dependencies."""
    options: dict[str, Value]
    certainty: Certainty = Certainty.SURE
    """Whether it applies: those of a list may be added under a condition, and theirs with them."""

    @property
    def label(self) -> str:
        """`module:qualname` of what is called; `{?}` when unknown."""
        return self.callee.label

    @property
    def use_cache(self) -> bool:
        """Whether one request calls it once."""
        given = self.options.get("use_cache")
        return not (isinstance(given, Constant) and given.value is False)

    @property
    def exit_scope(self) -> str | None:
        """`scope=`: `function` or `request`; None when not given."""
        given = self.options.get("scope")
        return given.value if isinstance(given, Constant) and isinstance(given.value, str) else None

    @property
    def security_scopes(self) -> tuple[str, ...]:
        """The OAuth2 scopes of `Security(…, scopes=[…])`."""
        given = self.options.get("scopes")
        elements = iterated(given)[0] if given is not None else []
        return tuple(str(each.value.value) for each in elements if isinstance(each.value, Constant))

    @property
    def max_concurrency(self) -> Value | None:
        """`max_concurrency=`."""
        return self.options.get("max_concurrency")

    @property
    def yields(self) -> bool:
        """Whether it cleans up after the request."""
        return self.callee.yields

    @property
    def is_async(self) -> bool | None:
        """Whether it runs on the event loop; None when unknown."""
        return self.callee.is_async

    def __repr__(self) -> str:
        return f"<dependency {self.label}>"


def from_marker(
    interpreter: Interpreter,
    given: Given,
    parameter: Parameter | None = None,
    certainty: Certainty = Certainty.SURE,
) -> Dependency:
    """The dependency that a `Depends(…)` makes."""
    value = given.value
    if not isinstance(value, Built) or not is_depends(value):
        reason = (
            value.reason if isinstance(value, Unknown) and value.reason else "it is known only at run time"
        )
        callee = describe(interpreter, Unknown(reason))
        line = getattr(given.node, "line", 0)
        return Dependency(callee, given.scope.module, line, given.scope, None, "", parameter, {}, certainty)
    arguments = value.arguments
    target = arguments.value(0, "dependency")
    if target is None or target == NONE:
        target = Unknown("`Depends()` needs a class as annotation")
        if parameter is not None and parameter.annotation is not None:
            target = interpreter.evaluate(parameter.annotation, parameter.environment)
    options = {name: each.value for name, each in arguments.keywords.items()}
    return Dependency(
        interpreter.described(target),
        arguments.environment.scope.module,
        arguments.call.line,
        arguments.environment.scope,
        arguments.call,
        marker_name(value) or "",
        parameter,
        options,
        certainty,
    )


def listed(interpreter: Interpreter, given: Given) -> Iterator[Dependency]:
    """The dependencies of `dependencies=[…]`."""
    if given.value == NONE:
        return
    elements, rest = iterated(given.value)
    for element in elements:
        node = element.value.arguments.call if isinstance(element.value, Built) else given.node
        entry = Given(element.value, node, given.environment)
        yield from_marker(interpreter, entry, certainty=element.certainty)
    if rest is not None:
        yield from_marker(interpreter, Given(rest, given.node, given.environment))


def _view(cls: Callee) -> Dependency:
    definition = cls.cls
    assert definition is not None, "a view is a class"
    module, line = definition.module, definition.node.line
    return Dependency(cls, module, line, definition.scope, None, "Depends", None, {})


class DependencyTree:
    """The dependencies of one callable, with theirs below them."""

    def __init__(
        self, interpreter: Interpreter, signatures: Signatures, path_parameters: tuple[str, ...]
    ) -> None:
        self._interpreter = interpreter
        self._signatures = signatures
        self._path = path_parameters

    def direct(self, callee: Callee) -> list[Dependency]:
        """The dependencies in a signature, in parameter order; before them the object of a class-based view."""
        view = [] if callee.view is None else [_view(callee.view)]
        return view + [
            from_marker(self._interpreter, parameter.marker, parameter)
            for parameter in self._signatures.of(callee, self._path)
            if parameter.role == "depends" and parameter.marker is not None
        ]

    def flattened(self, declared: tuple[Dependency, ...], handler: Callee) -> list[Dependency]:
        """All of them depth first, each before those it needs; each callable once, at its first place."""
        found: list[Dependency] = []
        places: dict[Value, int] = {}

        def visit(dependency: Dependency, certainty: Certainty, depth: int) -> None:
            value = dependency.callee.value
            certainty = min(certainty, dependency.certainty)
            place = places.get(value) if dependency.callee.is_known else None
            if place is None:
                places[value] = len(found)
                found.append(replace(dependency, certainty=certainty))
            elif found[place].certainty >= certainty:
                return
            else:
                found[place] = replace(found[place], certainty=certainty)
            if depth:
                for each in self.direct(dependency.callee):
                    visit(each, certainty, depth - 1)

        for dependency in (*declared, *self.direct(handler)):
            visit(dependency, Certainty.SURE, _DEEPEST)
        return found


_DEEPEST = 30


class RouteDependencies:
    """What the dependencies of one route amount to."""

    def __init__(
        self,
        routing: Routing,
        declared: tuple[Dependency, ...],
        handler: Callee,
        path_parameters: tuple[str, ...],
        route_classes: tuple[Value, ...],
    ) -> None:
        self._route_classes = route_classes
        self._routing = routing
        self._signatures = routing.signatures
        self._path = path_parameters
        self._handler = handler
        self._declared = declared
        self.tree = DependencyTree(routing.interpreter, routing.signatures, path_parameters)

    @cached_property
    def flattened(self) -> tuple[Dependency, ...]:
        """All dependencies, in FastAPI's order."""
        return tuple(self.tree.flattened(self._declared, self._handler))

    @cached_property
    def declared_only(self) -> tuple[Dependency, ...]:
        """The same without those of the handler's signature."""
        nothing = Callee(Unknown(""), "unknown", "", "")
        return tuple(self.tree.flattened(self._declared, nothing))

    @cached_property
    def _takers(self) -> PathTakers:
        dependencies = tuple(each.callee for each in self.flattened)
        return PathTakers(self._routing, self._path, self._handler, dependencies, self._route_classes)

    @cached_property
    def consumed(self) -> PathConsumption:
        """The names that handler and dependencies take from the path."""
        return self._takers.consumption()

    @property
    def taken_path_parameters(self) -> frozenset[str]:
        """The names that signatures take from the path."""
        return self._takers.declared

    @cached_property
    def unused_path_parameters(self) -> tuple[str, ...]:
        """The variables of the path that surely nothing takes."""
        if self._takers.declared.issuperset(self._path) or not self.consumed.is_complete:
            return ()
        return tuple(name for name in self._path if name not in self.consumed.names)

    def has_own_signature(self, callee: Callee) -> bool:
        """Whether its parameters are known: a library's callable and an unknown decorator may take any."""
        return has_own_signature(self._routing, callee)
