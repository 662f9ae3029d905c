"""Which parameters of a project's function a call gives a value."""

from __future__ import annotations

from typing import NamedTuple

from fastapi_lint.application.inference import Inference
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.values import Method, Value
from fastapi_lint.index import nodes


class Callable(NamedTuple):
    """A function of the project as a call sees it: perhaps behind an object, or the `__init__` of a class."""

    function: Function
    parameters: tuple[nodes.Parameter, ...]
    """Those that the caller gives: without the receiver."""


def callable_of(inference: Inference, value: Value | None) -> Callable | None:
    """The function that runs when a value is called; None unless it is one of the project's."""
    match value:
        case Function():
            return Callable(value, tuple(value.node.parameters))
        case Method(function=function):
            return Callable(function, tuple(function.node.parameters[1:]))
        case Class():
            init = _own_init(inference, value)
            return Callable(init, tuple(init.node.parameters[1:])) if init is not None else None
    return None


def bound_arguments(
    parameters: tuple[nodes.Parameter, ...], call: nodes.Call, skipped: int = 0
) -> dict[str, nodes.Expression] | None:
    """The arguments of a call by parameter, without the first `skipped` positional ones.

    None when `*` or `**` may give any of them.
    """
    if any(isinstance(argument, nodes.Starred) for argument in call.args):
        return None
    if any(keyword.name is None for keyword in call.keywords):
        return None
    positional = [each for each in parameters if each.kind in ("positional", "positional-only")]
    given = {each.name: value for each, value in zip(positional, call.args[skipped:], strict=False)}
    return given | {keyword.name: keyword.value for keyword in call.keywords if keyword.name is not None}


def _own_init(inference: Inference, cls: Class) -> Function | None:
    for base in inference.mro(cls):
        if not isinstance(base, Class):
            return None
        found = base.body_scope.bindings.get("__init__")
        if found:
            return found[-1].symbol if isinstance(found[-1].symbol, Function) else None
    return None
