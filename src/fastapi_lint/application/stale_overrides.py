"""Overrides of what no route depends on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.model_dependencies import dependency_class
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import last_name, mentions_of

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.overrides import Override


class _Unneeded(NamedTuple):
    """An override of something that nothing asks for by `Depends(…)`, with the position of its key."""

    module: Module
    place: tuple[int, int]
    override: Override
    definition: Function | Class


class StaleOverrides:
    """These overrides of a project, found once."""

    def __init__(self, application: Application) -> None:
        self._application = application

    @cached_property
    def by_place(self) -> Mapping[Module, Mapping[tuple[int, int], Override]]:
        """Overrides of functions and classes that nothing asks for, by the position of the key."""
        found: dict[Module, dict[tuple[int, int], Override]] = {}
        unneeded = list(self._unneeded())
        handed_on = self._handed_on({each.definition for each in unneeded})
        for module, place, override, definition in unneeded:
            if definition not in handed_on:
                found.setdefault(module, {})[place] = override
        return found

    def _unneeded(self) -> Iterator[_Unneeded]:
        app = self._application
        if not app.routes:
            return
        for module, overrides in app.overrides.by_place.items():
            for place, override in overrides.items():
                key = override.key
                if isinstance(key, (nodes.Name, nodes.Attribute)):
                    value = app.inference.infer(key, override.scope)
                    if isinstance(value, (Function, Class)) and value not in self._needed:
                        yield _Unneeded(module, place, override, value)

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

    def _handed_on(self, definitions: Collection[Function | Class]) -> set[Function | Class]:
        """Those given to something that may depend on them: mentioned, and not only called or overridden."""
        app = self._application
        by_name: dict[str, list[Function | Class]] = {}
        for definition in definitions:
            by_name.setdefault(definition.name, []).append(definition)
        found: set[Function | Class] = set()
        for module in app.async_modules:
            if found.issuperset(definitions):
                break
            module.scope.reveal(SOMETHING)
            keys = {each.key for each in app.overrides.of(module).values()}
            for node, parent in mentions_of(by_name.keys(), module.index.body):
                if node in keys or (isinstance(parent, nodes.Call) and parent.func is node):
                    continue
                namesakes = by_name[last_name(node) or ""]
                found.update(each for each in namesakes if self._may_be(node, each, module))
        return found

    def _may_be(
        self, node: nodes.Name | nodes.Attribute, definition: Function | Class, module: Module
    ) -> bool:
        app = self._application
        value = app.inference.infer(node, app.located(module).scope_at(node.line))
        return value is None or value is definition
