"""Classes as dependencies, Pydantic models and settings among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.annotations import declared
from fastapi_lint.application.scopes import Class
from fastapi_lint.application.values import Instance

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.providers import DependsCall

_SETTINGS = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings")


def dependency_class(app: Application, depends: DependsCall) -> Class | None:
    """The class of the project that FastAPI calls: `Depends(Thing)`, or the type beside `Depends()`."""
    if depends.dependency is not None:
        return depends.value if isinstance(depends.value, Class) else None
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
