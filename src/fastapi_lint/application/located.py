"""The nodes of one module by their position in the file.

A visitor walks a concrete syntax tree; the model answers questions about index nodes. Both report the same
positions, so a position leads from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from functools import cached_property
from typing import TypeAlias

from fastapi_lint.application.modules import Module
from fastapi_lint.application.names import all_definitions
from fastapi_lint.application.scopes import Class, Function, Scope, comprehension_scope, lambda_scope
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import children, find_in_scope, last_name

Span: TypeAlias = tuple[int, int, int, int]

_HOLDERS: frozenset[type[nodes.Node]] = frozenset({nodes.Call, nodes.Comprehension, nodes.Lambda})


class LocatedNodes:
    """Lookups by position in one module."""

    def __init__(self, module: Module) -> None:
        self._module = module

    @cached_property
    def definitions(self) -> dict[int, Function | Class]:
        """Functions and classes by the line of their `def` or `class`."""
        return {definition.node.line: definition for definition in all_definitions(self._module.scope)}

    @cached_property
    def calls(self) -> dict[Span, tuple[nodes.Call, Scope]]:
        """Calls with the scope they stand in, by start line and column, end line and column."""
        return self._calls_in(all_definitions(self._module.scope))

    def calls_of(self, names: Set[str]) -> Iterator[tuple[nodes.Call, Scope]]:
        """Those of `calls` that call something by one of these last names, without looking anywhere else."""
        calls = vars(self).get("calls")
        if calls is None:
            calls = self._calls_in(_definitions_calling(names, self._module.scope))
        return ((call, scope) for call, scope in calls.values() if last_name(call.func) in names)

    def _calls_in(self, definitions: Iterable[Function | Class]) -> dict[Span, tuple[nodes.Call, Scope]]:
        """The calls of a module that stand in no definition, and those in the bodies of some definitions."""
        found: dict[Span, tuple[nodes.Call, Scope]] = {}
        _collect(find_in_scope(self._module.index.body, _HOLDERS), self._module.scope, found)
        for definition in definitions:
            inside = (
                definition.body_nodes
                if isinstance(definition, Function)
                else find_in_scope(definition.node.body, _HOLDERS)
            )
            _collect(inside, definition.body_scope, found)
        return found

    def scope_at(self, line: int) -> Scope:
        """The innermost function or class body around a line, else the module's scope."""
        scope = self._module.scope
        for definition in self.definitions.values():
            node = definition.node
            if node.body_line <= line <= node.end_line or node.line < line <= node.end_line:
                scope = definition.body_scope
        return scope

    def region_at(self, line: int) -> nodes.Region | None:
        """The region that contains a line."""
        regions = self._module.index.regions
        low, high = 0, len(regions)
        while low < high:
            middle = (low + high) // 2
            if regions[middle].last_line < line:
                low = middle + 1
            else:
                high = middle
        found = regions[low] if low < len(regions) else None
        return found if found is not None and found.first_line <= line else None


def _definitions_calling(names: Set[str], scope: Scope) -> Iterator[Function | Class]:
    """The classes defined in a scope, at any depth, and the functions that call something by one of these names."""
    for definition in scope.definitions():
        if isinstance(definition, Class) or not names.isdisjoint(definition.node.called):
            yield definition
            yield from _definitions_calling(names, definition.body_scope)


def _collect(among: Iterable[nodes.Node], scope: Scope, found: dict[Span, tuple[nodes.Call, Scope]]) -> None:
    """Add the calls among the nodes found in something that stands in `scope`, and those inside of these nodes."""
    for node in among:
        if type(node) is nodes.Call:
            found[node.span] = (node, scope)
        elif type(node) is nodes.Lambda:
            _collect(find_in_scope(node.body, _HOLDERS), lambda_scope(node, scope), found)
        elif type(node) is nodes.Comprehension:
            _collect(find_in_scope(children(node), _HOLDERS), comprehension_scope(node, scope), found)
