"""FAL404 unresolved-default-marker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Location, Severity, TraceStep
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.wording import joined, quoted

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.marker_defaults import MarkerCall


class UnresolvedDefaultMarker(Rule):
    """
    ## What it does
    Reports calls of functions that have `= Depends(…)`, `= Query(…)` or another marker of FastAPI as a default,
    without that argument. Functions of every module are followed, methods and the `__init__` of classes, and
    functions handed to `BackgroundTasks.add_task` or `run_in_threadpool`.

    A parameter that the function does not use, or whose type it checks, does not count.

    ## Why it is bad
    Only FastAPI looks into the marker. Called like any other function, this one gets the marker itself: a
    `Depends` object in the place of a session (`AttributeError`), a `Query` object in the place of a number, which
    counts as true and compares with nothing.

    ## Use instead
    Give the argument. Better, put the work into a plain function that the route and the other caller share. With
    `Annotated[Session, Depends(get_db)]` there is no default, and Python itself says what is missing.
    """

    code = "FAL404"
    name = "unresolved-default-marker"
    severity = Severity.ERROR

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The calls the model found."""
        for module, found in app.marker_defaults.unresolved_calls.items():
            for each in found.values():
                yield Place(module, each.call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A call that leaves a marker in its place."""
        found = self.app.marker_defaults.unresolved_calls.get(self.module, {}).get(self.visit.span(node))
        if found is None:
            return
        names = joined(f"`{each.name}`" for each in found.parameters)
        verb = "runs" if found.is_passed_on else "is called"
        if len(found.parameters) == 1:
            given = f"it gets the `{quoted(found.parameters[0].default)}` object itself"
        else:
            given = "they are the markers themselves"
        self.report(
            node,
            f"`{_called(found)}` {verb} without {names}: only FastAPI resolves such a default, here {given}",
            help=f"pass {names}, or call a plain function that both callers share",
            trace=_definition(found),
        )


def _called(found: MarkerCall) -> str:
    function = found.function
    if function.name == "__init__" and function.owner is not None:
        return function.owner.name
    return function.name


def _definition(found: MarkerCall) -> Iterator[TraceStep]:
    for each in found.parameters:
        place = Location(each.line, each.column + 1)
        yield TraceStep(found.function.module.path, place, f"`{each.name} = {quoted(each.default)}`")
