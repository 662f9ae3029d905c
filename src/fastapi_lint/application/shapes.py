"""The structure of a type as an annotation writes it: what FastAPI would validate or serialise by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from fastapi_lint.application import annotations as written
from fastapi_lint.application.scopes import Class, Scope
from fastapi_lint.application.values import External, Literal
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is known of it."""


@dataclass(frozen=True, slots=True)
class NoneType:
    """`None`."""


@dataclass(frozen=True, slots=True)
class Anything:
    """`Any` or `object`."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A class outside the project that is no container, by qualified name; or a `Literal[…]`."""

    name: str


@dataclass(frozen=True, slots=True)
class Plain:
    """A class of the project, with the shapes of its type arguments."""

    cls: Class
    arguments: tuple[Shape, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """A list, set, tuple, iterator or the like; `elements` are the shapes of what it holds."""

    name: str
    elements: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A mapping; its values' shape is unknown for a bare `dict`."""

    name: str
    value: Shape


@dataclass(frozen=True, slots=True)
class Union:
    """One of several, `None` among them for an optional type."""

    members: tuple[Shape, ...]


Shape: TypeAlias = Unknown | NoneType | Anything | Scalar | Plain | Collection | Dictionary | Union

UNKNOWN = Unknown()
NONE = NoneType()
ANYTHING = Anything()

_ANYTHING = frozenset({"builtins.object", "typing.Any"})
_SAME_AS = {
    "typing.Deque": "collections.deque",
    "typing.Dict": "builtins.dict",
    "typing.FrozenSet": "builtins.frozenset",
    "typing.List": "builtins.list",
    "typing.Set": "builtins.set",
    "typing.Tuple": "builtins.tuple",
    "typing.Type": "builtins.type",
}
_TRANSPARENT = frozenset(
    {
        "dataclasses.InitVar",
        "sqlalchemy.orm.DynamicMapped",
        "sqlalchemy.orm.Mapped",
        "sqlalchemy.orm.WriteOnlyMapped",
        "typing.Annotated",
        "typing.ClassVar",
        "typing.Final",
        "typing.NotRequired",
        "typing.ReadOnly",
        "typing.Required",
    }
)


class Shapes:
    """Reads annotations; every answer is computed once."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._active: set[nodes.Node] = set()

    def of(
        self,
        node: nodes.Expression | None,
        scope: Scope,
        substitutions: Mapping[str, Shape] | None = None,
    ) -> Shape:
        """The shape of an annotation; `substitutions` give the arguments of a generic class by parameter name."""
        node = written.unquoted(self._inference, node)
        if node is None or node in self._active:
            return UNKNOWN
        self._active.add(node)
        try:
            return self._of(node, scope, substitutions or {})
        finally:
            self._active.discard(node)

    def _of(self, node: nodes.Expression, scope: Scope, substitutions: Mapping[str, Shape]) -> Shape:
        match node:
            case nodes.Constant(value=None):
                return NONE
            case nodes.BinaryOperation(operator="|"):
                return union(
                    [self.of(node.left, scope, substitutions), self.of(node.right, scope, substitutions)]
                )
            case nodes.Name() | nodes.Attribute():
                if isinstance(node, nodes.Name) and node.id in substitutions:
                    return substitutions[node.id]
                alias = written.alias_of(self._inference, node, scope)
                if alias is not None:
                    return self.of(alias.value, alias.scope, substitutions)
                return self.of_class(self._inference.infer(node, scope), ())
            case nodes.Subscript():
                return self._of_subscript(node, scope, substitutions)
        return UNKNOWN

    def _of_subscript(self, node: nodes.Subscript, scope: Scope, substitutions: Mapping[str, Shape]) -> Shape:
        given = node.index.elements if isinstance(node.index, nodes.Sequence) else [node.index]
        if isinstance(node.value, (nodes.Name, nodes.Attribute)):
            alias = written.alias_of(self._inference, node.value, scope)
            if alias is not None:
                return self.of(alias.value, alias.scope, substitutions)
        head = self._inference.infer(node.value, scope)
        name = head.name if isinstance(head, External) else None
        if name in _TRANSPARENT:
            return self.of(given[0], scope, substitutions)
        if name == "typing.Literal":
            return Scalar("typing.Literal")
        arguments = tuple(
            self.of(each, scope, substitutions) for each in given if not isinstance(each, nodes.Ellipsis)
        )
        if name == "typing.Optional":
            return union([*arguments, NONE])
        if name == "typing.Union":
            return union(list(arguments))
        return self.of_class(head, arguments)

    def of_class(self, value: object, arguments: tuple[Shape, ...] = ()) -> Shape:
        """The shape that a class, as the inference knows it, has as an annotation."""
        if isinstance(value, Class):
            return Plain(value, arguments)
        if isinstance(value, Literal) and value.value is None:
            return NONE
        if not isinstance(value, External):
            return UNKNOWN
        name = _SAME_AS.get(value.name, value.name)
        if name in _ANYTHING:
            return ANYTHING
        if name in written.MAPPINGS:
            return Dictionary(name, arguments[-1] if arguments else ANYTHING)
        if name in written.COLLECTIONS or name in written.ITERATORS:
            return Collection(name, arguments or (ANYTHING,))
        return Scalar(name)


def union(members: list[Shape]) -> Shape:
    """One shape out of several, nested unions flattened."""
    flat: list[Shape] = []
    for member in members:
        for each in member.members if isinstance(member, Union) else (member,):
            if each not in flat:
                flat.append(each)
    return flat[0] if len(flat) == 1 else Union(tuple(flat))


def members(shape: Shape) -> Iterator[Shape]:
    """The alternatives of a union; a shape that is none is its only one."""
    yield from shape.members if isinstance(shape, Union) else (shape,)


def is_optional(shape: Shape) -> bool:
    """Whether `None` is one of the values."""
    return any(isinstance(each, (NoneType, Anything, Unknown)) for each in members(shape))
