"""Names in scope for what a parameter depends on, such as `SessionDep = Annotated[Session, Depends(get_session)]`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.annotations import definition
from fastapi_lint.application.bindings import Binding
from fastapi_lint.application.names import BUILTINS, visible_bindings
from fastapi_lint.application.providers import DEPENDS
from fastapi_lint.application.scopes import Class, Function, Scope
from fastapi_lint.application.type_identity import identity
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module


class _Alias(NamedTuple):
    name: str
    last_line: int
    """The name is known after this line."""
    type: nodes.Expression
    depends: nodes.Call
    scope: Scope
    """Where both stand."""


class DependencyAliases:
    """Answers for every module of a project."""

    def __init__(self, application: Application) -> None:
        self._inference = application.inference
        self._interpreter = application.routing.interpreter
        self._by_module: dict[Module, list[_Alias]] = {}

    def matching(self, parameter: nodes.Parameter, function: Function) -> str | None:
        """The alias that says what a parameter with `= Depends(…)` says, type included."""
        module = function.module
        if module not in self._by_module:
            self._by_module[module] = list(self._find(module))
        for alias in self._by_module[module]:
            if alias.last_line < function.node.line and _is_global(alias.name, function.scope):
                if self._is_same(alias, parameter, function.scope):
                    return alias.name
        return None

    def _find(self, module: Module) -> Iterator[_Alias]:
        for name, bindings in module.scope.bindings.items():
            if len(bindings) == 1 and bindings[0].block_end is None:
                found = self._inference.imported_binding(bindings[0])
                if found is not None and found.kind == "assign" and not found.path:
                    yield from self._read(name, bindings[0].effective_line, found)

    def _read(self, name: str, last_line: int, found: Binding) -> Iterator[_Alias]:
        match found.value:
            case nodes.Subscript(
                value=head, index=nodes.Sequence(elements=[inner, nodes.Call() as depends])
            ) if self._inference.qualified_name(head, found.scope) == "typing.Annotated":
                is_marker = self._inference.qualified_name(depends.func, found.scope) in DEPENDS
                if is_marker and _has_no_options(depends):
                    yield _Alias(name, last_line, inner, depends, found.scope)

    def _is_same(self, alias: _Alias, parameter: nodes.Parameter, scope: Scope) -> bool:
        depends = parameter.default
        if not isinstance(depends, nodes.Call) or not _has_no_options(depends):
            return False
        given, meant = (each.argument(0, "dependency") for each in (depends, alias.depends))
        name_of = self._inference.qualified_name
        if name_of(depends.func, scope) != name_of(alias.depends.func, alias.scope):
            return False
        if given is None or meant is None:
            return given is meant and self._has_type(alias, parameter.annotation, scope)
        target = definition(self._inference, given, scope)
        if target is None or target is not definition(self._inference, meant, alias.scope):
            return False
        return parameter.annotation is None or self._has_type(alias, parameter.annotation, scope)

    def _has_type(self, alias: _Alias, annotation: nodes.Expression | None, scope: Scope) -> bool:
        if annotation is None:
            return False
        environment_at = self._interpreter.environment_at
        found = identity(self._interpreter, annotation, environment_at(scope))
        return found is not None and found == identity(
            self._interpreter, alias.type, environment_at(alias.scope)
        )

    def type_name(self, parameter: nodes.Parameter, function: Function) -> str | None:
        """A name for the type that a dependency gives: as it is annotated, where the same name means the same."""
        call, scope = parameter.default, function.scope
        given = call.argument(0, "dependency") if isinstance(call, nodes.Call) else None
        if not isinstance(given, (nodes.Name, nodes.Attribute)):
            return None
        value = self._inference.infer(given, scope)
        if isinstance(value, Class) and isinstance(given, nodes.Name):
            return given.id
        if not isinstance(value, Function) or not isinstance(value.node.returns, nodes.Name):
            return None
        name = value.node.returns.id
        there = definition(self._inference, value.node.returns, value.scope)
        here, where = visible_bindings(name, scope)
        if where is None:
            return name if there is None and name in BUILTINS else None
        known = definition(self._inference, value.node.returns, where)
        is_usable = all(each.block_end is None and each.line < function.node.line for each in here)
        return name if is_usable and known is not None and known is there else None


def _has_no_options(depends: nodes.Call) -> bool:
    """Whether a `Depends(…)` says what it depends on, or not even that, and nothing else."""
    given = depends.argument(0, "dependency") is not None
    return len(depends.args) + len(depends.keywords) == given


def _is_global(name: str, scope: Scope) -> bool:
    return visible_bindings(name, scope)[1] is scope.module.scope
