"""FAL308 body-with-bodiless-status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.returned import Nature, constructs
from fastapi_lint.application.statuses import is_bodiless, written_status
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.returned import Returned
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Function, Scope
    from fastapi_lint.diagnostics import Fix

_JSON = "fastapi.responses.JSONResponse"


class BodyWithBodilessStatus(Rule):
    """
    ## What it does
    Reports bodies for status codes that have none (1xx, 204, 205 and 304): response models and return annotations of
    such routes, values that their handlers return, `JSONResponse(…, status_code=204)`, and `response.status_code = 204`
    before a value is returned.

    ## Why it is bad
    FastAPI refuses such a route at import when it has a response model. Without one it drops the returned value, and
    nobody is told. A `JSONResponse` sends its body all the same, which is against HTTP: the server cuts the connection,
    or the bytes are taken for the next answer.

    ## Use instead
    Return nothing, annotate with `-> None`, and use `Response(status_code=204)`; or answer with 200.

    ## Fix
    Unsafe: returns nothing, removes `response_model`, or sends an empty `Response`. The status stays as it is, and no
    body is sent any more, in case that some client reads it: see first whether 200 was meant.

    ## References
    - [RFC 9110: 204 No Content](https://www.rfc-editor.org/rfc/rfc9110#name-204-no-content)
    """

    code = "FAL308"
    name = "body-with-bodiless-status"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Routes of such a status, what their handlers return, and responses that are made with one."""
        for route in app.routes:
            if route.call is not None and app.is_linted(route.module) and _is_refused(app, route):
                yield Place(route.module, route.line)
            if route.function is not None and app.is_linted(route.function.module):
                for value, _ in _dropped(app, route):
                    yield Place(value.scope.module, value.statement.line)
        for module in app.linted(app.modules):
            for node, scope in app.located(module).calls.values():
                if len(node.args) > 1 or node.keyword("status_code") is not None:
                    if is_bodiless(_status_of_response(app, node, scope), app.versions):
                        yield Place(module, node.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A route that FastAPI refuses, or a JSON response with a body that must not be."""
        call = self.call(node)
        if call is None:
            return
        route = next(
            (each for each in self.app.routes_registered_by(call) if _is_refused(self.app, each)), None
        )
        if route is not None and route.response_model is not None:
            self.report(
                node,
                f"`{shown(route)}` answers with {route.status_code}, which has no body, and declares "
                f"`{route.response_model.text}`: FastAPI refuses it at import",
                help="annotate the handler with `-> None`, or answer with 200",
                fix=self._fix(node, route),
            )
        status = _status_of_response(self.app, call, self.scope)
        if is_bodiless(status, self.app.versions):
            self.report(
                node,
                f"this sends a body with {status}, which has none: the connection breaks",
                help=f"use `Response(status_code={status})`",
                fix=self._empty(node),
            )

    def visit_Return(self, node: cst.Return) -> None:
        """A value that is not sent."""
        from fastapi_lint.rules.bodiless_fix import return_nothing

        function = self.function
        place = self.visit.span(node)[:2]
        for route in self.app.routes_of(function) if function is not None else ():
            for value, status in _dropped(self.app, route):
                if (value.statement.line, value.statement.column) == place:
                    self.report(
                        node,
                        f"`{shown(route)}` answers with {status}, which has no body: this value is dropped",
                        help="return nothing, or answer with 200",
                        severity=Severity.WARNING,
                        fix=return_nothing(self, node),
                    )
                    return

    def _fix(self, node: cst.Call, route: Route) -> Fix | None:
        from fastapi_lint.rules.bodiless_fix import declare_nothing

        is_argument = route.response_model is not None and route.response_model.source == "argument"
        return declare_nothing(self, node) if is_argument and route.annotated_model is None else None

    def _empty(self, node: cst.Call) -> Fix | None:
        from fastapi_lint.rules.bodiless_fix import empty_response

        is_annotated = self.function is not None and self.function.node.returns is not None
        return None if is_annotated else empty_response(self, node)


def _is_refused(app: Application, route: Route) -> bool:
    model = route.response_model
    return model is not None and model.is_known and is_bodiless(route.status_code, app.versions)


def _status_of_response(app: Application, call: nodes.Call, scope: Scope) -> int | None:
    """The status of a JSON response that a call makes."""
    if not constructs(app.inference, call, scope, _JSON):
        return None
    return written_status(app.routing.interpreter, call.argument(1, "status_code"), scope)


def _dropped(app: Application, route: Route) -> Iterator[tuple[Returned, int]]:
    """The values that a handler returns for nothing, with the status that has no body."""
    function = route.function
    if function is None or route.kind != "http" or _is_refused(app, route):
        return
    for value in app.responses.returned(route):
        if value.nature is Nature.DATA:
            status = _status_set_before(app, route, function, value) or route.status_code
            if status is not None and is_bodiless(status, app.versions):
                yield value, status


def _status_set_before(app: Application, route: Route, function: Function, value: Returned) -> int | None:
    """The status that the block of a `return` gives to the injected response before."""
    injected = [
        each.name
        for each in app.routing.signatures.of(route.handler, route.path_parameters)
        if each.special == "response"
    ]
    found: int | None = None
    for statement in _block_of(function.node.body, value.statement):
        if statement is value.statement:
            break
        for node in find_in_scope([statement], {nodes.Assign}):
            for target in node.targets:
                if _is_status(target, injected):
                    is_direct = statement is node
                    found = (
                        written_status(app.routing.interpreter, node.value, value.scope)
                        if is_direct
                        else None
                    )
    return found


def _is_status(target: nodes.Expression, names: list[str]) -> bool:
    return (
        isinstance(target, nodes.Attribute)
        and target.attr == "status_code"
        and isinstance(target.value, nodes.Name)
        and target.value.id in names
    )


def _block_of(body: tuple[nodes.Statement, ...], statement: nodes.Statement) -> tuple[nodes.Statement, ...]:
    """The innermost block in which one stands."""
    if statement in body:
        return body
    for each in body:
        for name in ("body", "orelse", "finalbody"):
            found = _block_of(getattr(each, name, ()), statement)
            if found:
                return found
        for part in (*getattr(each, "handlers", ()), *getattr(each, "cases", ())):
            found = _block_of(part.body, statement)
            if found:
                return found
    return ()
