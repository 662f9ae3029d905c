"""Coroutine functions that wait for nothing, and what they do instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.steps import Run, Unresolved, Use
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk_scope
from fastapi_lint.knowledge.costs import is_bound_to_the_loop, is_cheap

if TYPE_CHECKING:
    from fastapi_lint.application.function_steps import Steps
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.application.steps import Step

_FOLLOWED = frozenset({"call", "enter", "iterate"})
_QUICK = frozenset({"construct", "operate", "read", "write"})
_RUN_IN_PLACE = _FOLLOWED | _QUICK | {"stream", "background"}


def awaits(function: Function) -> bool:
    """Whether the body of a function awaits anything."""
    for node in walk_scope(function.node.body):
        if isinstance(node, nodes.Await):
            return True
        if isinstance(node, (nodes.For, nodes.With, nodes.Generator)) and node.is_async:
            return True
    return False


def needs_the_loop(function: Function, steps: Steps) -> bool:
    """Whether a function works on the event loop only: it, or what it calls, makes tasks or sets context variables."""
    return any(
        (isinstance(step, Run) and step.how not in _RUN_IN_PLACE)
        or (isinstance(step, Use) and is_bound_to_the_loop(step.name))
        for each in _running_in(function, steps)
        for step in steps.of(each)
    )


def is_trivial(function: Function, steps: Steps) -> bool:
    """Whether a function, and what it calls, does nothing but what surely takes next to no time."""
    return all(_is_trivial(step) for each in _running_in(function, steps) for step in steps.of(each))


def _running_in(function: Function, steps: Steps) -> Iterator[Function]:
    """The function and, through any number of calls, the project's functions that run while it runs."""
    seen = {function}
    waiting = [function]
    while waiting:
        current = waiting.pop()
        yield current
        for step in steps.of(current):
            if isinstance(step, Run) and step.how in _FOLLOWED and step.function not in seen:
                seen.add(step.function)
                waiting.append(step.function)


def _is_trivial(step: Step) -> bool:
    match step:
        case Use(name=name):
            return is_cheap(name)
        case Run(how=how):
            return how in _FOLLOWED or how in _QUICK
        case Unresolved(node=nodes.Call(func=nodes.Attribute(attr=attr))):
            return attr in _METHODS_OF_CONTAINERS
    return False


_METHODS_OF_CONTAINERS = frozenset(
    {
        "append", "capitalize", "copy", "count", "digest", "encode", "endswith", "extend", "format", "get", "hexdigest",
        "index", "isdigit", "isoformat", "items", "join", "keys", "lower", "lstrip", "partition", "pop", "removeprefix",
        "removesuffix", "replace", "rpartition", "rstrip", "setdefault", "split", "splitlines", "startswith", "strip",
        "title", "upper", "values",
        "model_dump", "model_dump_json", "model_copy",
    }
)  # fmt: skip
"""Names of methods that, on a value of unknown type, are most likely those of a string, list, dict or model."""
