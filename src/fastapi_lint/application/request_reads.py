"""Which path parameters a function reads from the request itself."""

from __future__ import annotations

from typing import NamedTuple

from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

_MAY_TELL = frozenset({"path_params", "scope", "url"})
"""Attributes of a request through which the values of path parameters can be had."""


class Reads(NamedTuple):
    """Names of path parameters, and whether there can be no others."""

    names: frozenset[str]
    is_complete: bool


def path_parameters_read(body: list[nodes.Statement], request: str) -> Reads:
    """What code reads of `request.path_params`, where `request` is the name of its request parameter.

    A request that is handed on, or whose path, scope or parameters are used in any other way, may be read
    for all of them.
    """
    names: set[str] = set()
    mentioned = accounted = 0
    for node in walk(body):
        if isinstance(node, nodes.Name) and node.id == request:
            mentioned += 1
        elif isinstance(node, nodes.Attribute) and _is_name(node.value, request):
            accounted += node.attr not in _MAY_TELL
        else:
            key = _key_read(node, request)
            if key is not None:
                names.add(key)
                accounted += 1
    return Reads(frozenset(names), mentioned == accounted)


def _is_name(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.id == name


def _key_read(node: nodes.Node, request: str) -> str | None:
    """The constant key of `request.path_params["key"]` or `request.path_params.get("key")`."""
    match node:
        case nodes.Subscript(
            value=nodes.Attribute(value=holder, attr="path_params"), index=nodes.Constant(value=str(key))
        ):
            return key if _is_name(holder, request) else None
        case nodes.Call(
            func=nodes.Attribute(value=nodes.Attribute(value=holder, attr="path_params"), attr="get"),
            args=[nodes.Constant(value=str(key)), *_],
        ):
            return key if _is_name(holder, request) else None
    return None
