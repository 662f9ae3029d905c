"""What a function makes anew each time it is called, and what it makes once and keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi_lint.application.first_time import FirstTime
from fastapi_lint.application.scopes import Function
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import last_name, walk

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application

_KEEPING = frozenset({"add", "append", "insert", "put", "register", "set", "setattr", "setdefault", "update"})
"""What functions and methods are called that keep what they are given."""
_DEPTH = 5


class PerCall:
    """Answers for the functions of a project."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._first_time = FirstTime(application.inference)
        self._keeping: dict[tuple[Function, bool], _Keeping] = {}

    def keeps(self, call: nodes.Call, function: Function, *, is_construction: bool = False) -> bool:
        """Whether what a call gives outlives the function: in a global variable, an attribute, a container.

        What an object keeps in its own attributes while it `is_construction` lives no longer than the object.
        """
        if self._first_time.only(function, call.line):
            return True
        key = (function, is_construction)
        if key not in self._keeping:
            self._keeping[key] = _Keeping(function, is_construction=is_construction)
        return self._keeping[key].keeps(call)

    def depends_on_caller(
        self,
        node: nodes.Node,
        function: Function,
        counts: Callable[[nodes.Expression], bool] = lambda _: False,
        depth: int = _DEPTH,
    ) -> bool:
        """Whether an expression depends on what the client, or the caller of a helper, gives.

        What FastAPI injects does not count; a local variable counts when its value `counts`.
        """
        scope = function.body_scope
        for each in walk(node):
            if not isinstance(each, nodes.Name) or each.id not in scope.bindings:
                continue
            for binding in scope.bindings[each.id]:
                if binding.kind == "assign" and binding.value is not None and depth:
                    if counts(binding.value):
                        return True
                    if self.depends_on_caller(binding.value, function, counts, depth - 1):
                        return True
                elif binding.kind == "parameter" and isinstance(binding.node, nodes.Parameter):
                    if not self._is_injected(binding.node, function):
                        return True
                elif binding.kind not in ("import", "function", "class"):
                    return True
        return False

    def _is_injected(self, parameter: nodes.Parameter, function: Function) -> bool:
        return any(each is parameter for each, _ in self._application.providers.at_parameters(function))


class _Keeping:
    """What a function keeps beyond its run, from one walk over it."""

    def __init__(self, function: Function, *, is_construction: bool) -> None:
        names = function.body_scope.outer_names.items()
        self._kept_names = {name for name, kind in names if kind == "global"}
        self._kept: set[nodes.Node] = set()
        self._assigned: dict[nodes.Node, set[str]] = {}
        for node in function.body_nodes:
            if isinstance(node, nodes.Assign):
                self._assign(node, function, is_construction=is_construction)
            elif isinstance(node, nodes.Call) and last_name(node.func) in _KEEPING:
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                self._kept.update(given)
                self._kept_names |= {each.id for each in given if isinstance(each, nodes.Name)}

    def keeps(self, call: nodes.Call) -> bool:
        """Whether the result of a call in the function is kept."""
        return call in self._kept or not self._kept_names.isdisjoint(self._assigned.get(call, ()))

    def _assign(self, node: nodes.Assign, function: Function, *, is_construction: bool) -> None:
        calls = [each for each in walk(node.value) if isinstance(each, nodes.Call)] if node.value else []
        for target in node.targets:
            if isinstance(target, nodes.Name):
                for call in calls:
                    self._assigned.setdefault(call, set()).add(target.id)
            elif not (is_construction and _is_own_attribute(target, function)):
                self._kept.update(calls)
                if isinstance(node.value, nodes.Name):
                    self._kept_names.add(node.value.id)


def _is_own_attribute(target: nodes.Expression, function: Function) -> bool:
    parameters = function.node.parameters
    return (
        isinstance(target, nodes.Attribute)
        and isinstance(target.value, nodes.Name)
        and bool(parameters)
        and target.value.id == parameters[0].name
    )
