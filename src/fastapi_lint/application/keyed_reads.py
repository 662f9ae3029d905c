"""Which keys a function reads of a dict that it is given, and whether it uses that for anything else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

if TYPE_CHECKING:
    from fastapi_lint.application.scopes import Function

_READING = frozenset({"get", "pop"})


class KeyedReads(NamedTuple):
    """What becomes of the value of one variable."""

    keys: tuple[str, ...]
    """The constants by which it is looked into, in order."""
    is_complete: bool
    """Whether nothing else is done with it but asking whether it is empty, or a dict."""


def keyed_reads(function: Function, name: str) -> KeyedReads:
    """The keys that are read of a variable; of a list of dicts, those of its elements."""
    everything = list(walk(function.node.body))
    names = {name, *_elements(everything, name)}
    uses = {id(each) for each in everything if isinstance(each, nodes.Name) and each.id in names}
    keys: dict[str, None] = {}
    for each in everything:
        key, used = _lookup(each, names)
        if key is not None:
            keys[key] = None
        uses -= {id(part) for part in (used, *_harmless(each, names))}
    return KeyedReads(tuple(keys), not uses)


def _elements(everything: list[Any], name: str) -> Iterator[str]:
    """The variables of loops over it."""
    for each in everything:
        if isinstance(each, (nodes.For, nodes.Generator)) and _is_name(each.iterable, {name}):
            if isinstance(each.target, nodes.Name):
                yield each.target.id


def _lookup(node: Any, names: set[str]) -> tuple[str | None, nodes.Expression | None]:
    """The key that an expression looks up, and the name in which it does; None for another expression."""
    match node:
        case nodes.Subscript(value=nodes.Name() as used, index=nodes.Constant(value=str(key))):
            return (key, used) if used.id in names else (None, None)
        case nodes.Call(
            func=nodes.Attribute(value=nodes.Name() as used, attr=method),
            args=[nodes.Constant(value=str(key)), *_],
        ) if method in _READING:
            return (key, used) if used.id in names else (None, None)
        case nodes.Comparison(
            left=nodes.Constant(value=str(key)),
            operators=["in" | "not in"],
            comparators=[nodes.Name() as used],
        ):
            return (key, used) if used.id in names else (None, None)
    return None, None


def _harmless(node: Any, names: set[str]) -> Iterator[nodes.Expression]:
    """The names in a node that only ask what they hold, or are bound by a loop."""
    match node:
        case nodes.If(test=test) | nodes.Negation(value=test) | nodes.Conditional(test=test):
            yield test
        case nodes.Call(func=nodes.Name(id="isinstance" | "len"), args=[tested, *_]):
            yield tested
        case nodes.For(target=target, iterable=iterable) | nodes.Generator(target=target, iterable=iterable):
            if isinstance(target, nodes.Name) and target.id in names:
                yield from (target, iterable)


def _is_name(node: nodes.Expression, names: set[str]) -> bool:
    return isinstance(node, nodes.Name) and node.id in names
