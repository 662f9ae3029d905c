"""What happens when something is called: the steps that a call, or a function given to one, adds to a body."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi_lint.application.called_parameters import callback_arguments
from fastapi_lint.application.names import reaching_bindings
from fastapi_lint.application.scopes import Class, Function, Scope, lambda_scope
from fastapi_lint.application.steps import Located, Run, Step, Use
from fastapi_lint.application.values import (
    Alternatives,
    Display,
    External,
    ExternalMethod,
    Instance,
    Method,
    Partial,
    Value,
)
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.callbacks import Callback, Callbacks, Place

if TYPE_CHECKING:
    from fastapi_lint.application.called_parameters import CalledParameters
    from fastapi_lint.application.inference import Inference

_CONTEXT_MANAGERS = ("contextlib.contextmanager", "contextlib.asynccontextmanager")
_ENTERING = frozenset(
    {
        "contextlib.AsyncExitStack.enter_async_context",
        "contextlib.AsyncExitStack.enter_context",
        "contextlib.ExitStack.enter_context",
    }
)
_CONSTRUCTORS = ("__new__", "__init__", "__post_init__", "model_post_init")
_BACKGROUND_TASKS = frozenset(
    {
        "fastapi.BackgroundTasks.add_task",
        "starlette.background.BackgroundTask",
        "starlette.background.BackgroundTasks.add_task",
    }
)
_STREAMING_RESPONSES = frozenset(
    {
        "fastapi.responses.StreamingResponse",
        "fastapi.sse.EventSourceResponse",
        "sse_starlette.EventSourceResponse",
    }
)


@dataclass(slots=True)
class Calling(ABC):
    """What is known of the calls of one body, and the steps found so far."""

    inference: Inference
    library_callbacks: Callbacks
    called_parameters: CalledParameters
    scope: Scope
    """That of the function or module whose body it is."""
    found: list[Step] = field(default_factory=list)
    awaited: set[nodes.Node] = field(default_factory=set)
    given: dict[nodes.Node, str] = field(default_factory=dict)
    """What becomes of coroutines that are given to a library's function."""
    iterated: set[nodes.Node] = field(default_factory=set)
    entered: set[nodes.Node] = field(default_factory=set)
    opened: set[nodes.Lambda] = field(default_factory=set)

    @abstractmethod
    def add(self, start: nodes.Node | Iterable[nodes.Node], scope: Scope) -> None:
        """Add the steps of statements, or of an expression, that stand in `scope`."""

    @abstractmethod
    def enter(
        self, context: nodes.Expression, node: nodes.With | nodes.Call, scope: Scope, is_async: bool
    ) -> None:
        """Add what entering and leaving a context manager does."""

    def target(self, target: Value | None, node: nodes.Call, scope: Scope) -> None:
        """A call calls this."""
        match target:
            case External(name=name):
                self.found.append(Use(name, node, "call", node in self.awaited))
                self.library_caller(name, node, scope)
            case ExternalMethod(name=name, receiver=receiver):
                self.found.append(Use(name, node, "call", node in self.awaited, receiver))
                self.library_caller(name, node, scope)
            case Function():
                self.function(target, node, scope)
            case Method(function=function, receiver=receiver):
                self.function(function, node, scope, receiver)
            case Class():
                self.construct(target, node)
                for factory in _default_factories(self.inference, target):
                    self.run_value(factory, node)
                self.library_base(target, node)
            case Instance():
                self.run_method(target, "__call__", node, "call")
            case Partial(function=function):
                self.target(function, node, scope)
            case Alternatives(values=values):
                for value in values:
                    self.target(value, node, scope)
            case Display(node=nodes.Lambda() as function, scope=inside):
                self.open(function, inside)

    def function(
        self, function: Function, node: nodes.Call, scope: Scope, receiver: Value | None = None
    ) -> None:
        """A call calls a function of the project."""
        if self.inference.has_decorator(function, _CONTEXT_MANAGERS):
            how = "enter" if node in self.entered else None
        elif function.node.is_generator:
            how = "iterate" if node in self.iterated else None
        elif function.is_async:
            how = "await" if node in self.awaited else self.given.get(node, "made")
        else:
            how = "call"
        if how is not None:
            self.found.append(run_on(receiver, function, node, how))
        self.callbacks(function, node, scope)

    def callbacks(self, function: Function, node: nodes.Call, scope: Scope) -> None:
        """Functions given by name to parameters that the callee calls."""
        if not node.args and not node.keywords:
            return
        called = self.called_parameters.called_by(function)
        called_further_on = self.called_parameters.called_further_on(function)
        if not called and not called_further_on:
            return
        for name, argument in self.called_parameters.arguments(function, node):
            if name in called or name in called_further_on:
                value = self.inference.infer(argument, scope)
                if name in called or isinstance(value, (Function, Method, Partial)) or _is_lambda(value):
                    self.run_value(value, node)

    def library_caller(self, name: str, node: nodes.Call, scope: Scope) -> None:
        """What a library's function does with the functions and coroutines given to it."""
        if name in _STREAMING_RESPONSES:
            self.stream(node, scope)
        if name in _ENTERING and node.args:
            self.enter(node.args[0], node, scope, name.endswith("enter_async_context"))
        callback = self.library_callbacks.taken_by(name)
        if callback is None or callback.wraps:
            return
        for argument in callback_arguments(callback, node):
            if callback.coroutine is not None and isinstance(argument, nodes.Call):
                is_private = callback.coroutine is Place.NEW_LOOP
                how = "private" if is_private else "await" if node in self.awaited else "schedule"
                self.given[argument] = how
            else:
                self.run_callback(self.inference.infer(argument, scope), callback, name, node)

    def run_callback(self, value: Value | None, callback: Callback, name: str, node: nodes.Call) -> None:
        """A function is given to a library's function."""
        function = value.function if isinstance(value, (Method, Partial)) else value
        is_coroutine_function = isinstance(function, Function) and function.is_async
        place = callback.coroutine_function if is_coroutine_function else callback.function
        if place is None or not place.is_on_the_loop:
            return
        if place is Place.LOOP:
            how = "background" if name in _BACKGROUND_TASKS else "schedule"
        else:
            how = "private" if place is Place.NEW_LOOP else "call"
        self.run_value(value, node, how)

    def stream(self, node: nodes.Call, scope: Scope) -> None:
        """A generator given to a streaming response; plain ones are iterated over in threads."""
        function = self.maker(node.argument(0, "content"), scope)
        if function is not None and function.is_async and function.node.is_generator:
            self.found.append(Run(function, node, "stream"))

    def maker(self, node: nodes.Expression | None, scope: Scope) -> Function | None:
        """The function whose call gives an expression its value, through a variable."""
        if isinstance(node, nodes.Name):
            for binding in reaching_bindings(node.id, scope, node.line):
                if binding.kind == "assign" and isinstance(binding.value, nodes.Call):
                    return self.maker(binding.value, binding.scope)
        target = self.inference.infer(node.func, scope) if isinstance(node, nodes.Call) else None
        function = target.function if isinstance(target, Method) else target
        return function if isinstance(function, Function) else None

    def run_value(self, value: Value | None, node: Located, how: str = "call") -> None:
        """A function given by name runs."""
        match value:
            case Function() if not value.node.is_generator:
                self.found.append(Run(value, node, "made" if value.is_async and how == "call" else how))
            case Method(function=function, receiver=receiver) if not function.node.is_generator:
                how = "made" if function.is_async and how == "call" else how
                self.found.append(run_on(receiver, function, node, how))
            case Partial(function=function):
                self.run_value(function, node, how)
            case External(name=name):
                self.found.append(Use(name, node, "call", False))
            case ExternalMethod(name=name, receiver=receiver):
                self.found.append(Use(name, node, "call", False, receiver))
            case Display(node=nodes.Lambda() as function, scope=scope):
                self.open(function, scope)
            case Class():
                self.construct(value, node)
            case Instance():
                self.run_method(value, "__call__", node, "call")

    def open(self, function: nodes.Lambda, scope: Scope) -> None:
        """A lambda runs: what it does, the body around it does."""
        if function not in self.opened and _is_inside(scope, self.scope):
            self.opened.add(function)
            self.add(function.body, lambda_scope(function, scope))

    def library_base(self, cls: Class, node: nodes.Call) -> None:
        """Constructing a class whose `__init__` is a library's."""
        for base in self.inference.mro(cls):
            if isinstance(base, External):
                self.found.append(Use(base.name, node, "call", node in self.awaited))
                return
            if "__init__" in base.body_scope.bindings:
                return

    def run_method(self, value: Instance, name: str, node: Located, how: str) -> None:
        """A method of an object of the project runs."""
        method = self.inference.member(value, name)
        if isinstance(method, Method) and method.function.owner is not None:
            self.found.append(run_on(value, method.function, node, how))

    def construct(self, cls: Class, node: Located) -> None:
        """An object of a class of the project is made."""
        found = self.inference.answer(("constructors", cls), _find_constructors, self.inference, cls)
        for function, receiver in found or ():
            self.found.append(Run(function, node, "construct", receiver))


