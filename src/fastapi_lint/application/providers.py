"""The project's functions that FastAPI calls as dependencies, and every `Depends(…)` that is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.annotations import declared as declared_by
from fastapi_lint.application.annotations import definition, located_metadata
from fastapi_lint.application.argument_binding import callable_of
from fastapi_lint.application.dependency_cycles import Link, find_cycles
from fastapi_lint.application.names import imported_as
from fastapi_lint.application.scopes import Function, Scope
from fastapi_lint.application.types_beside import TypeBeside, statement_scope, types_beside
from fastapi_lint.application.values import Instance, Literal, Method, Partial, Value
from fastapi_lint.application.yield_points import yield_points
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.located import Span
    from fastapi_lint.application.modules import Module

DEPENDS = frozenset({"fastapi.Depends", "fastapi.Security"})
RESOURCES = (
    "sqlalchemy.orm.Session",
    "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.orm.scoped_session",
    "sqlalchemy.engine.Connection",
    "sqlalchemy.ext.asyncio.AsyncConnection",
)
"""Classes of what a dependency opens for one request: database sessions and connections."""


class DependsCall(NamedTuple):
    """A `Depends(…)` or `Security(…)` as it is written."""

    call: nodes.Call
    scope: Scope
    """The scope it stands in."""
    dependency: nodes.Expression | None
    """Its argument; None for `Depends()`, where the annotation beside it counts."""
    value: Value | None
    """What that is, where it is known."""
    function: Function | None
    """The function of the project that it has called; `__call__` of an object."""

    @property
    def module(self) -> Module:
        """Where it stands."""
        return self.scope.module


class Providers:
    """Answers for one project; made when first asked for."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._inference = application.inference
        self._types: dict[Scope, Mapping[Span, TypeBeside]] = {}

    @cached_property
    def written(self) -> Mapping[Module, Mapping[Span, DependsCall]]:
        """Every `Depends(…)` and `Security(…)`, by module and position; of tests too."""
        found: dict[Module, dict[Span, DependsCall]] = {}
        for module in self._application.async_modules:
            names = {"Depends", "Security"} | imported_as(module.scope, {"Depends", "Security"})
            for call, scope in self._application.calls_of(module, names):
                if self._inference.qualified_name(call.func, scope) in DEPENDS:
                    dependency = call.argument(0, "dependency")
                    value = self._inference.infer(dependency, scope)
                    called = (
                        self._inference.member(value, "__call__") if isinstance(value, Instance) else value
                    )
                    each = DependsCall(call, scope, dependency, value, function_of(called))
                    found.setdefault(module, {})[call.span] = each
        return found

    def at_parameters(self, function: Function) -> list[tuple[nodes.Parameter, DependsCall]]:
        """The dependencies that a function's signature declares, as defaults or in `Annotated`, through aliases."""
        found = []
        for parameter in function.node.parameters:
            given = [(parameter.default, function.scope)] if parameter.default is not None else []
            given += located_metadata(self._inference, parameter.annotation, function.scope)
            for expression, scope in given:
                depends = self.made_by(expression, scope)
                if depends is not None:
                    found.append((parameter, depends))
                    break
        return found

    def needs(self, function: Function) -> list[tuple[nodes.Parameter, Function]]:
        """The project's functions that FastAPI calls for a function's parameters; of a class, its `__init__`."""
        found = []
        for parameter, depends in self.at_parameters(function):
            needed: Function | None = depends.function
            if needed is None:
                value = depends.value
                if depends.dependency is None:
                    declared = declared_by(self._inference, parameter.annotation, function.scope)
                    value = declared.type if isinstance(declared, Instance) else None
                target = callable_of(self._inference, value)
                needed = target.function if target is not None else None
            if needed is not None:
                found.append((parameter, needed))
        return found

    def made_by(self, expression: nodes.Expression, scope: Scope) -> DependsCall | None:
        """The `Depends(…)` that an expression is, or that a variable holds."""
        if isinstance(expression, nodes.Call):
            return self.written.get(scope.module, {}).get(expression.span)
        binding = definition(self._inference, expression, scope)
        if binding is None or binding.kind != "assign" or not isinstance(binding.value, nodes.Call):
            return None
        return self.written.get(binding.scope.module, {}).get(binding.value.span)

    def type_beside(self, depends: DependsCall) -> TypeBeside | None:
        """The type of the parameter whose default a `Depends(…)` is, or that of its `Annotated[…]`."""
        scope = statement_scope(depends.scope)
        if scope not in self._types:
            self._types[scope] = types_beside(scope)
        return self._types[scope].get(depends.call.span)

    @property
    def calls(self) -> Iterator[DependsCall]:
        """All of them."""
        return (each for calls in self.written.values() for each in calls.values())

    @cached_property
    def by_function(self) -> Mapping[Function, tuple[DependsCall, ...]]:
        """The functions that a written `Depends(…)` names, each with all of these."""
        found: dict[Function, list[DependsCall]] = {}
        for each in self.calls:
            function = each.function
            if function is not None:
                found.setdefault(function, []).append(each)
        return {function: tuple(calls) for function, calls in found.items()}

    @cached_property
    def functions(self) -> frozenset[Function]:
        """Every function that FastAPI calls as a dependency, by whatever way it learns of it."""
        found = set(self.by_function)
        for route in self._application.routes:
            found |= {each.callee.function for each in route.dependencies if each.callee.function is not None}
        return frozenset(found)

    @cached_property
    def injected_into(self) -> frozenset[Function]:
        """Every function whose parameters FastAPI fills: handlers and dependencies."""
        return self.functions | self._application.routing.answering

    @cached_property
    def yielding(self) -> frozenset[Function]:
        """Those that yield: FastAPI runs the rest of them after the request.

        A session that a function of a linted file yields to nobody in the project is meant for FastAPI too.
        """
        found = {each for each in self.functions if each.node.is_generator and not self._is_manager(each)}
        found.update(self._unused_sessions(found))
        return frozenset(found)

    @cached_property
    def cycles(self) -> Mapping[Function, tuple[Link, ...]]:
        """Circles of dependencies, by the first function of each."""
        start = set(self.functions)
        for each in self.calls:
            target = callable_of(self._inference, each.value)
            if target is not None:
                start.add(target.function)
        return find_cycles(self, start)

    def exit_scopes(self, function: Function) -> frozenset[str | None]:
        """The `scope=` of every `Depends(…)` that names a function; None where the default applies.

        Something that is known only at run time is `?`.
        """
        return frozenset(self.exit_scope(each) for each in self.by_function.get(function, ()))

    def exit_scope(self, depends: DependsCall) -> str | None:
        """`function` or `request`; None when it is not given, `?` when it is not known."""
        given = depends.call.keyword("scope")
        if given is None:
            return None
        value = self._inference.infer(given, depends.scope)
        return str(value.value) if isinstance(value, Literal) else "?"

    def exits_before_response(self, function: Function) -> bool:
        """Whether the rest of a dependency always runs before the answer is sent: `scope="function"`."""
        scopes = self.exit_scopes(function)
        return bool(scopes) and scopes <= {"function", "?"}

    def _is_manager(self, function: Function) -> bool:
        return self._inference.has_decorator(
            function, ("contextlib.contextmanager", "contextlib.asynccontextmanager")
        )

    def _unused_sessions(self, known: Iterable[Function]) -> Iterator[Function]:
        for module in self._application.linted(self._application.modules):
            for function in module.scope.definitions():
                if not isinstance(function, Function) or function in known or function.node.decorators:
                    continue
                if (
                    function.node.is_generator
                    and self._yields_session(function)
                    and self._is_unused(function)
                ):
                    yield function

    def _yields_session(self, function: Function) -> bool:
        points = yield_points(function)
        return len(points) == 1 and self._inference.is_instance(
            self._inference.infer(points[0].node.value, function.body_scope), RESOURCES
        )

    def _is_unused(self, function: Function) -> bool:
        """Whether nothing that the model has read mentions the function."""
        name = function.name
        here = function.module
        if any(isinstance(node, nodes.Name) and node.id == name for node in walk(here.index.body)):
            return False
        asked = self._application.project.asked({name})
        return all(
            module is here
            or (
                name not in module.scope.bindings
                and not asked.called_in(module.index)
                and not imported_as(module.scope, {name})
            )
            for module in self._application.async_modules
        )


def function_of(value: Value | None) -> Function | None:
    """The function of the project behind a function, a method or a partial."""
    match value:
        case Function():
            return value
        case Method(function=function):
            return function
        case Partial(function=function):
            return function_of(function)
    return None
