"""Coroutines that are made and never awaited.

Every expression is followed to what takes its value. A coroutine that is awaited, handed on (to a call, a
container, an attribute, a caller) or closed is somebody else's; one that is dropped or used as if it were the
result is a mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.application.revealed import NOTHING
from fastapi_lint.application.scopes import Function, Scope
from fastapi_lint.application.steps import Run, Use
from fastapi_lint.application.values import Awaitable, External, Value
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import children, walk

if TYPE_CHECKING:
    from fastapi_lint.application.decorated import Decorated
    from fastapi_lint.application.function_steps import Steps
    from fastapi_lint.application.inference import Inference

_READERS = frozenset(
    f"builtins.{name}"
    for name in (
        "bool", "dict", "enumerate", "float", "int", "len", "list", "max", "min", "range", "repr", "set",
        "sorted", "str", "sum", "tuple", "zip",
    )
)  # fmt: skip
_COROUTINE_MEMBERS = frozenset(
    {"__aenter__", "__aexit__", "__await__", "add_done_callback", "cancel", "close", "send", "throw"}
)


@dataclass(frozen=True, slots=True, eq=False)
class Unawaited:
    """A call that makes a coroutine nobody awaits."""

    call: nodes.Call
    function: Value
    """The coroutine function: the project's, or a library's by name."""
    how: str
    """`dropped`, `used` or `returned`."""


class _Taken:
    """What takes the values of the expressions of one function."""

    def __init__(self) -> None:
        self.calls: list[tuple[nodes.Call, str]] = []
        self.names: dict[str, list[str]] = {}
        self.assigned: dict[nodes.Call, str] = {}


class Coroutines:
    """Finds unawaited coroutines, function by function."""

    def __init__(self, inference: Inference, steps: Steps, decorated: Decorated) -> None:
        self._inference = inference
        self._steps = steps
        self._decorated = decorated

    def unawaited(self, function: Function, *, answers_requests: bool) -> Iterator[Unawaited]:
        """The unawaited coroutines of a function's body.

        `answers_requests` says that the framework takes what it returns, and does not await it.
        """
        made = self._made_in(function)
        if not made:
            return
        taken = _Taken()
        for statement in function.node.body:
            self._statement(statement, taken, function.body_scope)
        for call, how in taken.calls:
            if call not in made or how == "handed" or (how == "returned" and not answers_requests):
                continue
            if how == "assigned":
                uses = taken.names.get(taken.assigned[call], [])
                if any(use == "handed" or (use == "returned" and not answers_requests) for use in uses):
                    continue
                how = "used" if uses else "dropped"
            source = self._coroutine_function(call, function.body_scope)
            if source is not None:
                yield Unawaited(call, source, how)

    def _made_in(self, function: Function) -> set[nodes.Node]:
        """The calls in the body that may make a coroutine which is neither awaited nor scheduled on the spot."""
        is_coroutine = self._inference.externals.is_coroutine
        return {
            step.node
            for step in self._steps.of(function, NOTHING)
            if (isinstance(step, Run) and step.how in ("call", "made") and step.function.is_async)
            or (isinstance(step, Use) and not step.awaited and is_coroutine(step.name))
        }

    def _coroutine_function(self, call: nodes.Call, scope: Scope) -> Value | None:
        value = self._inference.infer(call, scope)
        if not isinstance(value, Awaitable):
            return None
        source = value.function
        if isinstance(source, Function):
            return source if self._decorated.gives_coroutine(source) else None
        return source if isinstance(source, External) else None

    # Statements

    def _statements(self, body: Iterable[nodes.Statement], taken: _Taken, scope: Scope) -> None:
        for statement in body:
            self._statement(statement, taken, scope)

    def _statement(self, statement: nodes.Statement, taken: _Taken, scope: Scope) -> None:
        match statement:
            case nodes.ExpressionStatement(value=value):
                self._expression(value, "dropped", taken, scope)
            case nodes.Return(value=value):
                self._expression(value, "returned", taken, scope)
            case nodes.Assign(targets=[nodes.Name(id=name)], value=nodes.Call() as call):
                taken.assigned[call] = name
                self._expression(call, "assigned", taken, scope)
            case nodes.If(test=test) | nodes.While(test=test):
                self._expression(test, "used", taken, scope)
                self._statements(statement.body, taken, scope)
                self._statements(statement.orelse, taken, scope)
            case nodes.Assert(test=test):
                self._expression(test, "used", taken, scope)
            case nodes.For(iterable=iterable):
                self._expression(iterable, "handed" if statement.is_async else "used", taken, scope)
                self._statements(statement.body, taken, scope)
                self._statements(statement.orelse, taken, scope)
            case nodes.FunctionDef() | nodes.ClassDef():
                self._mentions(statement, taken)
            case _:
                for child in children(statement):
                    if isinstance(child, nodes.Expression):
                        self._expression(child, "handed", taken, scope)
                    else:
                        self._part(child, taken, scope)

    def _part(self, part: nodes.Node, taken: _Taken, scope: Scope) -> None:
        """A statement inside a compound one, or a piece of it such as a handler or a `with` item."""
        if isinstance(part, nodes.Statement):
            self._statement(part, taken, scope)
            return
        for child in children(part):
            if isinstance(child, nodes.Expression):
                self._expression(child, "handed", taken, scope)
            else:
                self._part(child, taken, scope)

    def _mentions(self, definition: nodes.Node, taken: _Taken) -> None:
        """A nested function may await any name of the enclosing one."""
        for node in walk(definition):
            if isinstance(node, nodes.Name):
                taken.names.setdefault(node.id, []).append("handed")

    # Expressions

    def _expression(self, node: nodes.Expression | None, how: str, taken: _Taken, scope: Scope) -> None:
        match node:
            case None:
                return
            case nodes.Name(id=name):
                taken.names.setdefault(name, []).append(how)
            case nodes.Call():
                taken.calls.append((node, how))
                self._arguments(node, taken, scope)
            case nodes.Await(value=value):
                self._expression(value, "handed", taken, scope)
            case nodes.Attribute(value=value, attr=attr):
                known = attr in _COROUTINE_MEMBERS or attr.startswith("cr_")
                self._expression(value, "handed" if known else "used", taken, scope)
            case nodes.Subscript(value=value, index=index):
                self._expression(value, "used", taken, scope)
                self._expression(index, "handed", taken, scope)
            case nodes.Conditional(test=test, body=body, orelse=orelse):
                self._expression(test, "used", taken, scope)
                self._expression(body, how, taken, scope)
                self._expression(orelse, how, taken, scope)
            case nodes.BooleanOperation(values=values):
                for value in values[:-1]:
                    self._expression(value, "used", taken, scope)
                self._expression(values[-1], how, taken, scope)
            case nodes.Mapping() | nodes.Sequence():
                for child in children(node):
                    self._expression(child, how if how == "returned" else "handed", taken, scope)
            case nodes.Comparison() | nodes.Negation() | nodes.FormattedString() | nodes.BinaryOperation():
                for child in children(node):
                    self._expression(child, "used", taken, scope)
            case nodes.Lambda():
                self._mentions(node, taken)
            case _:
                for child in children(node):
                    if isinstance(child, nodes.Expression):
                        self._expression(child, "handed", taken, scope)
                    else:
                        self._part(child, taken, scope)

    def _arguments(self, call: nodes.Call, taken: _Taken, scope: Scope) -> None:
        self._expression(call.func, "called", taken, scope)
        reads = self._inference.qualified_name(call.func, scope) in _READERS
        for argument in call.args:
            self._expression(argument, "used" if reads else "handed", taken, scope)
        for keyword in call.keywords:
            self._expression(keyword.value, "handed", taken, scope)
