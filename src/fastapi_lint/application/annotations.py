"""What an annotation declares: the value of the name that carries it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.bindings import Binding
from fastapi_lint.application.names import reaching_bindings
from fastapi_lint.application.scopes import Class, Scope
from fastapi_lint.application.values import (
    NONE,
    Alternatives,
    Awaitable,
    External,
    Instance,
    Unpacked,
    Value,
)
from fastapi_lint.index import nodes
from fastapi_lint.index.build import build_expression
from fastapi_lint.index.walk import walk

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference

ITERATORS = frozenset(
    f"{package}.{name}"
    for package in ("typing", "collections.abc")
    for name in (
        "AsyncGenerator",
        "AsyncIterable",
        "AsyncIterator",
        "Generator",
        "Iterable",
        "Iterator",
    )
)
COLLECTIONS = frozenset(
    f"{package}.{name}"
    for package, names in {
        "builtins": ("list", "set", "frozenset", "tuple"),
        "typing": ("List", "Set", "FrozenSet", "Tuple", "Sequence", "Collection", "Deque"),
        "collections.abc": ("Sequence", "Collection", "Set", "MutableSequence", "MutableSet"),
        "collections": ("deque",),
    }.items()
    for name in names
)
MAPPINGS = frozenset(
    {
        "builtins.dict",
        "typing.Dict",
        "typing.Mapping",
        "typing.MutableMapping",
        "typing.DefaultDict",
        "collections.abc.Mapping",
        "collections.abc.MutableMapping",
        "collections.defaultdict",
    }
)
ITERABLE = COLLECTIONS | MAPPINGS | ITERATORS
"""Of what a loop gives the first argument."""
_AWAITABLES = frozenset(
    {"typing.Awaitable", "typing.Coroutine", "collections.abc.Awaitable", "collections.abc.Coroutine"}
)
_TRANSPARENT = frozenset(
    {
        "typing.Annotated",
        "typing.Required",
        "typing.NotRequired",
        "typing.ReadOnly",
        "sqlalchemy.orm.Mapped",
        "sqlalchemy.orm.DynamicMapped",
        "sqlalchemy.orm.WriteOnlyMapped",
    }
)
_QUALIFIERS = frozenset({"typing.Final", "typing.ClassVar", "dataclasses.InitVar"})
_UNKNOWN = frozenset(
    {"builtins.object", "collections.abc.Callable", "typing.Any", "typing.Callable", "typing.TypeAlias"}
)


def declared(
    inference: Inference, node: nodes.Expression | None, scope: Scope, owner: Class | None = None
) -> Value | None:
    """The value declared by an annotation; `X | None` declares an X. `owner` is what `Self` means."""
    node = unquoted(inference, node)
    match node:
        case None:
            return None
        case nodes.Constant(value=None):
            return NONE
        case nodes.Subscript():
            return _declared_by_subscript(inference, node, scope, owner)
        case nodes.BinaryOperation(operator="|"):
            sides = [
                declared(inference, node.left, scope, owner),
                declared(inference, node.right, scope, owner),
            ]
            return union(sides)
        case nodes.Name() | nodes.Attribute():
            alias = alias_of(inference, node, scope)
            if alias is not None:
                return _declared_by_alias(inference, alias, owner)
            return _instance_of(inference.infer(node, scope), owner)
    return None


def unquoted(inference: Inference, node: nodes.Expression | None) -> nodes.Expression | None:
    """A string annotation as the expression inside the string."""
    if isinstance(node, nodes.Constant) and isinstance(node.value, str):
        inner = inference.strings.get(node)
        if inner is None:
            inner = inference.strings[node] = _parse_string(node)
        return inner
    return node


def _parse_string(node: nodes.Constant) -> nodes.Expression:
    parsed = build_expression(str(node.value))
    if parsed is None:
        return nodes.Opaque((), node.line)
    for each in walk(parsed):
        if hasattr(each, "line"):
            each.line = node.line
    return parsed


def metadata(inference: Inference, node: nodes.Expression | None, scope: Scope) -> Iterator[nodes.Expression]:
    """The markers of an `Annotated[…]`, through aliases and unions, outermost first."""
    for marker, _ in located_metadata(inference, node, scope):
        yield marker


def located_metadata(
    inference: Inference,
    node: nodes.Expression | None,
    scope: Scope,
    inside: frozenset[Binding] = frozenset(),
) -> Iterator[tuple[nodes.Expression, Scope]]:
    """Like `metadata`, with the scope in which each marker stands. `inside` are the aliases on the way there."""
    node = unquoted(inference, node)
    match node:
        case nodes.Subscript(value=head, index=nodes.Sequence(elements=elements)) if elements:
            if inference.qualified_name(head, scope) == "typing.Annotated":
                yield from located_metadata(inference, elements[0], scope, inside)
                for element in elements[1:]:
                    yield element, scope
        case nodes.BinaryOperation(operator="|"):
            yield from located_metadata(inference, node.left, scope, inside)
            yield from located_metadata(inference, node.right, scope, inside)
        case nodes.Name() | nodes.Attribute():
            yield from _metadata_of_alias(inference, node, scope, inside)
    # A generic alias (`Injected[Service]`) carries the markers of its definition.
    if isinstance(node, nodes.Subscript) and isinstance(node.value, (nodes.Name, nodes.Attribute)):
        yield from _metadata_of_alias(inference, node.value, scope, inside)


def _metadata_of_alias(
    inference: Inference, node: nodes.Expression, scope: Scope, inside: frozenset[Binding]
) -> Iterator[tuple[nodes.Expression, Scope]]:
    alias = alias_of(inference, node, scope)
    if alias is not None and alias not in inside:
        yield from located_metadata(inference, alias.value, alias.scope, inside | {alias})


def alias_of(inference: Inference, node: nodes.Expression, scope: Scope) -> Binding | None:
    """The assignment behind a name used as a type: `UserId = int`, `DB = Annotated[…]`, `type X = …`."""
    binding = definition(inference, node, scope)
    if binding is None or binding.kind != "assign" or binding.value is None or binding.path:
        return None
    value = unquoted(inference, binding.value)
    if isinstance(value, (nodes.Subscript, nodes.Name, nodes.Attribute, nodes.BinaryOperation)):
        return binding
    return None


def definition(inference: Inference, node: nodes.Expression, scope: Scope) -> Binding | None:
    """The binding that a name or `module.name` denotes, followed through imports."""
    found: Binding | None = None
    if isinstance(node, nodes.Name):
        bindings = reaching_bindings(node.id, scope, node.line)
        found = bindings[0] if bindings else inference.star_binding(node.id, scope.module)
    elif isinstance(node, nodes.Attribute):
        found = inference.attribute_binding(inference.infer(node.value, scope), node.attr)
    return inference.imported_binding(found) if found is not None else None


def _declared_by_alias(inference: Inference, alias: Binding, owner: Class | None) -> Value | None:
    # A recursive alias, such as that of JSON, is unknown inside itself.
    question = ("alias", alias, owner)
    return inference.answer(question, declared, inference, alias.value, alias.scope, owner)


def _declared_by_subscript(
    inference: Inference, node: nodes.Subscript, scope: Scope, owner: Class | None
) -> Value | None:
    arguments = node.index.elements if isinstance(node.index, nodes.Sequence) else [node.index]
    alias = (
        alias_of(inference, node.value, scope)
        if isinstance(node.value, (nodes.Name, nodes.Attribute))
        else None
    )
    if alias is not None:
        return _declared_by_alias(inference, alias, owner)
    head = inference.infer(node.value, scope)

    def argument(position: int) -> Value | None:
        return declared(inference, arguments[position], scope, owner) if position < len(arguments) else None

    if isinstance(head, Class):
        return Instance(head, tuple(argument(i) for i in range(len(arguments))))
    if not isinstance(head, External):
        return None
    name = head.name
    if name in _TRANSPARENT or name in _QUALIFIERS or name == "typing.Optional":
        return argument(0)
    if name == "typing.Union":
        return union([argument(i) for i in range(len(arguments))])
    if name in _AWAITABLES:
        return Awaitable(argument(len(arguments) - 1))
    if name in ("builtins.type", "typing.Type"):
        inner = argument(0)
        return inner.type if isinstance(inner, Instance) else None
    if name in ("builtins.tuple", "typing.Tuple"):
        if len(arguments) == 2 and isinstance(arguments[1], nodes.Ellipsis):
            return Instance(External("builtins.tuple"), (argument(0),))
        return Unpacked(tuple(argument(i) for i in range(len(arguments))))
    if name == "typing.Literal" or name in _UNKNOWN:
        return None
    return Instance(head, tuple(argument(i) for i in range(len(arguments))))


def _instance_of(value: Value | None, owner: Class | None) -> Value | None:
    match value:
        case Class():
            return Instance(value)
        case External(name=name):
            if name == "typing.Self":
                return Instance(owner) if owner is not None else None
            if name in _UNKNOWN or name in _QUALIFIERS:
                return None
            return Instance(value)
    return None


def union(values: list[Value | None]) -> Value | None:
    """The value declared by a union; None in it does not count, an unknown member makes it unknown."""
    distinct: list[Value] = []
    for value in values:
        if value is None:
            return None
        if value != NONE and value not in distinct:
            distinct.append(value)
    if not distinct:
        return NONE
    return distinct[0] if len(distinct) == 1 else Alternatives(tuple(distinct))
