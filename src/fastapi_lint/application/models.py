"""Data models: the fields of a class with those it inherits, across modules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi_lint.application import annotations as written
from fastapi_lint.application.bindings import Binding
from fastapi_lint.application.field_transforms import FieldTransforms
from fastapi_lint.application.scopes import Class, Function, Scope
from fastapi_lint.application.shapes import UNKNOWN, Collection, Dictionary, Plain, Shape, Shapes, Union
from fastapi_lint.application.values import External
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference

_KINDS = {
    "sqlmodel.SQLModel": "sqlmodel",
    "pydantic.BaseModel": "pydantic",
    "pydantic.RootModel": "pydantic",
    "sqlalchemy.orm.DeclarativeBase": "orm",
    "sqlalchemy.orm.DeclarativeBaseNoMeta": "orm",
    "sqlalchemy.orm.MappedAsDataclass": "orm",
    "typing.TypedDict": "typeddict",
    "typing.NamedTuple": "namedtuple",
    "enum.Enum": "enum",
    "enum.StrEnum": "enum",
    "enum.IntEnum": "enum",
}
_DATACLASSES = {"dataclasses.dataclass", "pydantic.dataclasses.dataclass"}
_DECLARATIVE_FACTORIES = {
    "sqlalchemy.orm.declarative_base",
    "sqlalchemy.ext.declarative.declarative_base",
    "sqlalchemy.orm.registry.generate_base",
}
_COLUMNS = {
    "sqlalchemy.Column",
    "sqlalchemy.orm.mapped_column",
    "sqlalchemy.orm.column_property",
    "sqlalchemy.schema.Column",
}
_RELATIONSHIPS = {"sqlalchemy.orm.relationship", "sqlmodel.Relationship"}
_NOT_FIELDS = {"dataclasses.InitVar", "typing.ClassVar"}
_NO_FIELDS = {"model_config", "Config", "__tablename__", "__table_args__"}


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a data model."""

    name: str
    annotation: nodes.Expression | None
    default: nodes.Expression | None
    scope: Scope
    """The scope in which annotation and default stand: the body of the class that declares it."""
    declared_in: Class
    line: int
    shape: Shape
    is_excluded: bool = False
    """Left out when the model is serialised: `Field(exclude=True)`, `repr` does not count."""
    is_computed: bool = False
    """A `@computed_field`: serialised, never validated."""
    is_relationship: bool = False
    """Leads to rows of another table: loaded when asked for, not serialised with the model."""
    is_transformed: bool = False
    """A validator or serialiser of its own puts another value in its place."""
    alias: str | None = None
    """The name under which it is sent, where that is another."""


