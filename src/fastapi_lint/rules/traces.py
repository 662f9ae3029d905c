"""Steps of traces that several rules show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Location, TraceStep

if TYPE_CHECKING:
    from fastapi_lint.application.models import Field
    from fastapi_lint.application.scopes import Class, Function


def definition_step(definition: Class | Function, text: str) -> TraceStep:
    """Where a class or function of the project is defined, and what it has to do with the finding."""
    place = Location(definition.node.line, definition.node.column + 1)
    return TraceStep(definition.module.path, place, text)


def declaration_steps(fields: Iterable[Field]) -> Iterator[TraceStep]:
    """Where each field of a model is declared, perhaps in a base class."""
    for field in fields:
        owner = field.declared_in
        yield TraceStep(owner.module.path, Location(field.line, 1), f"`{owner.name}` declares `{field.name}`")
