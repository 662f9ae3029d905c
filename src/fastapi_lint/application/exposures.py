"""Which fields serialising a value of a type sends, and how FastAPI's filters thin them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from fastapi_lint.application.assembly.containers import iterated
from fastapi_lint.application.assembly.values import Constant, Given, Listing, Table, Value
from fastapi_lint.application.shapes import Collection, Dictionary, Plain, Shape, Union, members
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.models import Field, Model, Models
    from fastapi_lint.application.scopes import Class

Selection: TypeAlias = "Mapping[str, Selection | None]"
"""Names of fields, each with what is selected of it: None for all. `__all__` stands for every element of a list."""

_EVERY = "__all__"


@dataclass(frozen=True, slots=True)
class Filter:
    """`response_model_include` and `response_model_exclude` as they apply at one place."""

    include: Selection | None = None
    exclude: Selection | None = None
    reaches_elements: bool = False
    """Names apply to the elements of a list too: with Pydantic 1."""

    def sends(self, name: str) -> bool:
        """Whether a field of that name is sent, at least in part."""
        if self.exclude is not None and name in self.exclude and self.exclude[name] is None:
            return False
        return self.include is None or name in self.include

    def inside(self, name: str) -> Filter:
        """What applies inside of a field."""
        return Filter(
            self.include.get(name) if self.include is not None else None,
            self.exclude.get(name) if self.exclude is not None else None,
            self.reaches_elements,
        )

    def inside_elements(self) -> Filter | None:
        """What applies to the elements of a list or mapping; None when none of them is sent."""
        if self.reaches_elements:
            return self
        if self.include is not None and _EVERY not in self.include:
            return None
        return self.inside(_EVERY)


@dataclass(frozen=True, slots=True)
class Exposure:
    """A field that is sent, with the way to it."""

    model: Model
    field: Field
    way: tuple[Field, ...]
    """The fields that lead to it, itself last."""
    path: str
    """The same as text: `items[].owner.password`."""


class Exposures:
    """Walks types for what is sent of them."""

    def __init__(self, models: Models) -> None:
        self._models = models

    def of(self, shape: Shape, chosen: Filter | None = None) -> Iterator[Exposure]:
        """Every field that is sent when a value of this type is serialised, to any depth."""
        yield from self._walk(shape, chosen or Filter(), (), "", frozenset())

    def stored(self, shape: Shape) -> Iterator[Exposure]:
        """Every field that the `__dict__` of an object holds: also what its model leaves out, as it is stored."""
        for each in members(shape):
            model = self._models.of(each.cls, each.arguments) if isinstance(each, Plain) else None
            if model is None:
                continue
            for field in model.fields.values():
                if not field.is_relationship and not field.is_computed:
                    yield Exposure(model, field, (field,), field.name)
                    yield from self._walk(field.shape, Filter(), (field,), field.name, frozenset())

    def _walk(
        self, shape: Shape, chosen: Filter, way: tuple[Field, ...], path: str, seen: frozenset[Class]
    ) -> Iterator[Exposure]:
        match shape:
            case Plain(cls=cls, arguments=arguments):
                model = self._models.of(cls, arguments)
                if model is not None and cls not in seen:
                    yield from self._of_model(model, chosen, way, path, seen | {cls})
            case Collection(elements=elements):
                inside = chosen.inside_elements()
                if inside is not None:
                    for element in elements:
                        yield from self._walk(element, inside, way, f"{path}[]", seen)
            case Dictionary(value=value):
                inside = chosen.inside_elements()
                if inside is not None:
                    yield from self._walk(value, inside, way, f"{path}[]", seen)
            case Union(members=alternatives):
                for member in alternatives:
                    yield from self._walk(member, chosen, way, path, seen)

    def _of_model(
        self, model: Model, chosen: Filter, way: tuple[Field, ...], path: str, seen: frozenset[Class]
    ) -> Iterator[Exposure]:
        if model.kind == "enum" or model.has_own_serialiser:
            return
        if model.root is not None:
            yield from self._walk(model.root, chosen, way, path, seen)
            return
        for field in model.fields.values():
            if field.is_excluded or field.is_transformed or field.is_relationship:
                continue
            if chosen.sends(field.name):
                here = f"{path}.{field.name}" if path else field.name
                yield Exposure(model, field, (*way, field), here)
                yield from self._walk(field.shape, chosen.inside(field.name), (*way, field), here, seen)


def selection(given: Given | None) -> tuple[Selection | None, bool]:
    """What `response_model_include=` or `_exclude=` selects, and whether that is known."""
    if given is None or given.value == Constant(None):
        return None, True
    found = _selected(given.value)
    return found, found is not None


def _selected(value: Value) -> Selection | None:
    match value:
        case Constant(value=str(text)):
            return {text: None}
        case Listing(rest=None):
            names = [element.value for element in iterated(value)[0]]
            if all(isinstance(name, Constant) for name in names):
                return {str(name.value): None for name in names if isinstance(name, Constant)}
        case Table(entries=entries, rest=None):
            found: dict[str, Selection | None] = {}
            for key, given in entries:
                if not isinstance(key, Constant):
                    return None
                inner = None if _is_whole(given) else _selected(given.value)
                if inner is None and not _is_whole(given):
                    return None
                found[str(key.value)] = inner
            return found
    return None


def _is_whole(given: Given) -> bool:
    """Whether a value in a nested selection stands for all of a field: `True` or `...`."""
    return given.value == Constant(True) or isinstance(given.node, nodes.Ellipsis)
