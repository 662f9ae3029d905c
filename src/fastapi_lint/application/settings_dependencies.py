"""Dependencies that make an application's settings anew for each request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi_lint.application.model_dependencies import is_settings
from fastapi_lint.application.returned import origins
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application

_STAYING = frozenset({"builtins.classmethod", "builtins.staticmethod"})


class SettingsDependencies:
    """The dependencies of a project that do, found once."""

    def __init__(self, application: Application) -> None:
        self._application = application

    @cached_property
    def uncached(self) -> Mapping[Function, Class]:
        """The functions of linted files that do, with the class of the settings."""
        found = {}
        for function in self._application.providers.functions:
            if self._application.is_linted(function.module):
                settings = self._made_by(function)
                if settings is not None:
                    found[function] = settings
        return found

    def _made_by(self, function: Function) -> Class | None:
        inference = self._application.inference
        if function.node.is_generator or not set(inference.decorator_names(function)) <= _STAYING:
            return None
        for statement in find_in_scope(function.node.body, {nodes.Return}):
            for node, scope in origins(statement.value, function.body_scope) if statement.value else ():
                if isinstance(node, nodes.Call) and scope is function.body_scope:
                    made = inference.infer(node.func, scope)
                    if isinstance(made, Class) and is_settings(self._application, made):
                        return made if self._is_always_alike(node, function) else None
        return None

    def _is_always_alike(self, call: nodes.Call, function: Function) -> bool:
        per_call = self._application.per_call
        return not per_call.keeps(call, function) and not per_call.depends_on_caller(call, function)
