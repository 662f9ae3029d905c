"""Walks over the reduced syntax tree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any

from fastapi_lint.index import nodes

_SCALARS = {"str", "int", "bool", "str | None", "list[str]", "str | int | float | bool | None"}
_WORDS = ("Kind", "Operator", "Operator]")
"""How the names of types end that are a choice of strings."""
_STORED = {"content": "body"}
"""Fields that are decoded when asked for, with the property that does it."""


@cache
def _child_fields(kind: type[nodes.Node]) -> tuple[tuple[str, bool], ...]:
    """The fields of a node that hold nodes, last one first, each with whether it is a list."""
    found = [
        (_STORED.get(name, name), name in _STORED or str(annotation).startswith("list["))
        for name, annotation in kind.__annotations__.items()
        if str(annotation) not in _SCALARS and not str(annotation).endswith(_WORDS)
    ]
    return tuple(reversed(found))


class _Fields(dict[type[Any], tuple[tuple[str, bool], ...]]):
    """`_child_fields` by node type, for the walks' inner loops."""

    def __missing__(self, kind: type[nodes.Node]) -> tuple[tuple[str, bool], ...]:
        found = self[kind] = _child_fields(kind)
        return found


_FIELDS = _Fields()

_EVALUATED_OUTSIDE: dict[type[Any], tuple[tuple[str, bool], ...]] = {
    nodes.FunctionDef: (("returns", False), ("parameters", True), ("decorators", True)),
    nodes.ClassDef: (("keywords", True), ("bases", True), ("decorators", True)),
    nodes.Lambda: (("parameters", True),),
}
_SCOPE_FIELDS = _Fields(_EVALUATED_OUTSIDE)
_FLAT_FIELDS = _Fields(_EVALUATED_OUTSIDE)
_FLAT_FIELDS[nodes.Comprehension] = _FLAT_FIELDS[type(None)] = ()


def children(node: nodes.Node) -> list[Any]:
    """The nodes directly below `node`, in source order as far as the tree keeps it."""
    found: list[Any] = []
    _push(node, _FIELDS[type(node)], found)
    found.reverse()
    return found


def walk(start: nodes.Node | Iterable[nodes.Node]) -> Iterator[Any]:
    """Every node at and below `start`, parents first, in source order."""
    return _walk(start, _FIELDS)


def walk_scope(start: nodes.Node | Iterable[nodes.Node]) -> Iterator[Any]:
    """Like `walk`, without the inside of nested functions, classes and lambdas.

    The nested definition itself is given, and so is what the enclosing scope evaluates of it: decorators,
    defaults, annotations and bases.
    """
    return _walk(start, _SCOPE_FIELDS)


def find_in_scope(start: nodes.Node | Iterable[nodes.Node], kinds: Collection[type[nodes.Node]]) -> list[Any]:
    """The nodes of these kinds that `walk_scope` gives, without what lies in comprehensions; much faster."""
    stack: list[Any] = [start] if isinstance(start, nodes.Node) else list(start)[::-1]
    found = []
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind in kinds:
            found.append(node)
        for name, is_list in _FLAT_FIELDS[kind]:
            if is_list:
                stack += getattr(node, name)[::-1]
            else:
                stack.append(getattr(node, name))
    return found


def _walk(start: nodes.Node | Iterable[nodes.Node], fields: _Fields) -> Iterator[Any]:
    stack: list[Any] = [start] if isinstance(start, nodes.Node) else list(start)[::-1]
    while stack:
        node = stack.pop()
        yield node
        below = fields[type(node)]
        if below:
            _push(node, below, stack)


def _push(node: nodes.Node, fields: tuple[tuple[str, bool], ...], stack: list[Any]) -> None:
    """Put the nodes below `node` on a stack, the first one on top."""
    for name, is_list in fields:
        value = getattr(node, name)
        if is_list:
            if value:
                stack += [each for each in reversed(value) if each is not None]
        elif value is not None:
            stack.append(value)


def mentions(node: nodes.Node, wanted: type[nodes.Node]) -> bool:
    """Whether a node of that kind stands below `node`, outside of nested definitions."""
    return any(isinstance(each, wanted) for child in children(node) for each in walk_scope(child))


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


def last_name(node: nodes.Node | None) -> str | None:
    """`c` for `a.b.c`, `a().c` or `c`; None for anything else."""
    match node:
        case nodes.Name(id=name) | nodes.Attribute(attr=name):
            return name
    return None


def branches(node: nodes.Expression) -> Iterator[nodes.Expression]:
    """The expressions whose value an expression takes: both branches of a conditional one."""
    if isinstance(node, nodes.Conditional):
        yield from branches(node.body)
        yield from branches(node.orelse)
    else:
        yield node
