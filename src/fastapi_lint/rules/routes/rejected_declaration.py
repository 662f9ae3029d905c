"""FAL205 rejected-declaration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability, Location, Severity, TraceStep
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.call_rule import keyword_argument

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.rejections import Rejection
    from fastapi_lint.diagnostics import Fix


class RejectedDeclaration(Rule):
    """
    ## What it does
    Reports declarations that FastAPI refuses, each with the reason:

    - a prefix that does not begin with a slash, or ends with one; neither prefix nor path of an included route;
    - `Query()` and the like on a variable of the path, `Path()` with a default, a list or model in the path, a dict in
      the query string;
    - a default inside of `Annotated[int, Query(1)]`, a marker both in `Annotated` and as default, a marker on a
      request;
    - `{id}` twice in one path, an unknown convertor;
    - `dependencies=[check]` without `Depends`, `dependencies=Depends(check)` without a list;
    - a router that is included in itself, or in one that it includes;
    - `Response | Item` as return annotation without `response_model=`; a SQLAlchemy class, a session or any other class
      without a schema as parameter or response; `BackgroundTasks | None`;
    - `@app.on_event("start")`.

    What has a rule of its own is left to that: bodies for status 204 (FAL308), what is depended on (FAL402, FAL403),
    scopes of dependencies (FAL415), keywords (FAL233).

    ## Why it is bad
    The application does not start: the module raises while it is imported. What is added by `include_router` is looked
    at later by FastAPI 0.137 and newer, and raises with the first request, or when the OpenAPI document is made.

    ## Use instead
    What the finding says.

    ## Fix
    Safe: moves the default out of `Annotated`, corrects the slashes of a prefix, puts `Depends(…)` or a list around
    what stands in `dependencies`, removes the default of `Path()`. Nothing of it worked before.
    """

    code = "FAL205"
    name = "rejected-declaration"
    severity = Severity.ERROR
    fixes = (Applicability.SAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """What is refused."""
        return (Place(each.module, each.node.line) for each in app.rejections.all)

    def visit_Param(self, node: cst.Param) -> None:
        """A parameter, perhaps of a function that FastAPI calls."""
        line, column, _, _ = self.visit.span(node.name)
        found = self.app.rejections.of_parameter(self.module, line, column)
        if found is not None:
            self._report(node, found, None)

    def visit_Call(self, node: cst.Call) -> None:
        """A call that makes or includes a router, registers a route, or is a marker."""
        call = self.call(node)
        rejections = self.app.rejections.of_call(call) if call is not None else ()
        if not rejections:
            return
        from fastapi_lint.rules.rejection_fixes import fix_at_call

        for found in rejections:
            argument = keyword_argument(node, found.keyword) if found.keyword is not None else None
            self._report(argument or node, found, fix_at_call(self, node, argument, found))

    def _report(self, node: cst.CSTNode, found: Rejection, fix: Fix | None) -> None:
        self.report(
            node,
            f"{found.reason}: FastAPI refuses it",
            help=found.advice,
            trace=[TraceStep(hop.module.path, Location(hop.line, 1), hop.text) for hop in found.chain],
            fix=fix,
        )
