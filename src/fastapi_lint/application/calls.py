"""The steps of a function: what it calls when it runs, in its own thread, in order.

What only mentions a function (an argument, a decorator, a lambda's body) is no step, unless the callee is known
to call it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from fastapi_lint.application.names import reaching_bindings
from fastapi_lint.application.scopes import Class, Function, Scope, comprehension_scope, lambda_scope
from fastapi_lint.application.steps import Located, Run, Step, Unresolved, Use
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
from fastapi_lint.index.walk import children, find_in_scope
from fastapi_lint.knowledge.callbacks import Callback, Callbacks, Place

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.modules import Module

_CONTEXT_MANAGERS = ("contextlib.contextmanager", "contextlib.asynccontextmanager")
_PROPERTIES = ("builtins.property", "functools.cached_property")
_CONSTRUCTORS = ("__new__", "__init__", "__post_init__", "model_post_init")
_CONSUMERS = frozenset(
    f"builtins.{name}"
    for name in (
        "all",
        "any",
        "dict",
        "frozenset",
        "list",
        "max",
        "min",
        "next",
        "set",
        "sorted",
        "sum",
        "tuple",
    )
)
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


class Steps:
    """The steps of every function of a project, each worked out once."""

    def __init__(self, inference: Inference, callbacks: Callbacks) -> None:
        self._inference = inference
        self.callbacks = callbacks
        self._steps: dict[Function, tuple[Step, ...]] = {}
        self._called_parameters: dict[Function, frozenset[str]] = {}

    def of(self, function: Function) -> tuple[Step, ...]:
        """What running the body of `function` does."""
        if function not in self._steps:
            self._steps[function] = ()
            body = _Body(self, self._inference, self.callbacks)
            body.add(function.node.body, function.body_scope)
            self._steps[function] = tuple(sorted(body.found, key=_when))
        return self._steps[function]

    def of_module(self, module: Module) -> tuple[Step, ...]:
        """What importing or executing a module does."""
        body = _Body(self, self._inference, self.callbacks)
        body.add(module.index.body, module.scope)
        return tuple(body.found)

    def runs(self, function: Function) -> Iterator[Run]:
        """The functions of the project that running the body of `function` runs."""
        return (step for step in self.of(function) if isinstance(step, Run))

    def called_parameters(self, function: Function) -> frozenset[str]:
        """Parameters that the function calls itself, in its own thread."""
        if function not in self._called_parameters:
            self._called_parameters[function] = frozenset()
            names = {parameter.name for parameter in function.node.parameters}
            calls = find_in_scope(function.node.body, {nodes.Call})
            called = {call.func.id for call in calls if isinstance(call.func, nodes.Name)}
            self._called_parameters[function] = frozenset(names & called)
        return self._called_parameters[function]


@dataclass(slots=True)
class _Body:
    """Finds the steps of one body, going through its syntax once."""

    steps: Steps
    inference: Inference
    library_callbacks: Callbacks
    found: list[Step] = field(default_factory=list)
    awaited: set[nodes.Node] = field(default_factory=set)
    given: dict[nodes.Node, str] = field(default_factory=dict)
    """What becomes of coroutines that are given to a library's function."""
    iterated: set[nodes.Node] = field(default_factory=set)
    entered: set[nodes.Node] = field(default_factory=set)
    called: set[nodes.Node] = field(default_factory=set)

    def add(self, start: nodes.Node | list[nodes.Statement], scope: Scope) -> None:
        """Add the steps of statements, or of an expression, that stand in `scope`."""
        for node in find_in_scope(start, _KINDS):
            _READERS[type(node)](self, node, scope)

    # Syntax

    def await_(self, node: nodes.Await, scope: Scope) -> None:
        self.awaited.add(node.value)

    def starred(self, node: nodes.Starred, scope: Scope) -> None:
        self.iterated.add(node.value)

    def yield_(self, node: nodes.Yield, scope: Scope) -> None:
        if node.is_from and node.value is not None:
            self.iterated.add(node.value)

    def with_(self, node: nodes.With, scope: Scope) -> None:
        for item in node.items:
            self.entered.add(item.context)
            value = self.inference.infer(item.context, scope)
            if not isinstance(value, Instance):
                continue
            if isinstance(value.type, External):
                if not node.is_async and value.class_name != "contextlib.AbstractContextManager":
                    self.found.append(Use(value.class_name, node, "enter", False, value))
                continue
            for name in ("__aenter__", "__aexit__") if node.is_async else ("__enter__", "__exit__"):
                self.run_method(value, name, node, "enter")

    def for_(self, node: nodes.For, scope: Scope) -> None:
        self.iterated.add(node.iterable)
        self.iterate(node.iterable, node, scope, node.is_async)

    def comprehension(self, node: nodes.Comprehension, scope: Scope) -> None:
        inner = comprehension_scope(node, scope)
        for generator in node.generators:
            self.iterated.add(generator.iterable)
            self.iterate(generator.iterable, node, inner, generator.is_async)
        for part in children(node):
            self.add(part, inner)

    def iterate(
        self, iterable: nodes.Expression, node: nodes.For | nodes.Comprehension, scope: Scope, is_async: bool
    ) -> None:
        value = self.inference.infer(iterable, scope)
        if not isinstance(value, Instance):
            return
        if isinstance(value.type, External):
            if not is_async:
                self.found.append(Use(value.class_name, node, "iterate", False, value))
            return
        for name in ("__aiter__", "__anext__") if is_async else ("__iter__", "__next__"):
            self.run_method(value, name, node, "iterate")

    def attribute(self, node: nodes.Attribute, scope: Scope) -> None:
        """Reading a property."""
        if node in self.called:
            return
        holder = self.inference.infer(node.value, scope)
        if not isinstance(holder, Instance) or isinstance(holder.type, External):
            return
        for base in self.inference.mro(holder.type):
            if isinstance(base, External):
                return
            found = base.body_scope.bindings.get(node.attr)
            if found:
                symbol = found[0].symbol
                if isinstance(symbol, Function) and self.inference.has_decorator(symbol, _PROPERTIES):
                    self.found.append(Run(symbol, node, "read"))
                return

    def call(self, node: nodes.Call, scope: Scope) -> None:
        self.called.add(node.func)
        target = self.inference.callee(node, scope)
        if isinstance(target, External) and target.name in _CONSUMERS and node.args:
            self.iterated.add(node.args[0])
        if target is not None:
            self.target(target, node, scope)
        elif not _is_harmless(node):
            self.found.append(Unresolved(node))

    # What is called

    def target(self, target: Value | None, node: nodes.Call, scope: Scope) -> None:
        match target:
            case Function():
                self.function(target, node, scope)
            case Method(function=function, receiver=receiver):
                self.function(function, node, scope, receiver)
            case Class():
                for name in _CONSTRUCTORS:
                    self.run_method(Instance(target), name, node, "construct")
                self.library_base(target, node)
            case External(name=name):
                self.found.append(Use(name, node, "call", node in self.awaited))
                self.library_caller(name, node, scope)
            case ExternalMethod(name=name, receiver=receiver):
                self.found.append(Use(name, node, "call", node in self.awaited, receiver))
                self.library_caller(name, node, scope)
            case Instance():
                self.run_method(target, "__call__", node, "call")
            case Partial(function=function):
                self.target(function, node, scope)
            case Alternatives(values=values):
                for value in values:
                    self.target(value, node, scope)

    def function(
        self, function: Function, node: nodes.Call, scope: Scope, receiver: Value | None = None
    ) -> None:
        if self.inference.has_decorator(function, _CONTEXT_MANAGERS):
            how = "enter" if node in self.entered else None
        elif function.node.is_generator:
            how = "iterate" if node in self.iterated else None
        elif function.is_async:
            how = "await" if node in self.awaited else self.given.get(node, "made")
        else:
            how = "call"
        if how is not None:
            self.found.append(_on(Run(function, node, how), receiver))
        self.callbacks(function, node, scope)

    def callbacks(self, function: Function, node: nodes.Call, scope: Scope) -> None:
        """Functions given by name to parameters that the callee calls."""
        called = self.steps.called_parameters(function)
        if not called:
            return
        parameters = [p for p in function.node.parameters if p.kind in ("positional", "positional-only")]
        if function.owner is not None and not self.inference.has_decorator(
            function, ("builtins.staticmethod",)
        ):
            parameters = parameters[1:]
        given = [(p.name, value) for p, value in zip(parameters, node.args, strict=False)]
        given += [(keyword.name or "", keyword.value) for keyword in node.keywords]
        for name, value in given:
            if name in called:
                self.run_value(self.inference.infer(value, scope), node)

    def library_caller(self, name: str, node: nodes.Call, scope: Scope) -> None:
        """What a library's function does with the functions and coroutines given to it."""
        if name in _STREAMING_RESPONSES:
            self.stream(node, scope)
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
                run = Run(function, node, "made" if function.is_async and how == "call" else how)
                self.found.append(_on(run, receiver))
            case Partial(function=function):
                self.run_value(function, node, how)
            case External(name=name):
                self.found.append(Use(name, node, "call", False))
            case ExternalMethod(name=name, receiver=receiver):
                self.found.append(Use(name, node, "call", False, receiver))
            case Display(node=nodes.Lambda() as function, scope=scope):
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
        method = self.inference.member(value, name)
        if isinstance(method, Method) and method.function.owner is not None:
            self.found.append(_on(Run(method.function, node, how), value))
        elif isinstance(method, Function) and name == "__new__":
            self.found.append(Run(method, node, how))


