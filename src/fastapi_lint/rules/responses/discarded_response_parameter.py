"""FAL324 discarded-response-parameter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from fastapi_lint.application.flow import goes_on
from fastapi_lint.application.returned import Nature
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope, walk
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Function

_Change: TypeAlias = "nodes.Call | nodes.Assign"


class DiscardedResponseParameter(Rule):
    """
    ## What it does
    Reports headers, cookies and status codes that are set on the injected `response` of a handler which then returns a
    response of its own.

    ## Why it is bad
    FastAPI takes them over only into the response that it makes itself. With a returned response they are lost without
    a word: no cookie, no header, and the status of the other response.

    ## Use instead
    Set them on the response that is returned, or return the data and leave the response to FastAPI.
    """

    code = "FAL324"
    name = "discarded-response-parameter"

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """What handlers set for nothing."""
        for route in app.routes:
            if route.function is not None and app.is_linted(route.function.module):
                for change in _lost(app, route):
                    yield Place(route.function.module, change.line)

    def visit_Call(self, node: cst.Call) -> None:
        """`response.set_cookie(…)`."""
        self._check(node, node.func)

    def visit_Assign(self, node: cst.Assign) -> None:
        """`response.headers[…] = …`, `response.status_code = …`."""
        self._check(node, node.targets[0].target)

    def _check(self, node: cst.Call | cst.Assign, changed: cst.BaseExpression) -> None:
        function = self.function
        place = self.visit.span(node)[:2]
        for route in self.app.routes_of(function) if function is not None else ():
            if any((change.line, change.column) == place for change in _lost(self.app, route)):
                self.report(
                    node,
                    f"`{self.visit.code(changed)}` has no effect: `{shown(route)}` answers with a response of its own",
                    help="set it on the response that is returned",
                )
                return


def _lost(app: Application, route: Route) -> Iterator[_Change]:
    """What the handler sets on its injected response and no answer has."""
    function = route.function
    if function is None or route.kind != "http" or function.node.is_generator:
        return
    for parameter in app.routing.signatures.of(route.handler, route.path_parameters):
        if parameter.special == "response":
            changes = list(_changes(function, parameter.name))
            if len(changes) == _mentions(function, parameter.name):
                yield from (each for each in changes if _is_lost(app, route, function, each))


def _is_lost(app: Application, route: Route, function: Function, change: _Change) -> bool:
    """Whether every answer that may follow a change is a response of its own."""
    last = _own_return(function.node.body, change)
    following = [
        value
        for value in app.responses.returned(route)
        if change.line <= value.statement.line <= (last.line if last is not None else value.statement.line)
    ]
    if last is None and goes_on(function.node.body):
        return False
    returns = find_in_scope(function.node.body, {nodes.Return})
    bare = any(node.value is None and node.line > change.line for node in returns)
    return not bare and bool(following) and all(value.nature is Nature.RESPONSE for value in following)


def _changes(function: Function, name: str) -> Iterator[_Change]:
    for node in find_in_scope(function.node.body, {nodes.Assign, nodes.Call}):
        target = node.func if isinstance(node, nodes.Call) else node.targets[0]
        if not isinstance(node, nodes.Call) and not isinstance(target, (nodes.Attribute, nodes.Subscript)):
            continue
        while isinstance(target, (nodes.Attribute, nodes.Subscript)):
            target = target.value
        if isinstance(target, nodes.Name) and target.id == name:
            yield node


def _mentions(function: Function, name: str) -> int:
    return sum(isinstance(node, nodes.Name) and node.id == name for node in walk(function.node.body))


def _own_return(body: tuple[nodes.Statement, ...], change: _Change) -> nodes.Return | None:
    """The `return` that ends the block in which a change stands."""
    for statement in body:
        if statement.line <= change.line <= statement.end_line:
            for name in ("body", "orelse", "finalbody"):
                found = _own_return(getattr(statement, name, ()), change)
                if found is not None:
                    return found
    if any(each.line <= change.line <= each.end_line for each in body):
        return next(
            (each for each in body if isinstance(each, nodes.Return) and each.line >= change.line), None
        )
    return None
