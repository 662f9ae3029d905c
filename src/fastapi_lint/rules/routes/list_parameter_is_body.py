"""FAL238 list-parameter-is-body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.shapes import Collection, NoneType, Shape, members
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.parameter_rule import ParameterRule, is_ordinary
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.diagnostics import Fix

_WITHOUT_BODY = frozenset({"GET", "HEAD"})


class ListParameterIsBody(ParameterRule):
    """
    ## What it does
    Reports parameters of POST, PUT, PATCH and DELETE routes that are lists, sets or tuples of plain values, without a
    marker. Routes for GET and HEAD are the matter of `body-on-get`; a list of models, or a `dict`, can be nothing else
    than a body.

    ## Why it is bad
    `tags: list[str]` is the request body, beside `name: str`, which is a query parameter: nothing in the code says so.
    A client that sends `?tags=a&tags=b` gets a 422, or the default.

    ## Use instead
    `Annotated[list[str], Body()]` or `Annotated[list[str], Query()]`, whatever is meant.

    ## Fix
    Hints, to choose from: adds `Body()`, which changes nothing, or `Query()`: clients then have to send the values in
    the query string.
    """

    code = "FAL238"
    name = "list-parameter-is-body"
    severity = Severity.INFO
    preset = Preset.STRICT
    fixes = (Applicability.HINT,)

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether every reading takes such a collection from the body, unmarked."""
        return is_ordinary(readings) and all(
            parameter.role == "body"
            and parameter.marker is None
            and _is_plain_collection(app, parameter.shape)
            and all(_WITHOUT_BODY.isdisjoint(route.methods) for route in signature.routes)
            for parameter, signature in readings
        )

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        parameter, signature = readings[0]
        self.report(
            node.name,
            f"`{parameter.name}` of `{shown(signature.routes[0])}` is read from the body, not from the query string",
            help="say which is meant, with `Body()` or `Query()`",
            hints=self._hints(node),
        )

    def _hints(self, node: cst.Param) -> Iterator[Fix]:
        for marker in ("Body", "Query"):
            fix = self.marked(node, marker, Applicability.HINT)
            if fix is not None:
                yield fix


def _is_plain_collection(app: Application, shape: Shape) -> bool:
    """Whether a query string could hold it: a collection of plain values, and nothing else but None."""
    found = [each for each in members(shape) if not isinstance(each, NoneType)]
    return bool(found) and all(
        isinstance(each, Collection)
        and all(app.routing.signatures.is_complex(element) is False for element in each.elements)
        for each in found
    )
