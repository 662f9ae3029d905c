"""What is worth following: code that may make an app or router, or register something on one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly.values import (
    Bound,
    Choice,
    Decorating,
    LibraryMethod,
    Listing,
    Partial,
    RouteList,
    Routine,
    Table,
    Thing,
    Value,
)
from fastapi_lint.application.registrars import Registrar
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Function
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk_scope

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.modules import Module

VERBS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
DECORATING = VERBS | {
    "api_route",
    "exception_handler",
    "middleware",
    "on_event",
    "route",
    "websocket",
    "websocket_route",
}
REGISTERING = frozenset(
    {
        "add_api_route",
        "add_api_websocket_route",
        "add_event_handler",
        "add_exception_handler",
        "add_middleware",
        "add_route",
        "add_websocket_route",
        "api_route",
        "frontend",
        "host",
        "include_router",
        "mount",
    }
)
MAKERS = frozenset({"FastAPI", "APIRouter", "Starlette"})
_COLLECTING = frozenset({"append", "extend", "insert", "update", "setdefault"})
_SHORT = 8
"""Statements in the body of a function that is followed in any case."""


class Relevance:
    """Answers from the names that functions call; names are resolved only where these speak for it."""

    def __init__(self, inference: Inference, modules: Iterable[Module], own_makers: frozenset[str]) -> None:
        self._inference = inference
        project = inference.project
        self.makers = MAKERS | own_makers
        """Names of the framework's and of the project's own app and router classes."""
        self._made = project.asked(self.makers)
        self._direct = project.asked(REGISTERING | self.makers)
        self._leading = project.asked(self._direct.names | self._names_leading_there(modules))
        self._registers: dict[Function, bool] = {}

    def _names_leading_there(self, modules: Iterable[Module]) -> frozenset[str]:
        """Names of functions that register, or that call one of these, and so on."""
        functions = [each for module in modules for each in _defined_in(module.index.body)]
        found = {node.name for node in functions if self.mentions(node)}
        callers: dict[str, set[str]] = {}
        for node in functions:
            for name in node.called:
                callers.setdefault(name, set()).add(node.name)
        waiting = list(found)
        while waiting:
            more = callers.get(waiting.pop(), set()) - found
            found |= more
            waiting += more
        return frozenset(found)

    def makes(self, function: Function) -> bool:
        """Whether a function's own code may make an app or router."""
        return self._made.called_in(function.node)

    def mentions(self, node: nodes.FunctionDef) -> bool:
        """Whether a function's own code may make an app or router, or register something."""
        if self._direct.called_in(node):
            return True
        return node.has_definitions and _may_decorate(node) and _decorates_inside(node)

    def registers(self, function: Function) -> bool:
        """Whether running a function may do so, itself or in the project's functions that it calls."""
        if function not in self._registers:
            self._registers[function] = False
            self._registers[function] = self.mentions(function.node) or self._leads_there(function)
        return self._registers[function]

    def forget(self, function: Function) -> None:
        """The body of a function is another now."""
        self._registers.pop(function, None)

    def may_register(self, function: Function) -> bool:
        """Whether a function that is given an app or router may register something on it."""
        function.reveal(SOMETHING)
        return self.registers(function) or _may_decorate(function.node)

    def _leads_there(self, function: Function) -> bool:
        if not self._leading.called_in(function.node):
            return False
        function.reveal(SOMETHING)
        scope = function.body_scope
        for node in walk_scope(function.node.body):
            if isinstance(node, nodes.Call) and _last_name(node.func) in self._leading.names:
                called = self._inference.infer(node.func, scope)
                target = called.function if isinstance(called, static.Method) else called
                if isinstance(target, Function) and self.registers(target):
                    return True
        return False

    def worth_following(self, routine: Routine, involved: Iterable[Value]) -> bool:
        """Whether a call of a project's function is executed: it concerns routes, or is short."""
        return (
            self._is_short(routine.function)
            or concerns_registering(involved)
            or self.registers(routine.function)
        )

    def _is_short(self, function: Function) -> bool:
        if function.is_async:
            return False
        function.reveal(SOMETHING)
        return len(function.node.body) <= _SHORT


