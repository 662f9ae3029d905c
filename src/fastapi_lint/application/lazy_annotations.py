"""Annotations that Python keeps as text, and the names in them that cannot be looked up when they are evaluated.

FastAPI evaluates such a text with the variables of the module in which the function is defined, and nothing else;
Pydantic evaluates the fields of a model with those of its module and of the functions around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.annotations import unquoted
from fastapi_lint.application.names import BUILTINS, visible_bindings
from fastapi_lint.application.rebuilt_models import RebuiltModels
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.bindings import Binding
    from fastapi_lint.application.models import Field, Model
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Class, Scope
    from fastapi_lint.application.shapes import Shape

_RETURN_TYPES = "0.89"
"""Since this version FastAPI looks at return types."""


class Unresolvable(NamedTuple):
    """A name that is missing when an annotation is evaluated."""

    name: str
    binding: Binding
    """What the name means to a reader, and to a type checker."""
    is_local: bool
    """It is a variable of a function or class around it; otherwise it is bound for type checkers only."""


class LazyAnnotations:
    """Answers for what FastAPI and Pydantic evaluate in one project."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._inference = application.inference
        self._guarded: dict[Module, list[tuple[int, int]]] = {}
        self._lazy: dict[Module, bool] = {}

    def of_parameter(self, readings: tuple[ParameterReading, ...]) -> Unresolvable | None:
        """The missing name in the annotation of a parameter that FastAPI reads."""
        parameter, signature = readings[0]
        if parameter.node is None or (parameter.role == "depends" and not parameter.in_annotated):
            return None  # the annotation beside `= Depends(…)` is of no use
        return self._missing(parameter.node.annotation, signature.function.scope)

    def of_return(self, route: Route) -> Unresolvable | None:
        """The missing name in the return type of a handler, unless `response_model=` takes its place."""
        function = route.function
        if route.kind != "http" or function is None or route.registration.own is None:
            return None
        if route.option("response_model") is not None or route.registration.incomplete is not None:
            return None
        versions = self._application.versions
        if versions is not None and versions.below("fastapi", _RETURN_TYPES):
            return None
        return None if route.handler.kind == "class" else self._missing(function.node.returns, function.scope)

    @cached_property
    def fields(self) -> dict[Class, list[tuple[Field, Unresolvable]]]:
        """The fields of the models that routes take and answer whose types never become known, in linted files."""
        application = self._application
        if application.lints_few:
            models = filter(None, map(application.models.of, application.classes(application.linted_modules)))
            if not any(self._missing_in(model) for model in models):
                return {}
        found: dict[Class, list[tuple[Field, Unresolvable]]] = {}
        for model in self._models():
            missing = self._missing_in(model) if application.is_linted(model.cls.module) else []
            if missing:
                found[model.cls] = missing
        if not found:
            return found
        rebuilt = RebuiltModels(self._application)
        return {cls: fields for cls, fields in found.items() if not rebuilt.may_contain(cls)}

    def _missing_in(self, model: Model) -> list[tuple[Field, Unresolvable]]:
        """The own fields of a model in whose annotations a name is missing that type checkers know."""
        own = [
            each for each in model.fields.values() if each.declared_in is model.cls and not each.is_computed
        ]
        found = [(field, self._missing(field.annotation, field.scope)) for field in own]
        return [(field, missing) for field, missing in found if missing is not None and not missing.is_local]

    def _models(self) -> Iterator[Model]:
        """The Pydantic models that routes take and answer, to any depth, with their bases."""
        models = self._application.models
        waiting: list[Shape] = [
            readings[0].parameter.shape for _, readings in self._application.routing.readings.parameters
        ]
        waiting += [
            shape for route in self._application.routes if (shape := self._application.responses.shape(route))
        ]
        seen: set[Class] = set()
        while waiting:
            for model in models.in_shape(waiting.pop()):
                if model.cls not in seen:
                    seen.add(model.cls)
                    waiting += [field.shape for field in model.fields.values()]
                    if model.kind == "pydantic":
                        yield model

    def _missing(self, annotation: nodes.Expression | None, scope: Scope) -> Unresolvable | None:
        """The first name in an annotation that stands in `scope` which is missing when it is evaluated."""
        if annotation is None or not (_is_text(annotation) or self._are_all_lazy(scope.module)):
            return None
        for node in walk(unquoted(self._inference, annotation) or annotation):
            if isinstance(node, nodes.Name):
                found = self._check(node.id, scope)
                if found is not None:
                    return found
        return None

    def _are_all_lazy(self, module: Module) -> bool:
        """Whether every annotation of a module is text, as `from __future__ import annotations` makes it."""
        if module not in self._lazy:
            self._lazy[module] = any(
                isinstance(statement, nodes.ImportFrom)
                and statement.module == "__future__"
                and any(alias.name == "annotations" for alias in statement.names)
                for statement in module.index.body
            )
        return self._lazy[module]

    def _check(self, name: str, scope: Scope) -> Unresolvable | None:
        top = scope.module.scope
        if any(not self._is_for_type_checkers(each) for each in top.bindings.get(name, [])):
            return None
        if top.stars or name in BUILTINS:
            return None
        bindings, where = visible_bindings(name, scope)
        if not bindings or where is None:
            return None
        return Unresolvable(name, bindings[-1], where is not top)

    def _is_for_type_checkers(self, binding: Binding) -> bool:
        module = binding.scope.module
        if module not in self._guarded:
            self._guarded[module] = list(self._find_guarded(module))
        return any(first <= binding.line <= last for first, last in self._guarded[module])

    def _find_guarded(self, module: Module) -> Iterator[tuple[int, int]]:
        """First and last lines of what stands under `if TYPE_CHECKING`."""
        for statement in module.index.body:
            if isinstance(statement, nodes.If):
                name = self._inference.qualified_name(statement.test, module.scope)
                if name == "typing.TYPE_CHECKING":
                    yield statement.body[0].line, statement.body[-1].end_line


def _is_text(node: nodes.Expression) -> bool:
    return isinstance(node, nodes.Constant) and isinstance(node.value, str)
