"""What database queries give: the class of their rows, and whether there may be none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application import shapes
from fastapi_lint.application.names import reaching_bindings
from fastapi_lint.application.scopes import Class
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.queries import Gives, QueryGroup, Source, query

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.scopes import Scope

_CHANGING = frozenset(
    {
        "add_columns", "add_entity", "alias", "as_scalar", "columns", "cte", "except_", "exists", "intersect",
        "label", "mappings", "scalar_subquery", "subquery", "tuples", "union", "union_all", "values",
        "with_entities", "with_only_columns",
    }
)  # fmt: skip
"""Methods of statements, queries and results that give other rows than those they were called on."""
_DEPTH = 20


class _Selection(NamedTuple):
    """What a statement, query or result is about."""

    shape: shapes.Shape
    """Of one object."""
    is_rows: bool
    """It gives rows of columns, of which the object is one."""


class Queries:
    """Reads calls of database libraries."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def result(self, call: nodes.Call, scope: Scope) -> shapes.Shape | None:
        """What a query gives, once awaited; None for calls that are none, and for what is to be read later."""
        group = self._group(call, scope)
        if group is None or group.gives is Gives.SELECTION:
            return None
        found = self._source(group, call, scope, _DEPTH)
        is_row = found is None or (found.is_rows and not group.entities)
        entity = shapes.UNKNOWN if is_row or found is None else found.shape
        match group.gives:
            case Gives.OPTIONAL:
                return shapes.union([entity, shapes.NONE])
            case Gives.LIST:
                return shapes.Collection("builtins.list", (entity,))
        return entity

    def _group(self, call: nodes.Call, scope: Scope) -> QueryGroup | None:
        name = self._inference.qualified_name(call.func, scope)
        return query(name) if name is not None else None

    def _source(self, group: QueryGroup, call: nodes.Call, scope: Scope, depth: int) -> _Selection | None:
        receiver = call.func.value if isinstance(call.func, nodes.Attribute) else None
        match group.source:
            case Source.CLASS:
                several = len(call.args) > 1 and group.gives is Gives.SELECTION
                entity = None if several or not call.args else self._inference.infer(call.args[0], scope)
                return _Selection(_shape_of(entity), group.rows)
            case Source.STATEMENT:
                found = self._selection(call.args[0], scope, depth) if call.args else None
                return found._replace(is_rows=False) if found is not None and group.entities else found
            case Source.RECEIVER:
                return self._selection(receiver, scope, depth)
            case Source.OWNER:
                return _Selection(_shape_of(self._inference.infer(receiver, scope)), False)
        return None

    def _selection(self, node: nodes.Expression | None, scope: Scope, depth: int) -> _Selection | None:
        """What a statement, query or result is about, through variables and chained methods."""
        if depth == 0:
            return None
        match node:
            case nodes.Await(value=value):
                return self._selection(value, scope, depth - 1)
            case nodes.Name(id=name, line=line):
                bindings = reaching_bindings(name, scope, line)
                found = {
                    self._selection(each.value, each.scope, depth - 1)
                    if each.kind == "assign" and not each.path
                    else None
                    for each in bindings
                }
                return found.pop() if len(found) == 1 else None
            case nodes.Call(func=func):
                group = self._group(node, scope)
                if group is not None and group.gives is Gives.SELECTION:
                    source = self._source(group, node, scope, depth - 1)
                    return source._replace(is_rows=False) if source is not None and group.entities else source
                if group is None and isinstance(func, nodes.Attribute) and func.attr not in _CHANGING:
                    return self._selection(func.value, scope, depth - 1)
        return None


def _shape_of(entity: object) -> shapes.Shape:
    return shapes.Plain(entity) if isinstance(entity, Class) else shapes.UNKNOWN
