"""Classes as dependencies, Pydantic models and settings among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.annotations import declared, definition, metadata
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.shapes import NoneType, Scalar, members
from fastapi_lint.application.validators import validators_of
from fastapi_lint.application.values import Instance
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.models import Model
    from fastapi_lint.application.providers import DependsCall

_UNDOCUMENTED = frozenset(
    {"alias", "default", "default_factory", "ge", "gt", "le", "lt", "max_length", "min_length"}
)
"""Keywords of `Field` that FastAPI treats alike in both cases."""
_SETTINGS = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings")


def dependency_class(app: Application, depends: DependsCall) -> Class | None:
    """The class of the project that FastAPI calls: `Depends(Thing)`, or the type beside `Depends()`."""
    node = depends.dependency
    if node is not None:
        # An attribute that holds a class by default may hold another one.
        named = definition(app.inference, node, depends.scope)
        return named.symbol if named is not None and isinstance(named.symbol, Class) else None
    beside = app.providers.type_beside(depends)
    value = declared(app.inference, beside.node, beside.scope) if beside is not None else None
    return value.type if isinstance(value, Instance) and isinstance(value.type, Class) else None


def is_settings(app: Application, cls: Class) -> bool:
    """Whether a class derives from Pydantic's `BaseSettings`."""
    return app.inference.is_subclass(cls, _SETTINGS)


def is_model(app: Application, cls: Class) -> bool:
    """Whether a class is a Pydantic model, settings among them."""
    model = app.models.of(cls)
    return is_settings(app, cls) or (model is not None and model.kind == "pydantic")


def dependency_model(app: Application, depends: DependsCall) -> Model | None:
    """The Pydantic model that is the dependency, unless it is one of settings."""
    given = dependency_class(app, depends)
    model = app.models.of(given) if given is not None and not is_settings(app, given) else None
    return model if model is not None and model.kind == "pydantic" else None


def refusing_validator(app: Application, model: Model) -> Function | None:
    """A validator of the class or its bases that raises something."""
    for base in app.inference.mro(model.cls):
        for method in base.body_scope.definitions() if isinstance(base, Class) else ():
            if isinstance(method, Function) and next(validators_of(app.inference, method), None) is not None:
                method.reveal(SOMETHING)
                if find_in_scope(method.node.body, {nodes.Raise, nodes.Assert}):
                    return method
    return None


def is_documented_alike(app: Application, depends: DependsCall) -> bool:
    """Whether the OpenAPI document is the same with `Query()`: plain fields that document nothing of themselves."""
    model = dependency_model(app, depends)
    if model is None:
        return False
    for field in model.fields.values():
        if any(not isinstance(each, (NoneType, Scalar)) for each in members(field.shape)):
            return False
        markers = [field.default, *metadata(app.inference, field.annotation, field.scope)]
        for marker in markers:
            if (
                isinstance(marker, nodes.Call)
                and not {each.name for each in marker.keywords} <= _UNDOCUMENTED
            ):
                return False
    return True
