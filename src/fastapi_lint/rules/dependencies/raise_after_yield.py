"""FAL424 raise-after-yield."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Class
from fastapi_lint.application.values import External
from fastapi_lint.application.yield_points import yield_points
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk_scope
from fastapi_lint.rules.yield_rule import YieldRule, exits_after_response

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Function, Scope

_EXCEPTIONS = (
    "fastapi.HTTPException",
    "fastapi.WebSocketException",
    "starlette.exceptions.HTTPException",
    "starlette.exceptions.WebSocketException",
)


class RaiseAfterYield(YieldRule):
    """
    ## What it does
    Reports an `HTTPException` raised after the `yield` of a dependency when the request went well, where FastAPI
    resumes dependencies only after the response: from 0.118 on, and before 0.106, unless every `Depends(…)` says
    `scope="function"`.

    Raising one in an `except` around the `yield` is fine: the request has failed, and there is no response yet.

    ## Why it is bad
    The client has its 200. What is left of the error is `RuntimeError: Caught handled exception, but response
    already started` in the server's log.

    ## Use instead
    Check before the `yield`, or in the handler. From FastAPI 0.121 on, `Depends(…, scope="function")` ends the
    dependency before the response is sent.
    """

    code = "FAL424"
    name = "raise-after-yield"

    @classmethod
    def find(cls, app: Application, function: Function) -> Sequence[nodes.Raise]:
        """The exceptions raised too late."""
        if not exits_after_response(app, function):
            return ()
        found = [
            node
            for point in yield_points(function)
            for statement in point.after_success()
            for node in walk_scope(statement)
            if isinstance(node, nodes.Raise) and _is_meant_for_client(app, node, function.body_scope)
        ]
        return list(dict.fromkeys(found))

    def visit_Raise(self, node: cst.Raise) -> None:
        """A `raise` after the `yield`."""
        if self.found_at(self.visit.span(node)[0]):
            name = self.function.name if self.function is not None else ""
            self.report(
                node,
                f"`{name}` raises this when the client already has its answer: it never gets there",
                help="check before the `yield` or in the handler",
            )


def _is_meant_for_client(app: Application, node: nodes.Raise, scope: Scope) -> bool:
    value = app.inference.infer(node.exception, scope)
    if isinstance(value, (Class, External)):
        return app.inference.is_subclass(value, _EXCEPTIONS)
    return app.inference.is_instance(value, _EXCEPTIONS)
