"""Coroutine functions that wait for nothing, and what they do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.steps import Run, Unresolved, Use
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk_scope
from fastapi_lint.knowledge.costs import is_bound_to_the_loop, is_cheap

if TYPE_CHECKING:
    from fastapi_lint.application.calls import Steps
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.application.steps import Step

_RUN_IN_PLACE = frozenset(
    {"call", "construct", "enter", "iterate", "operate", "read", "stream", "background", "write"}
)


def awaits(function: Function) -> bool:
    """Whether the body of a function awaits anything."""
    for node in walk_scope(function.node.body):
        if isinstance(node, nodes.Await):
            return True
        if isinstance(node, (nodes.For, nodes.With, nodes.Generator)) and node.is_async:
            return True
    return False


def needs_the_loop(function: Function, steps: Steps) -> bool:
    """Whether a function works on the event loop only: it makes tasks or coroutines, or sets context variables."""
    return any(
        (isinstance(step, Run) and step.how not in _RUN_IN_PLACE)
        or (isinstance(step, Use) and is_bound_to_the_loop(step.name))
        for step in steps.of(function)
    )


def is_trivial(function: Function, steps: Steps) -> bool:
    """Whether a function calls nothing but constructors and what surely takes next to no time."""
    return all(_is_trivial(step) for step in steps.of(function))


def _is_trivial(step: Step) -> bool:
    match step:
        case Use(name=name):
            return is_cheap(name)
        case Run(how=how):
            return how in ("construct", "operate", "read", "write")
        case Unresolved(node=nodes.Call(func=nodes.Attribute(attr=attr))):
            return attr in _METHODS_OF_CONTAINERS
    return False


_METHODS_OF_CONTAINERS = frozenset(
    {
        "append", "capitalize", "copy", "count", "encode", "endswith", "extend", "format", "get", "index", "isdigit",
        "isoformat", "items", "join", "keys", "lower", "lstrip", "partition", "pop", "removeprefix", "removesuffix",
        "replace", "rpartition", "rstrip", "setdefault", "split", "splitlines", "startswith", "strip", "title", "upper",
        "values",
        "model_dump", "model_dump_json", "model_copy",
    }
)  # fmt: skip
"""Names of methods that, on a value of unknown type, are most likely those of a string, list, dict or model."""
