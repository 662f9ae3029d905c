"""FAL309 unchecked-none-result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.shapes import is_optional
from fastapi_lint.diagnostics import Location, TraceStep
from fastapi_lint.rules.return_rule import ReturnRule
from fastapi_lint.rules.wording import quoted

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.returned import Returned
    from fastapi_lint.application.routes import Route
    from fastapi_lint.index import nodes


class UncheckedNoneResult(ReturnRule):
    """
    ## What it does
    Reports handlers that return the result of a query, or of a function of the project annotated with `X | None`, where
    nothing on the way has looked whether it is None, and the response model does not admit None. Conditions, early
    returns, `or`, assertions, assignments in conditions and helpers that raise are followed.

    ## Why it is bad
    What is not there is answered with a 500 instead of a 404: None is no value of the response model.

    ## Use instead
    Check it, and raise the 404. Or admit None: `response_model=User | None`.
    """

    code = "FAL309"
    name = "unchecked-none-result"

    @classmethod
    def wrong(cls, app: Application, route: Route) -> Iterator[Returned]:
        """The values that may be None though the response model does not admit it."""
        shape = app.responses.shape(route)
        if shape is not None and not is_optional(shape):
            yield from (
                value for value in app.responses.returned(route) if _source(app, route, value) is not None
            )

    def report_returned(self, node: cst.Return, route: Route, value: Returned) -> None:
        """Report a `return`, with the call whose result it is."""
        source, model = _source(self.app, route, value), route.response_model
        if source is None or model is None:
            return
        name = quoted(value.node)
        trace = []
        if source.line != value.statement.line:
            place = Location(source.line, source.column + 1)
            trace.append(TraceStep(self.module.path, place, f"`{quoted(source)}` may give None"))
        self.report(
            node,
            f"`{name}` is None where nothing is found, which `{model.text}` does not admit: clients get a 500, no 404",
            help="raise `HTTPException(404)` where it is None, or add `| None` to the response model",
            trace=trace,
        )


def _source(app: Application, route: Route, value: Returned) -> nodes.Call | None:
    function = route.function
    return app.responses.none_checks.source(function, value) if function is not None else None
