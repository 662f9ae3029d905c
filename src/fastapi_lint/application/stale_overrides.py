"""Overrides of what no route depends on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi_lint.application.model_dependencies import dependency_class
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import last_name, walk

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.overrides import Override


class StaleOverrides:
    """Found once for a project."""

    def __init__(self, application: Application) -> None:
        self._application = application

    @cached_property
    def by_place(self) -> Mapping[Module, Mapping[tuple[int, int], Override]]:
        """Overrides of functions and classes that nothing asks for, by the position of the key."""
        app = self._application
        found: dict[Module, dict[tuple[int, int], Override]] = {}
        if not app.routes:
            return found
        for module, overrides in app.overrides.by_place.items():
            for place, override in overrides.items():
                key = override.key
                if not isinstance(key, (nodes.Name, nodes.Attribute)):
                    continue
                value = app.inference.infer(key, override.scope)
                if isinstance(value, (Function, Class)) and value not in self._needed:
                    if not self._is_handed_on(value):
                        found.setdefault(module, {})[place] = override
        return found

    def namesake(self, definition: Function | Class) -> Function | Class | None:
        """Another one of that name that routes do depend on."""
        alike = (each for each in self._needed if each.name == definition.name and each is not definition)
        return min(alike, key=lambda each: (each.module.path, each.node.line), default=None)

    @cached_property
    def _needed(self) -> frozenset[Function | Class]:
        """What any `Depends(…)` or route asks for."""
        app = self._application
        needed: set[Function | Class | None] = set(app.providers.functions)
        needed |= {dependency_class(app, each) for each in app.providers.calls}
        for route in app.routes:
            for each in route.dependencies:
                needed |= {each.callee.function, each.callee.cls}
        return frozenset(each for each in needed if each is not None)

    def _is_handed_on(self, definition: Function | Class) -> bool:
        """Whether it is given to something that may depend on it: mentioned, and not only called or overridden."""
        app = self._application
        for module in app.async_modules:
            passed_over: set[nodes.Node] = {
                each.key for each in app.overrides.by_place.get(module, {}).values()
            }
            for node in walk(module.index.body):
                if isinstance(node, nodes.Call):
                    passed_over.add(node.func)
                elif isinstance(node, (nodes.Name, nodes.Attribute)) and last_name(node) == definition.name:
                    if node not in passed_over and self._may_be(node, definition, module):
                        return True
        return False

    def _may_be(
        self, node: nodes.Name | nodes.Attribute, definition: Function | Class, module: Module
    ) -> bool:
        app = self._application
        value = app.inference.infer(node, app.located(module).scope_at(node.line))
        return value is None or value is definition
