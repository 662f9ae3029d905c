"""What a project puts into `app.dependency_overrides`, in whatever way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.names import all_definitions
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import last_name, walk, walk_scope

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.scopes import Scope

_NAME = "dependency_overrides"
_ENTRY_REMOVERS = frozenset({"clear", "pop", "popitem"})
_ENTRY_SETTERS = frozenset({"setitem", "__setitem__", "setdefault"})


class Override(NamedTuple):
    """One entry: a dependency and what takes its place."""

    key: nodes.Expression
    value: nodes.Expression | None
    holder: nodes.Expression
    """`app.dependency_overrides`, as it is written."""
    scope: Scope
    is_temporary: bool = False
    """It is taken back by what sets it: `monkeypatch`, `patch.dict`."""

    @property
    def place(self) -> tuple[int, int] | None:
        """Line and column of the key; None where the index does not keep it."""
        key = self.key
        if isinstance(key, (nodes.Name, nodes.Attribute, nodes.Call, nodes.Constant)):
            return key.line, key.column
        return None


class Overrides:
    """The overrides of a project, tests included."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._known: dict[Module, Mapping[tuple[int, int], Override]] = {}

    @cached_property
    def by_place(self) -> Mapping[Module, Mapping[tuple[int, int], Override]]:
        """Every override of the linted modules that have some, by the position of its key."""
        modules = self._application.linted(self._application.overriding_modules)
        return {module: found for module in modules if (found := self.of(module))}

    def of(self, module: Module) -> Mapping[tuple[int, int], Override]:
        """The overrides of any module, by the position of the key."""
        if module not in self._known:
            found = _in_module(module) if module in self._application.overriding_modules else ()
            self._known[module] = {each.place: each for each in found if each.place is not None}
        return self._known[module]


def _in_module(module: Module) -> Iterator[Override]:
    yield from _in_body(module.index.body, module.scope)
    for definition in all_definitions(module.scope):
        yield from _in_body(definition.node.body, definition.body_scope)


def _in_body(body: tuple[nodes.Statement, ...], scope: Scope) -> Iterator[Override]:
    for node in walk_scope(body):
        match node:
            case nodes.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, nodes.Subscript) and last_name(target.value) == _NAME:
                        yield Override(target.index, value, target.value, scope)
                    elif last_name(target) == _NAME and isinstance(value, nodes.Mapping):
                        yield from _entries(value, target, scope)
            case nodes.Call():
                yield from _in_call(node, scope)


def _in_call(call: nodes.Call, scope: Scope) -> Iterator[Override]:
    """`overrides.update({…})`, `monkeypatch.setitem(overrides, …)`, `patch.dict(overrides, {…})`."""
    if not isinstance(call.func, nodes.Attribute):
        return
    arguments = list(call.args)
    holder = call.func.value
    is_temporary = last_name(holder) != _NAME
    if is_temporary:
        if not arguments or last_name(arguments[0]) != _NAME:
            return
        holder, *arguments = arguments
    if call.func.attr in _ENTRY_SETTERS and len(arguments) > 1:
        yield Override(arguments[0], arguments[1], holder, scope, is_temporary)
    elif call.func.attr in ("update", "dict") and arguments and isinstance(arguments[0], nodes.Mapping):
        yield from _entries(arguments[0], holder, scope, is_temporary=is_temporary)


def _entries(
    mapping: nodes.Mapping, holder: nodes.Expression, scope: Scope, *, is_temporary: bool = False
) -> Iterator[Override]:
    for key, value in zip(mapping.keys, mapping.values, strict=True):
        if key is not None:
            yield Override(key, value, holder, scope, is_temporary)


def is_cleared(body: tuple[nodes.Statement, ...]) -> bool:
    """Whether anything in a body, however deep, takes overrides back."""
    for node in walk(body):
        match node:
            case nodes.Call(func=nodes.Attribute(value=holder, attr=attr)):
                if attr in _ENTRY_REMOVERS and last_name(holder) == _NAME:
                    return True
            case nodes.Delete(targets=targets):
                if any(
                    isinstance(each, nodes.Subscript) and last_name(each.value) == _NAME for each in targets
                ):
                    return True
            case nodes.Assign(targets=targets, value=value):
                replaced = not isinstance(value, nodes.Mapping) or not value.keys
                if replaced and any(
                    last_name(each) == _NAME for each in targets if not isinstance(each, nodes.Subscript)
                ):
                    return True
    return False
