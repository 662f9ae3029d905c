"""Walks over the reduced syntax tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias, get_args

from fastapi_lint.index import nodes

_SCALARS = {
    "str",
    "int",
    "bool",
    "Line",
    "Identifier",
    "str | None",
    "Identifier | None",
    "tuple[str, ...]",
    "tuple[Identifier, ...]",
    "str | int | float | bool | None",
}
_WORDS = ("Kind", "Operator", "Operator, ...]")
"""How the names of types end that are a choice of strings."""
_STORED = {"content": "body"}
"""Fields that are decoded when asked for, with the property that does it."""


_Children: TypeAlias = Callable[[Any], tuple[Any, ...]]
"""What lies below a node, last part first: nodes, tuples of nodes, and None."""


def _child_fields(kind: type[nodes.Node]) -> list[str]:
    """The fields of a node that hold nodes or tuples of them, last one first."""
    found = [
        _STORED.get(name, name)
        for name, annotation in kind.__annotations__.items()
        if str(annotation) not in _SCALARS and not str(annotation).endswith(_WORDS)
    ]
    return found[::-1]


class _Getters(dict[type[Any], "_Children | None"]):
    """How to get at what lies below a node, by its type; None for nodes that have nothing below them."""

    def __missing__(self, kind: type[Any]) -> _Children | None:
        found = self[kind] = _getter(_child_fields(kind))
        return found


def _getter(fields: Sequence[str]) -> _Children | None:
    if not fields:
        return None
    get = attrgetter(*fields)
    return get if len(fields) > 1 else lambda node: (get(node),)


_EVALUATED_OUTSIDE: dict[type[Any], _Children | None] = {
    nodes.FunctionDef: _getter(("returns", "parameters", "decorators")),
    nodes.ClassDef: _getter(("keywords", "bases", "decorators")),
    nodes.Lambda: _getter(("parameters",)),
}
_GETTERS = _Getters()
_SCOPE_GETTERS = _Getters(_EVALUATED_OUTSIDE)
_FLAT_GETTERS = _Getters(_EVALUATED_OUTSIDE)
_FLAT_GETTERS[nodes.Comprehension] = _FLAT_GETTERS[type(None)] = None
_BLOCK_GETTERS: dict[type[Any], _Children | None] = {
    **dict.fromkeys(get_args(nodes.Statement)),
    nodes.If: _getter(("orelse", "body")),
    nodes.For: _getter(("orelse", "body")),
    nodes.While: _getter(("orelse", "body")),
    nodes.With: _getter(("body",)),
    nodes.Try: _getter(("finalbody", "orelse", "handlers", "body")),
    nodes.ExceptHandler: _getter(("body",)),
    nodes.Match: _getter(("cases",)),
    nodes.MatchCase: _getter(("body",)),
}
"""For statements: what they consist of but for expressions."""


def children(node: nodes.Node) -> list[Any]:
    """The nodes directly below `node`, in source order as far as the tree keeps it."""
    below = _GETTERS[type(node)]
    found: list[Any] = []
    for part in reversed(below(node) if below is not None else ()):
        if type(part) is tuple:
            found += [each for each in part if each is not None]
        elif part is not None:
            found.append(part)
    return found


def walk(start: nodes.Node | Iterable[nodes.Node]) -> Iterator[Any]:
    """Every node at and below `start`, parents first, in source order."""
    return _walk(start, _GETTERS)


def walk_scope(start: nodes.Node | Iterable[nodes.Node]) -> Iterator[Any]:
    """Like `walk`, without the inside of nested functions, classes and lambdas.

    The nested definition itself is given, and so is what the enclosing scope evaluates of it: decorators,
    defaults, annotations and bases.
    """
    return _walk(start, _SCOPE_GETTERS)


def find_in_scope(
    start: nodes.Node | Iterable[nodes.Node], kinds: AbstractSet[type[nodes.Node]]
) -> list[Any]:
    """The nodes of these kinds that `walk_scope` gives, without what lies in comprehensions; much faster."""
    stack: list[Any] = [start] if isinstance(start, nodes.Node) else list(start)[::-1]
    getters: dict[type[Any], _Children | None] = _FLAT_GETTERS
    if _BLOCK_GETTERS.keys() >= kinds and all(type(each) in _BLOCK_GETTERS for each in stack):
        getters = _BLOCK_GETTERS
    found = []
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is tuple:
            stack += node[::-1]
            continue
        if kind in kinds:
            found.append(node)
        below = getters[kind]
        if below is not None:
            stack += below(node)
    return found


def _walk(start: nodes.Node | Iterable[nodes.Node], getters: _Getters) -> Iterator[Any]:
    stack: list[Any] = [start] if isinstance(start, nodes.Node) else list(start)[::-1]
    while stack:
        node = stack.pop()
        if type(node) is tuple:
            stack += node[::-1]
        elif node is not None:
            yield node
            below = getters[type(node)]
            if below is not None:
                stack += below(node)


def mentions(node: nodes.Node, wanted: type[nodes.Node]) -> bool:
    """Whether a node of that kind stands below `node`, outside of nested definitions."""
    return any(isinstance(each, wanted) for child in children(node) for each in walk_scope(child))


class Mention(NamedTuple):
    """A name, or a chain of attributes that ends in one, and what it stands in."""

    node: nodes.Name | nodes.Attribute
    parent: nodes.Node


def mentions_of(names: AbstractSet[str], start: nodes.Node | Iterable[nodes.Node]) -> Iterator[Mention]:
    """Where one of `names` is written below `start`, alone or behind a dot."""
    for parent in walk(start):
        for node in children(parent):
            if isinstance(node, (nodes.Name, nodes.Attribute)) and last_name(node) in names:
                yield Mention(node, parent)


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
