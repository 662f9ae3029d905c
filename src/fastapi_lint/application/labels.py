"""Names for what a model knows by which another model of the project, a little later, can be asked for the same."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from fastapi_lint.application.modules import Module
from fastapi_lint.application.names import all_definitions
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.values import Display, Namespace, Partial, Value
from fastapi_lint.index import nodes
from fastapi_lint.index.comparison import content_of

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.scopes import Scope

DefinitionLabel: TypeAlias = tuple[str, str, int]
"""Path of the file, qualified name, and which of the definitions of that name it is."""


class NoLabel(Exception):  # noqa: N818 - it is no error
    """A value is a piece of syntax for which nothing stands in another model."""


class Labels:
    """The names of definitions and values, for one model."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._modules: dict[Module, _Definitions] = {}

    def of_definition(self, definition: Function | Class) -> DefinitionLabel:
        """The name of a definition."""
        return (definition.module.path, *self._of(definition.module).names[definition.node])

    def definition(self, label: DefinitionLabel | None) -> Function | Class | None:
        """What has that name in this model; None when nothing has."""
        if label is None:
            return None
        return self._of(self._inference.project.module_at(label[0])).by_name.get(label[1:])

    def of_expression(self, node: nodes.Expression | None, scope: Scope) -> Hashable:
        """What an expression says and is known to be.

        Raises:
            NoLabel: as for `of_value`.
        """
        return (content_of(node), self.of_value(self._inference.infer(node, scope)))

    def of_value(self, value: Value | None) -> Hashable:
        """What something is known to be.

        Raises:
            NoLabel: it is a lambda, a comprehension or the like.
        """
        match value:
            case Function() | Class():
                return self.of_definition(value)
            case Module():
                return ("module", value.path)
            case Namespace(name=name):
                return ("namespace", name)
            case Display(node=nodes.Sequence(elements=elements) as node, scope=scope):
                return (node.kind, *(self.of_expression(each, scope) for each in elements))
            case Display(node=nodes.Mapping(keys=keys, values=values), scope=scope):
                return ("dict", *(self.of_expression(each, scope) for each in (*keys, *values)))
            case Display() | Partial():
                raise NoLabel
            case msgspec.Struct():
                return (type(value), *map(self._of_field, msgspec.structs.astuple(value)))
        return None

    def _of_field(self, field: object) -> Hashable:
        if isinstance(field, tuple):
            return tuple(map(self._of_field, field))
        if isinstance(field, (str, int, float, bool, bytes)):
            return (type(field), field)
        return self.of_value(field)  # type: ignore[arg-type]  # all other fields of values are values

    def _of(self, module: Module) -> _Definitions:
        if module not in self._modules:
            self._modules[module] = _Definitions(module)
        return self._modules[module]


class _Definitions:
    """The definitions of one file, with their names."""

    def __init__(self, module: Module) -> None:
        self._module = module

    @cached_property
    def by_name(self) -> Mapping[tuple[str, int], Function | Class]:
        """By qualified name and number among those of the same name."""
        found: dict[tuple[str, int], Function | Class] = {}
        counts: dict[str, int] = {}
        for definition in all_definitions(self._module.scope):
            number = counts[definition.qualname] = counts.get(definition.qualname, 0) + 1
            found[definition.qualname, number] = definition
        return found

    @cached_property
    def names(self) -> Mapping[nodes.Node, tuple[str, int]]:
        """The other way round, by the statement that defines it."""
        return {definition.node: name for name, definition in self.by_name.items()}
