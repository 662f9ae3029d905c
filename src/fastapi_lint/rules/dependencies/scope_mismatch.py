"""FAL415 scope-mismatch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.source_text import source_text
from fastapi_lint.diagnostics import Location, Severity, TraceStep
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.providers import DependsCall
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.index import nodes

_SINCE = "0.121"
"""The version of FastAPI that introduced `scope=`."""


class ScopeMismatch(Rule):
    """
    ## What it does
    Reports a dependency with `yield` of the request's scope, which is the default, that depends on something with
    `scope="function"`. Silent before FastAPI 0.121, which had no scopes.

    ## Why it is bad
    What has the function's scope ends before the response is sent, what has the request's after it: the second would
    clean up with the help of something that is gone. FastAPI refuses the route with a `DependencyScopeError`.

    ## Use instead
    The same scope for both: `Depends(…, scope="function")` where the outer one is used, or none for the inner one.

    ## References
    - [Dependencies with yield: early exit and scope](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
    """

    code = "FAL415"
    name = "scope-mismatch"
    severity = Severity.ERROR

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Dependencies with `yield` that declare something of the function's scope."""
        for function in app.providers.yielding:
            if app.is_linted(function.module):
                for parameter, _ in _mismatches(app, function):
                    yield Place(function.module, parameter.line)

    def visit_Param(self, node: cst.Param) -> None:
        """A parameter of such a dependency."""
        line, column, _, _ = self.visit.span(node.name)
        for function in self._functions_above():
            for parameter, inner in _mismatches(self.app, function):
                if (parameter.line, parameter.column) == (line, column):
                    self._report(node, function, inner)

    def _functions_above(self) -> Iterable[Function]:
        return (each for each in self.app.providers.yielding if each.module is self.module)

    def _report(self, node: cst.Param, function: Function, inner: DependsCall) -> None:
        outer = _outer_uses(self.app, function)[0]
        place = Location(outer.call.line, outer.call.column + 1)
        dependency = source_text(inner.dependency)
        self.report(
            node,
            f"`{function.name}` lives as long as the request, and cannot depend on `{dependency}`, which ends before "
            "the response: FastAPI raises a `DependencyScopeError`",
            help=f'use `Depends({function.name}, scope="function")`, or `Depends({dependency})` here',
            trace=(TraceStep(outer.module.path, place, f"`{source_text(outer.call)}`"),),
        )


def _mismatches(app: Application, function: Function) -> list[tuple[nodes.Parameter, DependsCall]]:
    if app.versions is not None and app.versions.below("fastapi", _SINCE):
        return []
    if not _outer_uses(app, function):
        return []
    return [
        (parameter, inner)
        for parameter, inner in app.providers.at_parameters(function)
        if app.providers.exit_scope(inner) == "function"
    ]


def _outer_uses(app: Application, function: Function) -> list[DependsCall]:
    """Where the function is asked for with the request's scope."""
    uses = app.providers.by_function.get(function, ())
    return [each for each in uses if app.providers.exit_scope(each) in (None, "request")]
