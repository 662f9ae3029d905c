"""What collections, mappings and other containers give, by what they are annotated to contain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.annotations import COLLECTIONS, MAPPINGS
from fastapi_lint.application.values import Awaitable, External, Instance, Unpacked, Value

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.scopes import Scope
    from fastapi_lint.index import nodes

_HOLDERS = frozenset({"contextvars.ContextVar", "queue.LifoQueue", "queue.PriorityQueue", "queue.Queue"})
_ASYNC_QUEUES = frozenset({"asyncio.LifoQueue", "asyncio.PriorityQueue", "asyncio.Queue"})
_NUMBER = Instance(External("builtins.int"))


def taken_from(container: Instance, method: str) -> Value | None:
    """What a method of a container gives: `sessions.pop()`, `by_name.items()`."""
    name, arguments = container.class_name, container.arguments
    if name in MAPPINGS and len(arguments) == 2:
        key, value = arguments
        match method:
            case "get" | "pop" | "setdefault":
                return value
            case "items":
                return iterable(Unpacked((key, value)))
            case "keys":
                return iterable(key)
            case "values":
                return iterable(value)
    elif arguments and name in COLLECTIONS:
        return arguments[0] if method in ("pop", "popleft") else container if method == "copy" else None
    elif arguments and name in _HOLDERS:
        return arguments[0] if method in ("get", "get_nowait") else None
    elif arguments and name in _ASYNC_QUEUES:
        given = {"get": Awaitable(arguments[0]), "get_nowait": arguments[0]}
        return given.get(method)
    return None


def iterable(element: Value | None) -> Instance:
    """Something that gives such elements."""
    return Instance(External("typing.Iterable"), (element,))


def iterated_alike(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    """`iter(x)`, `reversed(x)`."""
    return iterable(_element(inference, call, 0, scope)) if call.args else None


def listed(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    """`list(x)`, `sorted(x)`."""
    element = _element(inference, call, 0, scope) if call.args else None
    return Instance(External("builtins.list"), (element,) if element is not None else ())


def next_of(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    """`next(x)`."""
    return _element(inference, call, 0, scope) if call.args else None


def enumerated(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    """`enumerate(x)`."""
    return iterable(Unpacked((_NUMBER, _element(inference, call, 0, scope)))) if call.args else None


def zipped(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    """`zip(x, y)`."""
    elements = (_element(inference, call, position, scope) for position in range(len(call.args)))
    return iterable(Unpacked(tuple(elements)))


def _element(inference: Inference, call: nodes.Call, position: int, scope: Scope) -> Value | None:
    return inference.iterated(inference.infer(call.args[position], scope))
