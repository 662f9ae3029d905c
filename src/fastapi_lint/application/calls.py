"""What a function does when it runs: the calls it makes, in its own thread, in order.

A `Step` is one of three things: it runs a function of the project, it uses something of a library, or it calls
something unknown. What only mentions a function (an argument, a decorator, a lambda's body) is no step,
unless the callee is known to call it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from fastapi_lint.application.scopes import Class, Function, Scope
from fastapi_lint.application.values import (
    Alternatives,
    External,
    ExternalMethod,
    Instance,
    Method,
    Partial,
    Value,
)
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import children, walk_scope

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference

Located: TypeAlias = nodes.Call | nodes.With | nodes.For | nodes.Attribute | nodes.Comprehension

_CONTEXT_MANAGERS = ("contextlib.contextmanager", "contextlib.asynccontextmanager")
_PROPERTIES = ("builtins.property", "functools.cached_property")
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
_CALLERS = {
    "builtins.map": 0,
    "builtins.filter": 0,
    "functools.reduce": 0,
    "asyncio.AbstractEventLoop.call_soon": 0,
    "asyncio.AbstractEventLoop.call_later": 1,
    "asyncio.AbstractEventLoop.call_at": 1,
}
"""Library functions that call their argument at this position, in the thread of their own caller."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A function of the project runs: called, awaited, entered, iterated over, or scheduled on the same loop."""

    function: Function
    node: Located
    how: str
    """`call`, `await`, `enter`, `iterate`, `construct`, `read` or `schedule`."""
    receiver: Class | None = None
    """Class of the object whose method it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """Something of a library is called, entered (`with`), iterated over, or decorates the function itself."""

    name: str
    """Qualified name: of a function or class, or `class.method`; of the class when entered or iterated."""
    node: Located
    how: str
    """`call`, `enter`, `iterate` or `decorate`."""
    awaited: bool
    receiver: Instance | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Unresolved:
    """A call of which it is not known what it runs."""

    node: nodes.Call


Step: TypeAlias = Run | Use | Unresolved


class Steps:
    """The steps of every function of a project, each worked out once."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._steps: dict[Function, tuple[Step, ...]] = {}
        self._called_parameters: dict[Function, frozenset[str]] = {}

    def of(self, function: Function) -> tuple[Step, ...]:
        """What running the body of `function` does."""
        if function not in self._steps:
            self._steps[function] = ()
            self._steps[function] = tuple(self._find(function))
        return self._steps[function]

    def called_parameters(self, function: Function) -> frozenset[str]:
        """Parameters that the function calls itself, in its own thread."""
        if function not in self._called_parameters:
            names = {parameter.name for parameter in function.node.parameters}
            called = {
                node.func.id
                for node in walk_scope(function.node.body)
                if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name)
            }
            self._called_parameters[function] = frozenset(names & called)
        return self._called_parameters[function]

    def _find(self, function: Function) -> Iterator[Step]:
        scope = function.body_scope
        awaited: set[nodes.Node] = set()
        iterated: set[nodes.Node] = set()
        entered: set[nodes.Node] = set()
        for node in walk_scope(function.node.body):
            match node:
                case nodes.Await(value=nodes.Call() as call):
                    awaited.add(call)
                case nodes.For(iterable=nodes.Call() as call):
                    iterated.add(call)
                case nodes.Starred(value=nodes.Call() as call):
                    iterated.add(call)
                case nodes.Yield(value=nodes.Call() as call, is_from=True):
                    iterated.add(call)
                case nodes.Comprehension():
                    iterated.update(g.iterable for g in node.generators)
                case nodes.With():
                    entered.update(item.context for item in node.items)
            match node:
                case nodes.Call():
                    if self._inference.qualified_name(node.func, scope) in _CONSUMERS and node.args:
                        iterated.add(node.args[0])
                    yield from self._of_call(node, scope, node in awaited, node in iterated, node in entered)
                case nodes.With():
                    yield from self._of_with(node, scope)
                case nodes.For():
                    yield from self._of_iteration(node.iterable, node, scope, node.is_async)
                case nodes.Comprehension():
                    for generator in node.generators:
                        yield from self._of_iteration(generator.iterable, node, scope, generator.is_async)
                case nodes.Attribute():
                    yield from self._of_property(node, scope)

    def _of_call(
        self, node: nodes.Call, scope: Scope, awaited: bool, iterated: bool, entered: bool
    ) -> Iterator[Step]:
        target = self._inference.infer(node.func, scope)
        found = list(self._of_target(target, node, scope, awaited, iterated, entered))
        yield from found
        if not found and target is None and not self._is_harmless(node):
            yield Unresolved(node)

    def _of_target(
        self,
        target: Value | None,
        node: nodes.Call,
        scope: Scope,
        awaited: bool,
        iterated: bool,
        entered: bool,
    ) -> Iterator[Step]:
        match target:
            case Function():
                yield from self._of_function(target, node, scope, awaited, iterated, entered)
            case Method(function=function, receiver=receiver):
                for step in self._of_function(function, node, scope, awaited, iterated, entered):
                    yield _on(step, receiver)
            case Class():
                for name in ("__new__", "__init__", "__post_init__", "model_post_init"):
                    yield from self._run_method(Instance(target), name, node, "construct")
                yield from self._of_library_base(target, node, awaited)
            case External(name=name):
                yield Use(name, node, "call", awaited)
                yield from self._of_caller(name, node, scope)
            case ExternalMethod(name=name, receiver=receiver):
                yield Use(name, node, "call", awaited, receiver)
                yield from self._of_caller(name, node, scope)
            case Instance():
                yield from self._run_method(target, "__call__", node, "call")
            case Partial(function=function):
                yield from self._of_target(function, node, scope, awaited, iterated, entered)
            case Alternatives(values=values):
                for value in values:
                    yield from self._of_target(value, node, scope, awaited, iterated, entered)

    def _of_function(
        self, function: Function, node: nodes.Call, scope: Scope, awaited: bool, iterated: bool, entered: bool
    ) -> Iterator[Step]:
        if self._inference.has_decorator(function, _CONTEXT_MANAGERS):
            if entered:
                yield Run(function, node, "enter")
        elif function.node.is_generator and not iterated:
            return
        elif not function.is_async:
            yield Run(function, node, "iterate" if function.node.is_generator else "call")
        elif scope.function is not None and scope.function.is_async:
            yield Run(function, node, "await" if awaited else "iterate" if iterated else "schedule")
        yield from self._of_arguments(function, node, scope)

    def _of_arguments(self, function: Function, node: nodes.Call, scope: Scope) -> Iterator[Step]:
        """Functions given by name to parameters that the callee calls."""
        called = self.called_parameters(function)
        if not called:
            return
        parameters = [p for p in function.node.parameters if p.kind in ("positional", "positional-only")]
        if function.owner is not None and not self._inference.has_decorator(
            function, ("builtins.staticmethod",)
        ):
            parameters = parameters[1:]
        given = [(p.name, value) for p, value in zip(parameters, node.args, strict=False)]
        given += [(keyword.name or "", keyword.value) for keyword in node.keywords]
        for name, value in given:
            if name in called:
                yield from self._run_value(self._inference.infer(value, scope), node)

    def _of_caller(self, name: str, node: nodes.Call, scope: Scope) -> Iterator[Step]:
        position = _CALLERS.get(name)
        if position is not None and position < len(node.args):
            yield from self._run_value(self._inference.infer(node.args[position], scope), node)
        key = node.keyword("key") if name in _CONSUMERS else None
        if key is not None:
            yield from self._run_value(self._inference.infer(key, scope), node)

    def _run_value(self, value: Value | None, node: Located) -> Iterator[Step]:
        match value:
            case Function() if not value.node.is_generator:
                yield Run(value, node, "schedule" if value.is_async else "call")
            case Method(function=function) if not function.node.is_generator:
                yield Run(function, node, "schedule" if function.is_async else "call")
            case Partial(function=function):
                yield from self._run_value(function, node)
            case External(name=name):
                yield Use(name, node, "call", awaited=False)
            case ExternalMethod(name=name, receiver=receiver):
                yield Use(name, node, "call", False, receiver)

    def _of_library_base(self, cls: Class, node: nodes.Call, awaited: bool) -> Iterator[Step]:
        """Constructing a class whose `__init__` is a library's."""
        for base in self._inference.mro(cls):
            if isinstance(base, External):
                yield Use(base.name, node, "call", awaited)
                return
            if "__init__" in base.body_scope.bindings:
                return

    def _of_with(self, node: nodes.With, scope: Scope) -> Iterator[Step]:
        for item in node.items:
            value = self._inference.infer(item.context, scope)
            if not isinstance(value, Instance):
                continue
            if isinstance(value.type, External):
                if not node.is_async and value.class_name != "contextlib.AbstractContextManager":
                    yield Use(value.class_name, node, "enter", awaited=False, receiver=value)
                continue
            for name in ("__aenter__", "__aexit__") if node.is_async else ("__enter__", "__exit__"):
                yield from self._run_method(value, name, node, "enter")

    def _of_iteration(
        self, iterable: nodes.Expression, node: nodes.For | nodes.Comprehension, scope: Scope, is_async: bool
    ) -> Iterator[Step]:
        value = self._inference.infer(iterable, scope)
        if not isinstance(value, Instance):
            return
        if isinstance(value.type, External):
            if not is_async:
                yield Use(value.class_name, node, "iterate", awaited=False, receiver=value)
            return
        for name in ("__aiter__", "__anext__") if is_async else ("__iter__", "__next__"):
            yield from self._run_method(value, name, node, "iterate")

    def _of_property(self, node: nodes.Attribute, scope: Scope) -> Iterator[Step]:
        holder = self._inference.infer(node.value, scope)
        if not isinstance(holder, Instance) or isinstance(holder.type, External):
            return
        for base in self._inference.mro(holder.type):
            if isinstance(base, External):
                return
            found = base.body_scope.bindings.get(node.attr)
            if found:
                symbol = found[0].symbol
                if isinstance(symbol, Function) and self._inference.has_decorator(symbol, _PROPERTIES):
                    yield Run(symbol, node, "read")
                return

    def _run_method(self, value: Instance, name: str, node: Located, how: str) -> Iterator[Step]:
        method = self._inference.member(value, name)
        if isinstance(method, Method) and method.function.owner is not None:
            yield _on(Run(method.function, node, how), value)
        elif isinstance(method, Function) and name == "__new__":
            yield Run(method, node, how)

    def _is_harmless(self, node: nodes.Call) -> bool:
        """Methods of literals and the like, of which nobody expects an answer."""
        return isinstance(node.func, nodes.Attribute) and isinstance(
            node.func.value, (nodes.Constant, nodes.FormattedString)
        )


def _on(step: Step, receiver: Value) -> Step:
    """The step with the class of the object it is taken on."""
    cls = receiver.type if isinstance(receiver, Instance) else receiver
    if not isinstance(step, Run) or not isinstance(cls, Class) or step.function.owner is None:
        return step
    return replace(step, receiver=cls)


def mentions(node: nodes.Node, wanted: type[nodes.Node]) -> bool:
    """Whether a node of that kind stands below `node`, outside of nested definitions."""
    return any(isinstance(each, wanted) for child in children(node) for each in walk_scope(child))