_READERS: Mapping[type[nodes.Node], Callable[[_Body, Any, Scope], None]] = {
    nodes.Attribute: _Body.attribute,
    nodes.Await: _Body.await_,
    nodes.Call: _Body.call,
    nodes.Comprehension: _Body.comprehension,
    nodes.For: _Body.for_,
    nodes.Starred: _Body.starred,
    nodes.With: _Body.with_,
    nodes.Yield: _Body.yield_,
}
_KINDS = frozenset(_READERS)


def _on(run: Run, receiver: Value | None) -> Run:
    """The step with the class of the object it is taken on."""
    cls = receiver.type if isinstance(receiver, Instance) else receiver
    if not isinstance(cls, Class) or run.function.owner is None:
        return run
    return replace(run, receiver=cls)


def callback_arguments(callback: Callback, call: nodes.Call) -> list[nodes.Expression]:
    """The arguments of a call that a description of it speaks of."""
    if not callback.many:
        given = (
            call.keyword(callback.keyword or "")
            if callback.keyword_only
            else call.argument(callback.position, callback.keyword or "")
        )
        return [given] if given is not None else []
    found: list[nodes.Expression] = []
    for argument in call.args[callback.position :]:
        inner = argument.value if isinstance(argument, nodes.Starred) else argument
        if isinstance(inner, (nodes.Sequence, nodes.Comprehension)):
            found += inner.elements
        else:
            found.append(inner)
    return found


def _when(step: Step) -> tuple[int, int]:
    """Order of execution: a call comes after those inside it, what a header does after the calls in it."""
    node = step.node
    return (node.end_line, node.end_column) if isinstance(node, nodes.Call) else (node.line, sys.maxsize)


def _is_harmless(node: nodes.Call) -> bool:
    """Methods of literals and the like, of which nobody expects an answer."""
    return isinstance(node.func, nodes.Attribute) and isinstance(
        node.func.value, (nodes.Constant, nodes.FormattedString)
    )
