"""Functions whose defaults are FastAPI's markers, and calls that leave such a parameter to its default.

Only FastAPI replaces `= Depends(get_db)` by a session. Whoever calls the function himself without that argument
hands it the marker object.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.argument_binding import Callable, bound_arguments, callable_of
from fastapi_lint.application.decorated import Decorated
from fastapi_lint.application.names import imported_as
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Function
from fastapi_lint.application.values import External, Instance
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope, last_name, walk

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.located import Span
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.scopes import Scope

MARKERS = tuple(
    f"fastapi.{name}"
    for name in ("Depends", "Security", "Path", "Query", "Header", "Cookie", "Body", "Form", "File")
)
_HAND_ON = frozenset(
    {
        "asyncio.to_thread",
        "fastapi.BackgroundTasks.add_task",
        "fastapi.concurrency.run_in_threadpool",
        "starlette.background.BackgroundTasks.add_task",
    }
)
"""Library functions that call their first argument with the others."""
_HANDING_ON = frozenset(name.rpartition(".")[2] for name in _HAND_ON)
_TYPE_CHECKS = {"isinstance", "type", "hasattr", "callable"}
_DEPTH = 3


class MarkerCall(NamedTuple):
    """A call that leaves parameters to defaults which only FastAPI resolves."""

    call: nodes.Call
    function: Function
    parameters: tuple[nodes.Parameter, ...]
    """Those of which the function reads the value."""
    is_passed_on: bool
    """The function is not called here but handed to something that calls it."""


class DirectCall(NamedTuple):
    """A call of a function with such defaults that the project makes itself."""

    given: frozenset[str] | None
    """The parameters that get a value; None where `*` or `**` may give any."""
    by_position: frozenset[str]
    """Those among them that are given without their name."""


class MarkerDefaults:
    """Answers for every function and call of a project."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._inference = application.inference
        self._decorated = Decorated(application.inference)
        self._modules = frozenset(application.async_modules)
        self._marked_parameters: dict[Function, tuple[nodes.Parameter, ...]] = {}

    def marker_of(self, node: nodes.Expression | None, scope: Scope) -> str | None:
        """Name of the marker (`Depends`, `Query` …) that an expression makes or holds."""
        if node is None or isinstance(node, nodes.Constant):
            return None
        value = self._inference.infer(node, scope)
        if isinstance(value, Instance) and isinstance(value.type, External) and value.class_name in MARKERS:
            return value.type.last
        return None

    @cached_property
    def functions(self) -> Mapping[Function, tuple[nodes.Parameter, ...]]:
        """Functions with the parameters that have a marker as default."""
        functions = self._application.functions(self._application.async_modules)
        return {function: marked for function in functions if (marked := self._marked(function))}

    @cached_property
    def linted_functions(self) -> Mapping[Function, tuple[nodes.Parameter, ...]]:
        """Those of them that are defined in linted files."""
        functions = self._application.functions(self._application.linted(self._application.async_modules))
        return {function: marked for function in functions if (marked := self._marked(function))}

    def _marked(self, function: Function) -> tuple[nodes.Parameter, ...]:
        """The parameters of a function that have a marker as default."""
        if function not in self._marked_parameters:
            self._marked_parameters[function] = tuple(
                each
                for each in function.node.parameters
                if self.marker_of(each.default, function.scope) is not None
            )
        return self._marked_parameters[function]

    @cached_property
    def unresolved_calls(self) -> Mapping[Module, Mapping[Span, MarkerCall]]:
        """Calls that leave a marker in place which the called function then reads: by linted module and position."""
        modules = list(self._application.linted(self._application.async_modules))
        if self._application.lints_few:
            calls = (each for module in modules for each in self._application.located(module).calls.values())
            if not any(True for call, scope in calls for _ in self._unresolved(call, scope)):
                return {}
        names = self._names_of(self.functions) | _HANDING_ON
        found: dict[Module, dict[Span, MarkerCall]] = {}
        for module in modules:
            spelled = names | imported_as(module.scope, names)
            for call, scope in self._application.located(module).calls.values():
                for each in self._unresolved(call, scope) if last_name(call.func) in spelled else ():
                    found.setdefault(module, {})[call.span] = each
        return found

    @cached_property
    def direct_calls(self) -> Mapping[Function, tuple[DirectCall, ...]]:
        """The calls of each of these functions in linted files, also those that leave nothing out."""
        if not self.linted_functions:
            return {}
        found: dict[Function, list[DirectCall]] = {}
        names = self._names_of(self.linted_functions) | _HANDING_ON
        for module in self._application.async_modules:
            spelled = names | imported_as(module.scope, names)
            for call, scope in self._application.calls_of(module, spelled):
                target, skipped = self._called(call, scope)
                if target is not None:
                    found.setdefault(target.function, []).append(_direct_call(target, call, skipped))
        return {function: tuple(calls) for function, calls in found.items()}

    def _names_of(self, functions: Collection[Function]) -> frozenset[str]:
        """The names by which functions are defined; of `__init__`, those of the classes that have it."""
        names = {function.name for function in functions}
        if "__init__" in names:
            for cls in self._application.classes(self._application.async_modules):
                target = callable_of(self._inference, cls)
                if target is not None and target.function in functions:
                    names.add(cls.name)
        return frozenset(names)

    def _unresolved(self, call: nodes.Call, scope: Scope) -> Iterator[MarkerCall]:
        target, skipped = self._called(call, scope)
        # The decorators of dependency injection libraries fill in what is missing.
        if target is not None and self._decorated.hands_on_arguments(target.function):
            yield from self._left_over(target, call, skipped)

    def _called(self, call: nodes.Call, scope: Scope) -> tuple[Callable | None, int]:
        """The function with such defaults that a call runs, and how many arguments are not for it."""
        target = self._target(call.func, scope)
        if target is None and call.args and self._inference.qualified_name(call.func, scope) in _HAND_ON:
            return self._target(call.args[0], scope), 1
        return target, 0

    def _target(self, node: nodes.Expression, scope: Scope) -> Callable | None:
        found = callable_of(self._inference, self._inference.infer(node, scope))
        if found is None or found.function.module not in self._modules:
            return None
        return found if self._marked(found.function) else None

    def _left_over(self, target: Callable, call: nodes.Call, skipped: int) -> Iterator[MarkerCall]:
        given = bound_arguments(target.parameters, call, skipped)
        if given is None:
            return
        left = tuple(
            each
            for each in self._marked(target.function)
            if each.name not in given and self.is_read(target.function, each.name)
        )
        if left:
            yield MarkerCall(call, target.function, left, is_passed_on=skipped > 0)

    def is_read(self, function: Function, name: str, depth: int = _DEPTH) -> bool:
        """Whether a function uses the value of a parameter, other than to look what it is."""
        function.reveal(SOMETHING)
        if _is_replaced(function.node.body, name):
            return False
        ignored: set[nodes.Node] = set()
        for node in find_in_scope(function.node.body, {nodes.Call, nodes.Assign}):
            if isinstance(node, nodes.Assign):
                ignored.update(target for target in node.targets if isinstance(target, nodes.Name))
            elif isinstance(node.func, nodes.Name) and node.func.id in _TYPE_CHECKS:
                if any(isinstance(each, nodes.Name) and each.id == name for each in node.args):
                    return False
            elif depth:
                ignored.update(self._unused_arguments(node, function, name, depth))
        return any(
            isinstance(node, nodes.Name) and node.id == name and node not in ignored
            for node in walk(function.node.body)
        )

    def _unused_arguments(
        self, call: nodes.Call, function: Function, name: str, depth: int
    ) -> Iterator[nodes.Node]:
        """The arguments of a call that only hand on `name` to a function that does not use it."""
        handed = [*call.args, *(keyword.value for keyword in call.keywords)]
        if not any(isinstance(each, nodes.Name) and each.id == name for each in handed):
            return
        target = callable_of(self._inference, self._inference.infer(call.func, function.body_scope))
        given = bound_arguments(target.parameters, call) if target is not None else None
        if target is None or given is None or target.function is function:
            return
        for parameter, argument in given.items():
            if isinstance(argument, nodes.Name) and argument.id == name:
                if parameter in {each.name for each in target.parameters}:
                    if not self.is_read(target.function, parameter, depth - 1):
                        yield argument


def _direct_call(target: Callable, call: nodes.Call, skipped: int) -> DirectCall:
    given = bound_arguments(target.parameters, call, skipped)
    if given is None:
        return DirectCall(None, frozenset(each.name for each in target.parameters))
    named = {keyword.name for keyword in call.keywords}
    return DirectCall(frozenset(given), frozenset(given) - named)


def _is_replaced(body: tuple[nodes.Statement, ...], name: str) -> bool:
    """Whether the first statement that mentions a name gives it another value."""
    for statement in body:
        mentions = tuple(each for each in walk(statement) if isinstance(each, nodes.Name) and each.id == name)
        if mentions:
            return isinstance(statement, nodes.Assign) and statement.targets == mentions
    return False
