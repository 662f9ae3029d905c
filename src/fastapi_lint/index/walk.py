"""Walks over the reduced syntax tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi_lint.index import nodes

_SCALARS = {"str", "int", "bool", "str | None", "list[str]", "str | int | float | bool | None"}


def _child_fields(kind: type[nodes.Node]) -> tuple[str, ...]:
    annotations = kind.__annotations__
    return tuple(name for name in kind.__struct_fields__ if str(annotations.get(name)) not in _SCALARS)


_FIELDS: dict[type[nodes.Node], tuple[str, ...]] = {}


def children(node: nodes.Node) -> Iterator[Any]:
    """The nodes directly below `node`, in source order as far as the tree keeps it."""
    kind = type(node)
    fields = _FIELDS.get(kind)
    if fields is None:
        fields = _FIELDS[kind] = _child_fields(kind)
    for field in fields:
        value = getattr(node, field)
        if value is None:
            continue
        if type(value) is list:
            for each in value:
                if each is not None:
                    yield each
        else:
            yield value


def walk(start: nodes.Node | Iterable[nodes.Node]) -> Iterator[Any]:
    """Every node at and below `start`, parents first."""
    stack: list[Any] = [start] if isinstance(start, nodes.Node) else list(start)[::-1]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(list(children(node))[::-1])


def walk_scope(start: nodes.Node | Iterable[nodes.Node]) -> Iterator[Any]:
    """Like `walk`, without the inside of nested functions, classes and lambdas.

    The nested definition itself is given, and so is what the enclosing scope evaluates of it: decorators,
    defaults, annotations and bases.
    """
    stack: list[Any] = [start] if isinstance(start, nodes.Node) else list(start)[::-1]
    while stack:
        node = stack.pop()
        yield node
        kind = type(node)
        if kind is nodes.FunctionDef:
            below = [*node.decorators, *node.parameters]
            if node.returns is not None:
                below.append(node.returns)
        elif kind is nodes.ClassDef:
            below = [*node.decorators, *node.bases, *node.keywords]
        elif kind is nodes.Lambda:
            below = list(node.parameters)
        else:
            below = list(children(node))
        stack.extend(below[::-1])


def dotted_name(node: nodes.Node | None) -> str | None:
    """`a.b.c` for a name or a chain of attributes of a name, else None."""
    parts = []
    while isinstance(node, nodes.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, nodes.Name):
        return None
    parts.append(node.id)
    return ".".join(reversed(parts))
