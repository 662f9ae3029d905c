"""Awaited HTTP requests in a loop that do not depend on one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.revealed import NOTHING
from fastapi_lint.application.steps import Run, Use
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope, walk_scope

if TYPE_CHECKING:
    from fastapi_lint.application.function_steps import Steps
    from fastapi_lint.application.scopes import Function

_CLIENTS = ("aiohttp.ClientSession", "httpx.AsyncClient", "httpx2.AsyncClient")
_VERBS = ("delete", "get", "head", "options", "patch", "post", "put", "request")
_REQUESTS = frozenset(f"{client}.{verb}" for client in _CLIENTS for verb in _VERBS)
_PACES = frozenset({"anyio.sleep", "asyncio.sleep"})
_DEEPEST = 3


def independent_requests(function: Function, steps: Steps) -> Iterator[nodes.Call]:
    """The calls in `for` loops of a function that each wait for an HTTP request no other iteration needs."""
    for loop in find_in_scope(function.node.body, {nodes.For}):
        if loop.is_async or _may_end_early(loop):
            continue
        inside = [step for step in steps.of(function, NOTHING) if loop.line < step.node.line <= loop.end_line]
        if any(isinstance(step, Use) and step.name in _PACES for step in inside):
            continue
        changed = _names_changed(loop)
        for step in inside:
            call = step.node
            if (
                isinstance(call, nodes.Call)
                and _is_awaited_request(step, steps)
                and _names(call).isdisjoint(changed)
            ):
                yield call


def _is_awaited_request(step: object, steps: Steps, depth: int = _DEEPEST) -> bool:
    if isinstance(step, Use):
        return step.awaited and step.name in _REQUESTS
    if not isinstance(step, Run) or step.how != "await" or depth == 0:
        return False
    return any(_is_awaited_request(each, steps, depth - 1) for each in steps.of(step.function))


def _may_end_early(loop: nodes.For) -> bool:
    """Whether one iteration may decide that there is no next one."""
    for node in walk_scope(loop.body):
        if isinstance(node, nodes.Return) or (isinstance(node, nodes.Simple) and node.kind == "break"):
            return True
    return False


def _names_changed(loop: nodes.For) -> set[str]:
    """Variables that an iteration hands on to the next: assigned in the loop, and there before it is assigned."""
    assigned: dict[str, int] = {}
    read: dict[str, int] = {}
    for node in walk_scope(loop.body):
        if isinstance(node, nodes.AugmentedAssign) and isinstance(node.target, nodes.Name):
            read.setdefault(node.target.id, 0)
            assigned.setdefault(node.target.id, node.line)
        elif isinstance(node, nodes.Assign):
            for target in node.targets:
                for name in _names(target):
                    assigned.setdefault(name, node.line)
                    if node.value is not None and name in _names(node.value):
                        read.setdefault(name, 0)
        elif isinstance(node, nodes.Name):
            read.setdefault(node.id, node.line)
    return {name for name, line in assigned.items() if read.get(name, line) < line}


def _names(node: nodes.Node) -> set[str]:
    return {each.id for each in walk_scope(node) if isinstance(each, nodes.Name)}
