"""FAL208 tuple-response."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi_lint.application.shapes import ANYTHING, UNKNOWN, Collection, members
from fastapi_lint.application.statuses import written_status
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.index import nodes
from fastapi_lint.rules.return_rule import ReturnRule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.returned import Returned
    from fastapi_lint.application.routes import Route
    from fastapi_lint.diagnostics import Fix

_STATUSES = frozenset(int(status) for status in HTTPStatus)


class TupleResponse(ReturnRule):
    """
    ## What it does
    Reports handlers that return a body and a status code as a tuple, as one does in Flask: `return {…}, 404`.

    ## Why it is bad
    FastAPI sends the tuple: a JSON list of the body and the number, with status 200. Clients take the error for a
    success. With a response model it is no value of that model, and every such request ends in a 500.

    ## Use instead
    Raise `HTTPException(status_code=404)`, or return `JSONResponse(…, status_code=404)`. The status of a success
    belongs to the decorator: `status_code=201`.

    ## Fix
    Unsafe: returns a `JSONResponse` with that status. Clients then get another body and status.
    """

    code = "FAL208"
    name = "tuple-response"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def wrong(cls, app: Application, route: Route) -> Iterator[Returned]:
        """The tuples with a status code at the second place."""
        if route.kind != "http" or route.registration.own is None or not app.responses.is_json(route):
            return
        if _may_be_sequence(app, route):
            return
        yield from (each for each in app.responses.returned(route) if _status(app, each) is not None)

    def report_returned(self, node: cst.Return, route: Route, value: Returned) -> None:
        """Report the tuple."""
        status = _status(self.app, value)
        sent = "as a JSON list with status 200"
        if self.app.responses.shape(route) is not None:
            sent = "against the response model, and fails with a 500"
        self.report(
            node,
            f"the status code {status} in this tuple is no status: `{shown(route)}` sends body and number {sent}",
            help=_advice(status),
            fix=self._fix(node),
        )

    def _fix(self, node: cst.Return) -> Fix | None:
        import libcst

        given = node.value
        if not isinstance(given, libcst.Tuple) or len(given.elements) != _BODY_AND_STATUS:
            return None
        row = self.visit.span(node)[0]
        needed = self.visit.imports.require("fastapi.responses", "JSONResponse", row=row)
        if needed is None:
            return None
        body, status = (self.visit.code(each.value) for each in given.elements)
        editor = self.editor()
        editor.replace(given, f"{needed.expression}({body}, status_code={status})")
        return self.build_fix("Return a `JSONResponse`", Applicability.UNSAFE, editor, imports=needed.edits)


_BODY_AND_STATUS = 2
_WITH_HEADERS = 3
_FIRST_ERROR = 400


def _advice(status: int | None) -> str:
    if status is not None and status >= _FIRST_ERROR:
        return f"raise `HTTPException(status_code={status}, …)`, or return a `JSONResponse` with that status"
    return f"give `status_code={status}` to the decorator, or return a `JSONResponse` with that status"


def _status(app: Application, value: Returned) -> int | None:
    """The status code at the second place of a tuple."""
    node = value.node
    if not isinstance(node, nodes.Sequence) or node.kind != "tuple":
        return None
    if len(node.elements) not in (_BODY_AND_STATUS, _WITH_HEADERS) or _is_number(node.elements[0]):
        return None
    status = written_status(app.routing.interpreter, node.elements[1], value.scope)
    return status if status in _STATUSES else None


def _is_number(node: nodes.Expression) -> bool:
    return isinstance(node, nodes.Constant) and isinstance(node.value, (int, float))


def _may_be_sequence(app: Application, route: Route) -> bool:
    """Whether the response model takes a tuple."""
    shape = app.responses.shape(route)
    if shape is None:
        return False
    return any(isinstance(each, Collection) or each in (ANYTHING, UNKNOWN) for each in members(shape))
