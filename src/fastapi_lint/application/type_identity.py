"""When two annotations mean the same type, however they are spelled."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from fastapi_lint.application import annotations as written
from fastapi_lint.application import values as static
from fastapi_lint.application.assembly.values import Blueprint, Constant, Foreign, TypeExpression
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.environment import Environment
    from fastapi_lint.application.assembly.interpreter import Interpreter

_SAME_AS = {
    "typing.AsyncIterable": "collections.abc.AsyncIterable",
    "typing.AsyncIterator": "collections.abc.AsyncIterator",
    "typing.Deque": "collections.deque",
    "typing.Dict": "builtins.dict",
    "typing.FrozenSet": "builtins.frozenset",
    "typing.Iterable": "collections.abc.Iterable",
    "typing.List": "builtins.list",
    "typing.Mapping": "collections.abc.Mapping",
    "typing.Sequence": "collections.abc.Sequence",
    "typing.Set": "builtins.set",
    "typing.Tuple": "builtins.tuple",
    "typing.Type": "builtins.type",
}
_NONE = ("None",)
_DEPTH = 12


def identity(
    interpreter: Interpreter, node: nodes.Expression, environment: Environment, depth: int = _DEPTH
) -> Hashable | None:
    """What two annotations have in common when they mean the same type; None when that is not known.

    The order of a union counts, but for the place of `None`: it is the order in OpenAPI.
    """
    node = written.unquoted(interpreter.inference, node) or node
    if depth == 0:
        return None
    match node:
        case nodes.Constant(value=None):
            return _NONE
        case nodes.Ellipsis():
            return ("...",)
        case nodes.Name() | nodes.Attribute():
            return _of_name(interpreter, node, environment, depth)
        case nodes.BinaryOperation(operator="|", left=left, right=right):
            return _union([identity(interpreter, each, environment, depth - 1) for each in (left, right)])
        case nodes.Subscript():
            return _of_subscript(interpreter, node, environment, depth)
    return None


def _of_name(
    interpreter: Interpreter, node: nodes.Expression, environment: Environment, depth: int
) -> Hashable | None:
    match interpreter.evaluate(node, environment):
        case Blueprint(cls=cls) as blueprint:
            return (cls if cls.scope.function is None else blueprint,)
        case TypeExpression(node=inner, environment=where):
            return identity(interpreter, inner, where, depth - 1)
        case Foreign(value=static.External(name=name)):
            return (_SAME_AS.get(name, name),)
        case Constant(value=None):
            return _NONE
    return None


def _of_subscript(
    interpreter: Interpreter, node: nodes.Subscript, environment: Environment, depth: int
) -> Hashable | None:
    head = identity(interpreter, node.value, environment, depth - 1)
    arguments = node.index.elements if isinstance(node.index, nodes.Sequence) else [node.index]
    if head == ("typing.Annotated",):
        return None  # what the metadata amounts to is not known
    if head == ("typing.Literal",):
        values = [each.value for each in arguments if isinstance(each, nodes.Constant)]
        return (head, *((type(value), value) for value in values)) if len(values) == len(arguments) else None
    found = [identity(interpreter, each, environment, depth - 1) for each in arguments]
    if head == ("typing.Optional",):
        return _union([*found, _NONE])
    if head == ("typing.Union",):
        return _union(found)
    return (head, *found) if head is not None and None not in found else None


def _union(members: list[Hashable | None]) -> Hashable | None:
    if None in members:
        return None
    flat: list[Hashable] = []
    for member in members:
        nested = member[1:] if isinstance(member, tuple) and member[0] == "|" else (member,)
        flat += [each for each in nested if each not in flat]
    ordered = [each for each in flat if each != _NONE] + ([_NONE] if _NONE in flat else [])
    return ("|", *ordered) if len(ordered) > 1 else ordered[0]