def run_on(receiver: Value | None, function: Function, node: Located, how: str) -> Run:
    """The step that runs a function, with the class of the object if it is a method."""
    cls = receiver.type if isinstance(receiver, Instance) else receiver
    return Run(function, node, how, cls if isinstance(cls, Class) and function.owner is not None else None)


def _is_lambda(value: Value | None) -> bool:
    return isinstance(value, Display) and isinstance(value.node, nodes.Lambda)


def _is_inside(scope: Scope | None, outer: Scope) -> bool:
    while scope is not None and scope is not outer:
        scope = scope.parent
    return scope is outer


def _find_constructors(inference: Inference, cls: Class) -> tuple[tuple[Function, Class | None], ...]:
    """What runs when an object of a class is made; methods with the class."""
    found: list[tuple[Function, Class | None]] = []
    for name in _CONSTRUCTORS:
        match inference.member(Instance(cls), name):
            case Method(function=function) if function.owner is not None:
                found.append((function, cls))
            case Function() as function if name == "__new__":
                found.append((function, None))
    return tuple(found)


def _default_factories(inference: Inference, cls: Class) -> tuple[Function, ...]:
    """What constructing a data class or model calls for the fields that are not given."""
    return inference.answer(("default factories", cls), _find_default_factories, inference, cls) or ()


def _find_default_factories(inference: Inference, cls: Class) -> tuple[Function, ...]:
    found = []
    for base in inference.mro(cls):
        if isinstance(base, Class):
            for statement in base.node.body:
                if isinstance(statement, nodes.Assign) and isinstance(statement.value, nodes.Call):
                    factory = statement.value.keyword("default_factory")
                    found.append(inference.infer(factory, base.body_scope))
    return tuple(each for each in found if isinstance(each, Function))
