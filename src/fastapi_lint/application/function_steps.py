"""The steps of a function: what it calls when it runs, in its own thread, in order.

What only mentions a function (an argument, a decorator, a lambda's body) is no step, unless the callee is known
to call it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi_lint.application.bindings import Binding
from fastapi_lint.application.called_parameters import CalledParameters
from fastapi_lint.application.calling import Calling, run_on
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Function, Scope, comprehension_scope
from fastapi_lint.application.special_methods import run_by_builtin, run_by_operator
from fastapi_lint.application.steps import Located, Run, Step, Unresolved, Use
from fastapi_lint.application.values import (
    External,
    Instance,
    Method,
    Value,
)
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import children, find_in_scope, last_name
from fastapi_lint.knowledge.callbacks import Callbacks

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.modules import Module

_PROPERTIES = ("builtins.property", "functools.cached_property")
_ACCESSORS = {"get": {"property", "cached_property"}, "set": {"setter"}, "del": {"deleter"}}
"""Last names of the decorators of a property's functions."""
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


class Steps:
    """The steps of every function of a project, each worked out once."""

    def __init__(self, inference: Inference, callbacks: Callbacks) -> None:
        self._inference = inference
        self.callbacks = callbacks
        self._steps: dict[Function, tuple[Step, ...]] = {}
        self._called_parameters = CalledParameters(inference, callbacks)

    def of(self, function: Function, fact: int = SOMETHING) -> tuple[Step, ...]:
        """What running the body of `function` does; `fact` is what of it findings in other files may lean on."""
        function.reveal(fact)
        if function not in self._steps:
            self._steps[function] = ()
            body = _Body(self._inference, self.callbacks, self._called_parameters, function.body_scope)
            body.read(function.body_nodes, function.body_scope)
            body.found.sort(key=_when)
            self._steps[function] = tuple(body.found)
        return self._steps[function]

    def of_module(self, module: Module) -> tuple[Step, ...]:
        """What importing or executing a module does."""
        body = _Body(self._inference, self.callbacks, self._called_parameters, module.scope)
        body.add(module.index.body, module.scope)
        return tuple(body.found)

    def forget(self, function: Function) -> None:
        """The body of a function is another now."""
        self._steps.pop(function, None)
        self._called_parameters.forget(function)

    def runs(self, function: Function, fact: int = SOMETHING) -> Iterator[Run]:
        """The functions of the project that running the body of `function` runs."""
        return (step for step in self.of(function, fact) if isinstance(step, Run))


