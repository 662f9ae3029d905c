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
    demanded: tuple[str, ...]
    """Those without which the function fails: looked up without asking, or refused when they are missing."""
    is_complete: bool
    """Whether nothing else is done with it but asking whether it is empty, or a dict."""


def keyed_reads(function: Function, name: str) -> KeyedReads:
    """The keys that are read of a variable; of a list of dicts, those of its elements."""
    everything = list(walk(function.node.body))
    names = {name, *_elements(everything, name)}
    stored = {id(target) for each in everything for target in _targets(each)}
    uses = {id(each) for each in everything if isinstance(each, nodes.Name) and each.id in names} - stored
    handled = {id(below) for each in everything if isinstance(each, nodes.Try) for below in walk(each.body)}
    keys: dict[str, None] = {}
    optional: set[str] = set()
    demanded: list[str] = []
    for each in everything:
        key, used = _lookup(each, names)
        if key is not None and id(each) not in stored:
            keys[key] = None
            if not isinstance(each, nodes.Subscript):
                optional.add(key)
            elif id(each) not in handled:
                demanded.append(key)
        uses -= {id(part) for part in (used, *_harmless(each, names))}
    refused = {key for each in everything for key in _refused(each, names)}
    needed = tuple(key for key in keys if key in refused or (key in demanded and key not in optional))
    return KeyedReads(tuple(keys), needed, not uses)


def _targets(node: Any) -> tuple[nodes.Expression, ...]:
    return node.targets if isinstance(node, (nodes.Assign, nodes.Delete)) else ()


def _refused(node: Any, names: set[str]) -> Iterator[str]:
    """The keys without which a condition raises."""
    if isinstance(node, nodes.If) and any(isinstance(each, nodes.Raise) for each in node.body):
        for test in walk(node.test):
            if isinstance(test, nodes.Comparison) and test.operators == ("not in",):
                key, _ = _lookup(test, names)
                if key is not None:
                    yield key
            elif isinstance(test, nodes.Negation):
                key, _ = _lookup(test.value, names)
                if key is not None:
                    yield key


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
