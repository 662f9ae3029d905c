"""Secrets in what handlers return, where no response model filters them out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.leaks import words
from fastapi_lint.application.names import reaching_bindings
from fastapi_lint.application.returned import Nature, Returned
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope
from fastapi_lint.knowledge.sensitive import is_issued, issues

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Function, Scope
    from fastapi_lint.application.sent import Sent

_REVEALING = frozenset({"get", "get_secret_value"})
_DEPTH = 4


class ValueLeak(NamedTuple):
    """A secret in a returned value."""

    returned: Returned
    sent: Sent


class ValueLeaks:
    """Finds them, route by route."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._found: dict[Route, tuple[ValueLeak, ...]] = {}

    def of(self, route: Route) -> tuple[ValueLeak, ...]:
        """The secrets in what the handler of a route returns, as far as nothing takes them out."""
        if route not in self._found:
            self._found[route] = tuple(self._find(route))
        return self._found[route]

    def _find(self, route: Route) -> Iterator[ValueLeak]:
        responses, function = self._application.responses, route.function
        if function is None or route.kind != "http" or not responses.is_json(route):
            return
        unfiltered = responses.is_unfiltered(route)
        for returned in responses.returned(route):
            if returned.nature is not Nature.RESPONSE and not unfiltered:
                continue
            for sent in responses.sent.of(returned.node, returned.scope):
                if self._is_leak(route, function, sent):
                    yield ValueLeak(returned, sent)

    def _is_leak(self, route: Route, function: Function, sent: Sent) -> bool:
        if not self._is_secret(route, sent) or _is_replaced(function, sent.name):
            return False
        return not self._application.leaks.is_masked_in(function)

    def _is_secret(self, route: Route, sent: Sent) -> bool:
        sensitive, leaks = self._application.sensitive_fields, self._application.leaks
        if sent.exposure is not None:
            return sensitive.holds(sent.exposure.field) and not leaks.is_handed_out(route, sent.exposure)
        shape = self._application.responses.values.of(sent.value, sent.scope)
        if not sensitive.is_sensitive(sent.name, shape) or not _is_plain(sent.value, sent.scope, _DEPTH):
            return False
        handler = route.handler.name
        return not (is_issued(sent.name) and (words(sent.name)[-1] in words(handler) or issues(handler)))


def _is_plain(node: nodes.Expression | None, scope: Scope, depth: int) -> bool:
    """Whether an expression gives a stored value as it is: no constant, no part of it, nothing computed."""
    if depth == 0:
        return False
    match node:
        case nodes.Name(id=name, line=line):
            bindings = reaching_bindings(name, scope, line)
            return bool(bindings) and all(
                each.kind in ("parameter", "loop")
                or (each.kind == "assign" and _is_plain(each.value, each.scope, depth - 1))
                for each in bindings
            )
        case nodes.Attribute():
            return True
        case nodes.Subscript(index=nodes.Constant(value=str())):
            return True
        case nodes.Call(func=nodes.Attribute(attr=attr)):
            return attr in _REVEALING
    return False


def _is_replaced(function: Function, name: str) -> bool:
    """Whether a function removes or overwrites something of that name."""
    for node in find_in_scope(function.node.body, {nodes.Assign, nodes.Call, nodes.Delete}):
        if isinstance(node, nodes.Call):
            removes = isinstance(node.func, nodes.Attribute) and node.func.attr == "pop"
            if removes and any(_is_constant(each, name) for each in node.args):
                return True
            continue
        for target in node.targets:
            if isinstance(target, nodes.Attribute) and target.attr == name:
                return True
            if isinstance(target, nodes.Subscript) and _is_constant(target.index, name):
                return True
    return False


def _is_constant(node: nodes.Expression, value: str) -> bool:
    return isinstance(node, nodes.Constant) and node.value == value
