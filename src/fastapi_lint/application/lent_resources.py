"""What a dependency with `yield` lends to a handler and takes back at the end, and who keeps it for longer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Function, Scope
from fastapi_lint.application.values import External
from fastapi_lint.application.yield_points import yield_points
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import last_name, walk, walk_scope

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.providers import DependsCall

_ENDING = frozenset(
    {"aclose", "close", "disconnect", "dispose", "quit", "release", "remove", "shutdown", "stop"}
)
_TASKS = frozenset({"asyncio.create_task", "asyncio.ensure_future", "asyncio.AbstractEventLoop.create_task"})
_BACKGROUND = frozenset({"fastapi.BackgroundTasks.add_task", "starlette.background.BackgroundTasks.add_task"})
_STREAMS = frozenset(
    {
        "fastapi.responses.StreamingResponse",
        "fastapi.sse.EventSourceResponse",
        "sse_starlette.EventSourceResponse",
        "sse_starlette.sse.EventSourceResponse",
    }
)
_WAITING = frozenset({"as_completed", "gather", "shield", "wait", "wait_for"})


class Kept(NamedTuple):
    """A call that hands a lent resource to something that outlives the handler."""

    call: nodes.Call
    parameter: nodes.Parameter
    depends: DependsCall
    how: str
    """`task`, `background` or `stream`."""


class LentResources:
    """Answers for the handlers and dependencies of a project."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._inference = application.inference

    def kept(self, function: Function) -> list[Kept]:
        """The calls in a function that keep what it was lent."""
        lent = [
            (parameter, depends)
            for parameter, depends in self._application.providers.at_parameters(function)
            if depends.function is not None and self.is_taken_back(depends.function)
        ]
        if not lent:
            return []
        found = []
        for call in walk_scope(function.node.body):
            if isinstance(call, nodes.Call):
                how, handed = self._keeps(call, function)
                for parameter, depends in lent:
                    if how is not None and self._mentions(handed, parameter.name, function):
                        found.append(Kept(call, parameter, depends, how))
        return found

    def is_taken_back(self, provider: Function) -> bool:
        """Whether a dependency ends what it has yielded: by `with`, or by `close()` and the like."""
        if provider not in self._application.providers.yielding:
            return False
        provider.reveal(SOMETHING)
        points = yield_points(provider)
        if len(points) != 1 or not isinstance(points[0].node.value, nodes.Name):
            return False
        name = points[0].node.value.id
        for block in points[0].withs:
            if any(_name(item.target) == name or _name(item.context) == name for item in block.items):
                return True
        return any(
            isinstance(node, nodes.Call)
            and isinstance(node.func, nodes.Attribute)
            and node.func.attr in _ENDING
            and _name(node.func.value) == name
            for node in walk_scope(points[0].after_success())
        )

    def _keeps(self, call: nodes.Call, function: Function) -> tuple[str | None, Sequence[nodes.Expression]]:
        """How a call keeps its arguments, and which of them."""
        target = self._inference.callee(call, function.body_scope)
        name = self._inference.name_of(target)
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        if name in _TASKS and call.args:
            return ("task", arguments[:1]) if _is_left_alone(call, function) else (None, ())
        if name in _BACKGROUND:
            return "background", arguments
        if isinstance(target, External) and name in _STREAMS:
            return "stream", [each for each in (call.argument(0, "content"),) if each is not None]
        return None, ()

    def _mentions(self, handed: Sequence[nodes.Expression], name: str, function: Function) -> bool:
        """Whether a resource itself is among what is handed over, or in a generator, coroutine or closure there."""
        for each in handed:
            if _name(each) == name:
                return True
            if isinstance(each, nodes.Name) and self._is_closure(each, name, function.body_scope):
                return True
            made = _assigned(each, function.body_scope)
            if isinstance(made, nodes.Call):
                inner = [*made.args, *(keyword.value for keyword in made.keywords)]
                if any(_name(argument) == name for argument in inner):
                    return True
                if self._is_closure(made.func, name, function.body_scope):
                    return True
        return False

    def _is_closure(self, node: nodes.Expression, name: str, scope: Scope) -> bool:
        """Whether a function defined in the handler uses the handler's variable of that name."""
        value = self._inference.infer(node, scope)
        return (
            isinstance(value, Function)
            and value.scope is scope
            and name not in value.body_scope.bindings
            and any(isinstance(each, nodes.Name) and each.id == name for each in walk(value.node.body))
        )


def _name(node: nodes.Expression | None) -> str | None:
    return node.id if isinstance(node, nodes.Name) else None


def _assigned(node: nodes.Expression, scope: Scope) -> nodes.Expression | None:
    """What a local variable was given, or the expression itself."""
    if isinstance(node, nodes.Name):
        bindings = scope.bindings.get(node.id, ())
        return bindings[0].value if len(bindings) == 1 and bindings[0].kind == "assign" else None
    return node


def _is_left_alone(call: nodes.Call, function: Function) -> bool:
    """Whether a handler returns without having waited for the task that a call starts."""
    name = None
    for node in walk_scope(function.node.body):
        if isinstance(node, nodes.ExpressionStatement) and node.value is call:
            return True
        if isinstance(node, nodes.Assign) and node.value is call and len(node.targets) == 1:
            name = _name(node.targets[0])
    return name is not None and not any(_is_awaited(node, name) for node in walk_scope(function.node.body))


def _is_awaited(node: nodes.Node, name: str) -> bool:
    waits = isinstance(node, nodes.Await) or (
        isinstance(node, nodes.Call) and last_name(node.func) in _WAITING
    )
    return (waits or isinstance(node, nodes.Return)) and any(
        isinstance(each, nodes.Name) and each.id == name for each in walk_scope(node)
    )
