"""From a name at a place to the bindings that can give it its value there."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterator, Sequence

from fastapi_lint.application.bindings import Binding
from fastapi_lint.application.modules import Module
from fastapi_lint.application.revealed import ASSIGNED
from fastapi_lint.application.scopes import Class, Function, Scope

BUILTINS = frozenset(dir(builtins))


def visible_bindings(name: str, scope: Scope) -> tuple[tuple[Binding, ...], Scope | None]:
    """All bindings of `name` in the scope where Python would look it up from `scope`, and that scope."""
    current: Scope | None = scope
    while current is not None:
        if current.outer_names and current.outer_names.get(name) == "global":
            # What this function assigns is in force from there on; the module's own value before.
            here = current.bindings.get(name, ())
            current = current.module.scope
            return current.bindings.get(name, ()) + here, current
        found = current.bindings.get(name)
        if found is not None and (not current.is_class or current is scope):
            return found, current
        current = current.parent
    return (), None


def reaching_bindings(name: str, scope: Scope, line: int) -> Sequence[Binding]:
    """The bindings that can be in force where `name` is used on `line` of `scope`; the last one first.

    Several are alternatives: of different branches, or a default and its later replacement.
    """
    while scope.is_comprehension and scope.parent is not None and name not in scope.bindings:
        scope = scope.parent
    found, where = visible_bindings(name, scope)
    if len(found) <= 1:
        return found
    if where is scope:
        return _reaching_in_order(found, line)
    usual = tuple(binding for binding in found if not binding.conditional) or found
    for position in range(len(usual) - 1, -1, -1):
        if usual[position].block_end is None:
            return usual[position:][::-1]
    return usual[::-1]


def _reaching_in_order(found: Sequence[Binding], line: int) -> Sequence[Binding]:
    """Go back from the use to the first binding that is sure to have been executed before it."""
    reaching: list[Binding] = []
    for binding in reversed(found):
        if binding.effective_line >= line and not (binding.kind == "parameter" and binding.line <= line):
            continue
        reaching.append(binding)
        if binding.block_end is None or binding.block_end >= line:
            break
    return reaching or found[:1]


def imported_as(scope: Scope, names: Collection[str]) -> set[str]:
    """The local names under which a scope imports any of these from a module."""
    return {
        local for local, bindings in scope.bindings.items() for each in bindings if each.attribute in names
    }


def all_definitions(scope: Scope) -> Iterator[Function | Class]:
    """Every function and class defined in a scope, at any depth, in source order."""
    for definition in scope.definitions():
        yield definition
        if isinstance(definition, Class) or definition.node.has_definitions:
            yield from all_definitions(definition.body_scope)


def global_bindings(module: Module) -> dict[str, list[Binding]]:
    """What functions of the module bind to its module-level names through `global`."""
    result: dict[str, list[Binding]] = {}
    for definition in all_definitions(module.scope):
        if isinstance(definition, Function):
            if not definition.node.global_names:
                continue
            definition.reveal(ASSIGNED)
        for name, bindings in bound_globally(definition.body_scope):
            result.setdefault(name, []).extend(bindings)
    return result


def bound_globally(scope: Scope) -> Iterator[tuple[str, tuple[Binding, ...]]]:
    """What a scope binds to names that it declares `global`."""
    for name, kind in scope.outer_names.items():
        if kind == "global" and name in scope.bindings:
            yield name, scope.bindings[name]