class Model:
    """A class with fields."""

    def __init__(self, models: Models, cls: Class, kind: str, arguments: tuple[Shape, ...] = ()) -> None:
        self._models = models
        self.cls = cls
        self.kind = kind
        """`pydantic`, `sqlmodel`, `orm`, `dataclass`, `typeddict`, `namedtuple` or `enum`."""
        self.arguments = arguments

    @property
    def name(self) -> str:
        """Name of the class."""
        return self.cls.name

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Fields by name, inherited ones first, as Pydantic orders them."""
        return self._models.fields_of(self.cls, self.arguments)

    @cached_property
    def root(self) -> Shape | None:
        """What a `RootModel` holds; None for other models."""
        return self._models.root_of(self.cls, self.arguments)

    @cached_property
    def has_own_serialiser(self) -> bool:
        """Whether a `@model_serializer` decides what is sent."""
        return self._models.has_own_serialiser(self.cls)

    @property
    def is_table(self) -> bool:
        """Whether it is mapped to a database table."""
        if self.kind == "orm":
            return True
        return self.kind == "sqlmodel" and any(
            keyword.name == "table"
            and isinstance(keyword.value, nodes.Constant)
            and keyword.value.value is True
            for keyword in self.cls.node.keywords
        )


class Models:
    """Recognises data models and collects their fields."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self.shapes = Shapes(inference)
        self._transforms = FieldTransforms(inference)
        self._models: dict[tuple[Class, tuple[Shape, ...]], Model | None] = {}

    def of(self, cls: Class, arguments: tuple[Shape, ...] = ()) -> Model | None:
        """The data model that a class is, with type arguments filled in; None for other classes."""
        key = (cls, arguments)
        if key not in self._models:
            kind = self._kind(cls)
            self._models[key] = Model(self, cls, kind, arguments) if kind is not None else None
        return self._models[key]

    def in_shape(self, shape: Shape) -> Iterator[Model]:
        """The data models that a type mentions outside of other models."""
        match shape:
            case Plain(cls=cls, arguments=arguments):
                model = self.of(cls, arguments)
                if model is not None:
                    yield model
            case Collection(elements=elements):
                for element in elements:
                    yield from self.in_shape(element)
            case Dictionary(value=value):
                yield from self.in_shape(value)
            case Union(members=members):
                for member in members:
                    yield from self.in_shape(member)

    def _kind(self, cls: Class) -> str | None:
        for base in self._inference.mro(cls):
            if isinstance(base, External):
                kind = _KINDS.get(base.name)
                if kind is not None:
                    return kind
            elif self._inference.has_decorator(base, _DATACLASSES):
                return "dataclass"
            elif self._is_declarative(base):
                return "orm"
        return None

    def _is_declarative(self, cls: Class) -> bool:
        """Whether a base of the class is made by `declarative_base()`."""
        for node in cls.node.bases:
            alias = written.definition(self._inference, node, cls.scope)
            if alias is not None and isinstance(alias.value, nodes.Call):
                if self._inference.qualified_name(alias.value.func, alias.scope) in _DECLARATIVE_FACTORIES:
                    return True
        return False

    def fields_of(self, cls: Class, arguments: tuple[Shape, ...] = ()) -> dict[str, Field]:
        """The fields of a class and its bases by name, with type arguments filled in."""
        found: dict[str, Field] = {}
        for base, given in reversed(self._line(cls, arguments)):
            parameters = self.type_parameters(base)
            substitutions = dict(zip(parameters, given, strict=False))
            for field in self._own_fields(base, substitutions):
                found[field.name] = field
        transformed = set(self._transforms.by_methods(cls))
        for name, field in found.items():
            if name in transformed or "*" in transformed:
                found[name] = replace(field, is_transformed=True)
        return found

    def root_of(self, cls: Class, arguments: tuple[Shape, ...] = ()) -> Shape | None:
        """What a class holds that derives from `RootModel[…]`; None for other classes."""
        for base, given in self._line(cls, arguments):
            substitutions = dict(zip(self.type_parameters(base), given, strict=False))
            for node in base.node.bases:
                if (
                    isinstance(node, nodes.Subscript)
                    and self._inference.qualified_name(node.value, base.scope) == "pydantic.RootModel"
                ):
                    return self.shapes.of(node.index, base.scope, substitutions)
        return None

    def has_own_serialiser(self, cls: Class) -> bool:
        """Whether a method of the class or its bases serialises all of it."""
        return any(
            self._inference.has_decorator(method, {"pydantic.model_serializer"})
            for base in self._inference.mro(cls)
            if isinstance(base, Class)
            for method in base.body_scope.definitions()
            if isinstance(method, Function)
        )

    def _line(self, cls: Class, arguments: tuple[Shape, ...]) -> list[tuple[Class, tuple[Shape, ...]]]:
        """The project's classes of the inheritance line with their type arguments, the class itself first."""
        given: dict[Class, tuple[Shape, ...]] = {cls: arguments}
        for base in self._inference.mro(cls):
            if not isinstance(base, Class):
                continue
            substitutions = dict(zip(self.type_parameters(base), given.get(base, ()), strict=False))
            for node in base.node.bases:
                shape = self.shapes.of(node, base.scope, substitutions)
                if isinstance(shape, Plain):
                    given.setdefault(shape.cls, shape.arguments)
        return [(base, given.get(base, ())) for base in self._inference.mro(cls) if isinstance(base, Class)]

    def type_parameters(self, cls: Class) -> list[str]:
        """Names of the type parameters: `class Page[T]`, `class Page(BaseModel, Generic[T])`."""
        if cls.node.type_parameters:
            return list(cls.node.type_parameters)
        names: list[str] = []
        for node in cls.node.bases:
            if isinstance(node, nodes.Subscript):
                if self._inference.qualified_name(node.value, cls.scope) in (
                    "typing.Generic",
                    "typing.Protocol",
                ):
                    given = node.index.elements if isinstance(node.index, nodes.Sequence) else [node.index]
                    return [each.id for each in given if isinstance(each, nodes.Name)]
        return names

    def _own_fields(self, cls: Class, substitutions: dict[str, Shape]) -> Iterator[Field]:
        for name, bindings in cls.body_scope.bindings.items():
            binding = bindings[-1]
            if name.startswith("_") or name in _NO_FIELDS:
                continue
            if binding.kind == "assign" and not binding.path:
                field = self._assigned_field(cls, name, binding, substitutions)
            elif isinstance(binding.symbol, Function):
                field = self._computed_field(cls, binding.symbol, substitutions)
            else:
                field = None
            if field is not None:
                yield field

    def _assigned_field(
        self, cls: Class, name: str, binding: Binding, substitutions: dict[str, Shape]
    ) -> Field | None:
        scope = cls.body_scope
        marker = binding.value if isinstance(binding.value, nodes.Call) else None
        if binding.annotation is None:
            if marker is None or self._inference.qualified_name(marker.func, scope) not in _COLUMNS:
                return None
        elif self._is_no_field(binding.annotation, scope):
            return None
        markers = [marker, *written.metadata(self._inference, binding.annotation, scope)]
        calls = [each for each in markers if isinstance(each, nodes.Call)]
        made_by = {self._inference.qualified_name(call.func, scope) for call in calls}
        shape = self.shapes.of(binding.annotation, scope, substitutions) if binding.annotation else UNKNOWN
        return Field(
            name=name,
            annotation=binding.annotation,
            default=binding.value,
            scope=scope,
            declared_in=cls,
            line=binding.line,
            shape=shape,
            is_excluded=any(_may_exclude(call) for call in calls),
            is_relationship=bool(made_by & _RELATIONSHIPS),
            is_transformed=any(self._transforms.by_marker(call, scope) for call in calls),
            alias=next((text for call in calls if (text := self._alias(call, scope))), None),
        )

    def _computed_field(
        self, cls: Class, function: Function, substitutions: dict[str, Shape]
    ) -> Field | None:
        if not self._inference.has_decorator(function, {"pydantic.computed_field"}):
            return None
        return Field(
            name=function.name,
            annotation=function.node.returns,
            default=None,
            scope=cls.body_scope,
            declared_in=cls,
            line=function.node.line,
            shape=self.shapes.of(function.node.returns, cls.body_scope, substitutions),
            is_computed=True,
        )

    def _is_no_field(self, annotation: nodes.Expression, scope: Scope) -> bool:
        node = written.unquoted(self._inference, annotation)
        head = node.value if isinstance(node, nodes.Subscript) else node
        return self._inference.qualified_name(head, scope) in _NOT_FIELDS

    def _alias(self, call: nodes.Call, scope: Scope) -> str | None:
        for name in ("serialization_alias", "alias"):
            text = self._inference.literal_string(call.keyword(name), scope)
            if text is not None:
                return text
        return None


def _may_exclude(call: nodes.Call) -> bool:
    """Whether `Field(exclude=…)` leaves the field out, always or under a condition."""
    given = call.keyword("exclude") or call.keyword("exclude_if")
    return given is not None and not (isinstance(given, nodes.Constant) and not given.value)