def concerns_registering(involved: Iterable[Value]) -> bool:
    """Whether an app, a router, or something that leads to one is among some values."""
    return any(_carries_registrar(value, 3) for value in involved)


def _carries_registrar(value: Value, depth: int) -> bool:
    if depth == 0:
        return False
    match value:
        case Registrar() | Decorating() | RouteList():
            return True
        case LibraryMethod(receiver=receiver) | Bound(receiver=receiver):
            return _carries_registrar(receiver, depth - 1)
        case Listing(elements=elements):
            return any(_carries_registrar(each.value, depth - 1) for each in elements)
        case Table(entries=entries):
            return any(_carries_registrar(given.value, depth - 1) for _, given in entries)
        case Thing(attributes=held):
            return any(_carries_registrar(each, depth - 1) for each in held.values())
        case Choice(values=values):
            return any(_carries_registrar(each, depth) for each in values)
        case Partial(function=function, arguments=arguments):
            return any(_carries_registrar(each, depth - 1) for each in (function, *arguments.values()))
    return False


def body_registers(body: Iterable[nodes.Statement]) -> bool:
    """Whether a body's own statements may register routes or collect routers; definitions inside do not count."""
    return any(_statement_registers(statement) for statement in body)


def _statement_registers(statement: nodes.Statement) -> bool:
    match statement:
        case nodes.FunctionDef():
            return any(_decorates(decorator) for decorator in statement.decorators)
        case nodes.ClassDef():
            return body_registers(statement.body)
        case nodes.ExpressionStatement(value=nodes.Call(func=func)):
            name = _last_name(func)
            if isinstance(func, nodes.Call):  # `app.get("/")(handler)`
                return _last_name(func.func) in DECORATING
            return name in REGISTERING or name in DECORATING or name in _COLLECTING
        case nodes.Assign(targets=[nodes.Subscript() | nodes.Attribute()]) | nodes.AugmentedAssign():
            return True
    return any(body_registers(block) for block in _blocks(statement))


def _blocks(statement: nodes.Statement) -> Iterator[tuple[nodes.Statement, ...]]:
    """The blocks inside a compound statement, without those of definitions."""
    match statement:
        case nodes.If() | nodes.For() | nodes.While():
            yield from (statement.body, statement.orelse)
        case nodes.With():
            yield statement.body
        case nodes.Try():
            yield from (statement.body, statement.orelse, statement.finalbody)


def _decorates(decorator: nodes.Expression) -> bool:
    target = decorator.func if isinstance(decorator, nodes.Call) else decorator
    return isinstance(target, nodes.Attribute) and (target.attr in DECORATING or target.attr in REGISTERING)


def _may_decorate(node: nodes.FunctionDef) -> bool:
    """Whether a function calls something by the name of a decorator of handlers.

    `get` and the like are called everywhere, so that these are no asked names.
    """
    return not DECORATING.isdisjoint(node.called)


def _decorates_inside(node: nodes.FunctionDef) -> bool:
    """Whether a function defines others under decorators that look like those of routes."""
    waiting = [node.body]
    while waiting:
        for statement in waiting.pop():
            if isinstance(statement, nodes.FunctionDef):
                calls = (each for each in statement.decorators if isinstance(each, nodes.Call))
                if any(map(_decorates, calls)):
                    return True
            else:
                waiting += _blocks(statement)
    return False


def _defined_in(body: Iterable[nodes.Statement]) -> Iterator[nodes.FunctionDef]:
    """The functions of a module and the methods of its classes."""
    for statement in body:
        if isinstance(statement, nodes.FunctionDef):
            yield statement
        elif isinstance(statement, nodes.ClassDef):
            yield from _defined_in(statement.body)


def _last_name(node: nodes.Expression) -> str:
    if isinstance(node, nodes.Attribute):
        return node.attr
    return node.id if isinstance(node, nodes.Name) else ""
