"""FAL218 deletion-status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.flow import goes_on
from fastapi_lint.diagnostics import Severity
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.route_rule import shown
from fastapi_lint.rules.status_rule import StatusRule

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route


class DeletionStatus(StatusRule):
    """
    ## What it does
    Reports DELETE routes whose handlers return nothing and that answer 200.

    ## Why it is bad
    FastAPI sends the text `null` as JSON, with status 200, and OpenAPI promises a body. 204 says that there is none.

    ## Use instead
    `status_code=204` in the decorator, or return what a client may want to know of what was deleted.

    ## Fix
    Unsafe: adds it. Clients that parse the body, or compare with 200, have to be changed.
    """

    code = "FAL218"
    name = "deletion-status"
    severity = Severity.INFO
    preset = Preset.STRICT
    status = 204
    method = "DELETE"

    @classmethod
    def deserves(cls, app: Application, route: Route) -> bool:
        """Whether its handler comes to an end and returns nothing."""
        function = route.function
        if function is None or route.response_model is not None or not app.responses.answers_nothing(route):
            return False
        return goes_on(function.node.body) or bool(find_in_scope(function.node.body, {nodes.Return}))

    def message(self, route: Route) -> str:
        """What it sends."""
        return f"`{shown(route)}` returns nothing and answers 200 with the body `null`"
