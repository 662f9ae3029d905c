"""FAL322 unfiltered-none-annotation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.returned import Nature
from fastapi_lint.application.scopes import Function
from fastapi_lint.application.statuses import is_bodiless
from fastapi_lint.index import nodes
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route

_ANNOTATIONS_COUNT_SINCE = "0.89"


class UnfilteredNoneAnnotation(Rule):
    """
    ## What it does
    Reports handlers that are annotated with `-> None` and return data.

    ## Why it is bad
    For FastAPI `-> None` means that there is no response model: nothing is validated or filtered, everything that is
    returned is sent, and OpenAPI promises an empty answer.

    ## Use instead
    Annotate what is returned, or return nothing.
    """

    code = "FAL322"
    name = "unfiltered-none-annotation"
    whole_region = True

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Handlers with that annotation."""
        for route in app.routes:
            if route.function is not None and app.is_linted(route.function.module) and _is_wrong(app, route):
                yield Place(route.function.module, route.function.node.line)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """A function, perhaps a handler."""
        function = self.definition(node)
        routes = self.app.routes_of(function) if isinstance(function, Function) else ()
        route = next((each for each in routes if _is_wrong(self.app, each)), None)
        if route is not None:
            self.report(
                node,
                f"`{route.handler.name}` returns data and says `-> None`: `{shown(route)}` has no response model, and "
                "sends everything",
                help="annotate what is returned",
            )


def _is_wrong(app: Application, route: Route) -> bool:
    function = route.function
    if function is None or route.kind != "http" or route.option("response_model") is not None:
        return False
    if app.versions is not None and app.versions.at_least("fastapi", _ANNOTATIONS_COUNT_SINCE) is False:
        return False
    returns = function.node.returns
    if not isinstance(returns, nodes.Constant) or returns.value is not None:
        return False
    if is_bodiless(route.status_code, app.versions):
        return False
    return any(value.nature is Nature.DATA for value in app.responses.returned(route))