@dataclass(slots=True)
class _Body(Calling):
    """Finds the steps of one body, going through its syntax once."""

    called: set[nodes.Node] = field(default_factory=set)
    written: dict[nodes.Node, str] = field(default_factory=dict)
    """Attributes and items that are assigned to (`set`) or deleted (`del`)."""

    def add(self, start: nodes.Node | Iterable[nodes.Node], scope: Scope) -> None:
        """Add the steps of statements, or of an expression, that stand in `scope`."""
        self.read(find_in_scope(start, _KINDS), scope)

    def read(self, found: Iterable[nodes.Node], scope: Scope) -> None:
        """Add the steps of the nodes found in something that stands in `scope`."""
        for node in found:
            reader = _READERS.get(type(node))
            if reader is not None:
                reader(self, node, scope)

    def await_(self, node: nodes.Await, scope: Scope) -> None:
        self.awaited.add(node.value)

    def starred(self, node: nodes.Starred, scope: Scope) -> None:
        self.iterated.add(node.value)

    def yield_(self, node: nodes.Yield, scope: Scope) -> None:
        if node.is_from and node.value is not None:
            self.iterated.add(node.value)

    def with_(self, node: nodes.With, scope: Scope) -> None:
        for item in node.items:
            self.enter(item.context, node, scope, node.is_async)

    def enter(
        self, context: nodes.Expression, node: nodes.With | nodes.Call, scope: Scope, is_async: bool
    ) -> None:
        self.entered.add(context)
        value = self.inference.infer(context, scope)
        if not isinstance(value, Instance):
            return
        if not isinstance(value.type, External):
            for name in ("__aenter__", "__aexit__") if is_async else ("__enter__", "__exit__"):
                self.run_method(value, name, node, "enter")
        elif value.class_name != "contextlib.AbstractContextManager":
            if not is_async:
                self.found.append(Use(value.class_name, node, "enter", False, value))
        elif isinstance(context, nodes.Call):
            if self.inference.qualified_name(context.func, scope) == "contextlib.closing":
                held = value.arguments[0]
                if isinstance(held, Instance):
                    self.run_method(held, "close", node, "call")

    def assign(self, node: nodes.Assign, scope: Scope) -> None:
        for target in node.targets:
            self.written[target] = "set"

    def augmented_assign(self, node: nodes.AugmentedAssign, scope: Scope) -> None:
        self.written[node.target] = "get and set"
        self.operate(node, scope)

    def delete(self, node: nodes.Delete, scope: Scope) -> None:
        for target in node.targets:
            self.written[target] = "del"

    def subscript(self, node: nodes.Subscript, scope: Scope) -> None:
        holder = self.inference.infer(node.value, scope)
        if isinstance(holder, Instance) and not isinstance(holder.type, External):
            how = self.written.get(node, "get")
            for each in how.split(" and "):
                self.run_method(holder, f"__{each}item__", node, "operate")

    def operate(
        self, node: nodes.BinaryOperation | nodes.Comparison | nodes.AugmentedAssign, scope: Scope
    ) -> None:
        for operand, names in run_by_operator(node):
            self.run_first(self.inference.infer(operand, scope), names, node)

    def run_first(self, value: Value | None, names: Iterable[str], node: Located) -> None:
        """Runs the first of these methods that an object of the project has."""
        if isinstance(value, Instance) and not isinstance(value.type, External):
            for name in names:
                if isinstance(self.inference.member(value, name), Method):
                    self.run_method(value, name, node, "operate")
                    return

    def for_(self, node: nodes.For, scope: Scope) -> None:
        self.iterated.add(node.iterable)
        self.iterate(node.iterable, node, scope, node.is_async)

    def comprehension(self, node: nodes.Comprehension, scope: Scope) -> None:
        inner = comprehension_scope(node, scope)
        for generator in node.generators:
            self.iterated.add(generator.iterable)
            self.iterate(generator.iterable, node, inner, generator.is_async)
        self.add(children(node), inner)

    def iterate(
        self,
        iterable: nodes.Expression,
        node: nodes.For | nodes.Comprehension | nodes.Call,
        scope: Scope,
        is_async: bool,
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
        """Reading a property, or assigning to it."""
        if node in self.called:
            return
        how = self.written.get(node, "get")
        holder = self.inference.infer(node.value, scope)
        if not isinstance(holder, Instance) or isinstance(holder.type, External):
            return
        for base in self.inference.mro(holder.type):
            if isinstance(base, External):
                return
            found = base.body_scope.bindings.get(node.attr)
            if found:
                getter = found[0].symbol
                if isinstance(getter, Function) and self.inference.has_decorator(getter, _PROPERTIES):
                    for each in how.split(" and "):
                        self.access(found, each, node, holder)
                return

    def access(self, accessors: Sequence[Binding], how: str, node: nodes.Attribute, holder: Instance) -> None:
        """The function of a property that reads, sets or deletes the attribute."""
        for binding in accessors:
            function = binding.symbol
            if isinstance(function, Function) and _ACCESSORS[how] & _last_names(function.node.decorators):
                kind = "read" if how == "get" else "write"
                self.found.append(run_on(holder, function, node, kind))

    def call(self, node: nodes.Call, scope: Scope) -> None:
        self.called.add(node.func)
        target = self.inference.callee(node, scope)
        if isinstance(target, External) and node.args:
            if target.name in _CONSUMERS:
                self.iterated.add(node.args[0])
                self.iterate(node.args[0], node, scope, is_async=False)
            elif methods := run_by_builtin(target.name):
                self.run_first(self.inference.infer(node.args[0], scope), methods, node)
        if target is not None:
            self.target(target, node, scope)
        elif not _is_harmless(node):
            self.found.append(Unresolved(node))


_READERS: Mapping[type[nodes.Node], Callable[[_Body, Any, Scope], None]] = {
    nodes.Assign: _Body.assign,
    nodes.Attribute: _Body.attribute,
    nodes.AugmentedAssign: _Body.augmented_assign,
    nodes.Await: _Body.await_,
    nodes.BinaryOperation: _Body.operate,
    nodes.Call: _Body.call,
    nodes.Comparison: _Body.operate,
    nodes.Comprehension: _Body.comprehension,
    nodes.Delete: _Body.delete,
    nodes.For: _Body.for_,
    nodes.Starred: _Body.starred,
    nodes.Subscript: _Body.subscript,
    nodes.With: _Body.with_,
    nodes.Yield: _Body.yield_,
}
_KINDS = frozenset(_READERS)


def _last_names(expressions: Iterable[nodes.Expression]) -> set[str | None]:
    return {last_name(each) for each in expressions}


def _when(step: Step) -> tuple[int, int]:
    """Order of execution: a call comes after those inside it, what a header does after the calls in it."""
    node = step.node
    return (node.end_line, node.end_column) if isinstance(node, nodes.Call) else (node.line, sys.maxsize)


def _is_harmless(node: nodes.Call) -> bool:
    """Methods of literals and the like, of which nobody expects an answer."""
    return isinstance(node.func, nodes.Attribute) and isinstance(
        node.func.value, (nodes.Constant, nodes.FormattedString)
    )
