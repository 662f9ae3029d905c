"""Defaults that call for a new value each time, and are evaluated once: when the module is imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Function
from fastapi_lint.application.values import Alternatives, External, Method
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope
from fastapi_lint.knowledge.momentary import momentary

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.located import Span
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.scopes import Scope

_MODELS = frozenset({"dataclass", "pydantic", "sqlmodel"})
_SETTINGS = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings")
_FIELDS = frozenset({"dataclasses.field", "pydantic.Field", "sqlmodel.Field"})
_MARKERS = frozenset(
    f"fastapi.{name}" for name in ("Body", "Cookie", "File", "Form", "Header", "Path", "Query")
)
_DEPTH = 3


class Origin(NamedTuple):
    """The library function behind a call, and the project's functions on the way to it."""

    name: str
    through: tuple[Function, ...]


class FrozenDefault(NamedTuple):
    """A call in the default of a field or of a parameter."""

    call: nodes.Call
    name: str
    """Of the field or parameter."""
    owner: str
    """Of the model or function."""
    is_field: bool
    origin: Origin


class FrozenDefaults:
    """Answers for the models, handlers and dependencies of one project."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._inference = application.inference

    @cached_property
    def found(self) -> Mapping[Module, Mapping[Span, FrozenDefault]]:
        """Those in linted files, by module and position."""
        found: dict[Module, dict[Span, FrozenDefault]] = {}
        for module, default in (*self._in_fields(), *self._in_parameters()):
            found.setdefault(module, {})[default.call.span] = default
        return found

    def _in_fields(self) -> Iterator[tuple[Module, FrozenDefault]]:
        modules = self._application.linted(self._application.model_modules)
        for cls in self._application.classes(modules):
            if not any(isinstance(each, nodes.Assign) and _may_call(each) for each in cls.node.body):
                continue
            model = self._application.models.of(cls)
            if model is None or model.kind not in _MODELS or self._inference.is_subclass(cls, _SETTINGS):
                continue
            for field in model.fields.values():
                if field.declared_in is cls:
                    for call, origin in self._calls(field.default, field.scope, _FIELDS):
                        yield cls.module, FrozenDefault(call, field.name, cls.name, True, origin)

    def _in_parameters(self) -> Iterator[tuple[Module, FrozenDefault]]:
        for node, readings in self._application.routing.readings.parameters:
            function = readings[0].signature.function
            if self._application.is_linted(function.module):
                for call, origin in self._calls(node.default, function.scope, _MARKERS):
                    yield function.module, FrozenDefault(call, node.name, function.name, False, origin)

    def _calls(
        self, default: nodes.Expression | None, scope: Scope, markers: frozenset[str]
    ) -> Iterator[tuple[nodes.Call, Origin]]:
        """The calls in a default, or in that of a marker, that give another value each time."""
        if isinstance(default, nodes.Call):
            name = self._inference.qualified_name(default.func, scope)
            if name in markers:
                position = 0 if name != "dataclasses.field" else len(default.args)
                default = default.argument(position, "default")
            elif name is not None and name.startswith(("fastapi.", "pydantic.", "sqlalchemy.", "sqlmodel.")):
                return
        if default is None:
            return
        for call in find_in_scope(default, {nodes.Call}):
            origin = self._origin(call, scope, _DEPTH)
            if origin is not None:
                yield call, origin
                return

    def _origin(self, call: nodes.Call, scope: Scope, depth: int) -> Origin | None:
        target = self._inference.infer(call.func, scope)
        known = target.values if isinstance(target, Alternatives) else (target,)
        names = [each.name for each in known if isinstance(each, External)]
        if names:
            return (
                Origin(names[0], ()) if len(names) == len(known) and momentary().issuperset(names) else None
            )
        function = target.function if isinstance(target, Method) else target
        if not isinstance(function, Function) or depth == 0 or function.is_async:
            return None
        function.reveal(SOMETHING)
        returned = find_in_scope(function.node.body, {nodes.Return})
        if len(returned) != 1 or len(function.node.body) > _DEPTH:
            return None
        for inner in find_in_scope(returned[0], {nodes.Call}):
            origin = self._origin(inner, function.body_scope, depth - 1)
            if origin is not None:
                return origin._replace(through=(function, *origin.through))
        return None


def _may_call(statement: nodes.Assign) -> bool:
    return statement.annotation is not None and bool(find_in_scope(statement, {nodes.Call}))
