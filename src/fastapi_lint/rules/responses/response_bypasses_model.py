"""FAL306 response-bypasses-model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.returned import Nature, constructs, origins
from fastapi_lint.application.statuses import written_status
from fastapi_lint.index import nodes
from fastapi_lint.rules.return_rule import ReturnRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.returned import Returned
    from fastapi_lint.application.routes import Route

_JSON = "fastapi.responses.JSONResponse"


class ResponseBypassesModel(ReturnRule):
    """
    ## What it does
    Reports handlers that return a `JSONResponse` of a success where the route declares a response model.

    ## Why it is bad
    A response is sent as it is: the model neither validates nor filters it. OpenAPI promises what nobody checks, and
    fields that the model leaves out go out all the same.

    ## Use instead
    Return the object, and set headers and status on a parameter `response: Response`.
    """

    code = "FAL306"
    name = "response-bypasses-model"

    @classmethod
    def wrong(cls, app: Application, route: Route) -> Iterator[Returned]:
        """The responses that bypass the model."""
        model = route.response_model
        if model is not None and model.is_known and not app.responses.is_unfiltered(route):
            for value in app.responses.returned(route):
                if value.nature is Nature.RESPONSE and _is_success(app, value):
                    yield value

    def report_returned(self, node: cst.Return, route: Route, value: Returned) -> None:
        """Report a response."""
        model = route.response_model
        text = model.text if model is not None else ""
        self.report(
            node,
            f"this response is sent as it is: `{text}`, the response model, neither validates nor filters it",
            help="return the object itself",
        )


def _is_success(app: Application, value: Returned) -> bool:
    """Whether a value surely is a JSON response with content and a status below 300."""
    found = list(origins(value.node, value.scope))
    for node, scope in found:
        if not isinstance(node, nodes.Call) or not constructs(app.inference, node, scope, _JSON):
            return False
        content, status = node.argument(0, "content"), node.argument(1, "status_code")
        if content is None:
            return False
        known = written_status(app.routing.interpreter, status, scope)
        if status is not None and (known is None or known >= _REDIRECTION):
            return False
    return bool(found)


_REDIRECTION = 300
