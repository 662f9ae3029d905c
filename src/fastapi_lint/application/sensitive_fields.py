"""Which fields of data models hold something that must not reach a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application import shapes
from fastapi_lint.application.source_text import source_text
from fastapi_lint.knowledge.sensitive import SensitiveNames

if TYPE_CHECKING:
    from fastapi_lint.application.models import Field
    from fastapi_lint.index import nodes


class SensitiveFields:
    """Judges fields by their names and types."""

    def __init__(self, names: SensitiveNames) -> None:
        self._names = names

    def holds(self, field: Field) -> bool:
        """Whether a field is sensitive under its own name or the one it is sent under."""
        names = {field.name, field.alias or field.name}
        return any(self.is_sensitive(name, field.shape, field.annotation) for name in names)

    def is_sensitive(
        self, name: str, shape: shapes.Shape, annotation: nodes.Expression | None = None
    ) -> bool:
        """Whether a value of that name and shape is; an annotation says more than a shape that is not known."""
        if any(isinstance(each, shapes.Dictionary) for each in shapes.members(shape)):
            return False  # a mapping under a name like `password` describes the password flow, or its policy
        if name.lower() == "secrets" and any(
            isinstance(each, shapes.Collection) for each in shapes.members(shape)
        ):
            return False  # a list of them names or refers to secrets that are kept elsewhere
        names = _class_names(shape)
        types = ", ".join(names) if "" not in names else source_text(annotation) or None
        return self._names.is_sensitive(name, types)


def _class_names(shape: shapes.Shape) -> list[str]:
    """The last parts of the names of a type's classes; an empty one for a part that is not known."""
    match shape:
        case shapes.NoneType():
            return ["None"]
        case shapes.Anything():
            return ["Any"]
        case shapes.Scalar(name=name):
            return [name.rpartition(".")[2]]
        case shapes.Plain(cls=cls):
            return [cls.name]
        case shapes.Collection(name=name, elements=elements):
            return [_last(name), *(each for element in elements for each in _class_names(element))]
        case shapes.Dictionary(name=name, value=value):
            return [_last(name), *_class_names(value)]
        case shapes.Union(members=members):
            return [each for member in members for each in _class_names(member)]
    return [""]


def _last(name: str) -> str:
    return name.rpartition(".")[2]
