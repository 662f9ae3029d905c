"""FAL204 unmatched-path-parameter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.base import Place
from fastapi_lint.rules.parameter_rule import ParameterRule
from fastapi_lint.rules.route_rule import registration_trace, shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.unmatched_parameters import Unmatched
    from fastapi_lint.diagnostics import Fix


class UnmatchedPathParameter(ParameterRule):
    """
    ## What it does
    Reports parameters of handlers and dependencies that the path of their route does not have: those declared with
    `Path()`, and those whose name differs a little from a variable of the path that nothing takes, such as `item_id`
    for `/items/{id}`. Prefixes of routers and `include_router` count as parts of the path, aliases as names.

    ## Why it is bad
    What `Path()` asks for and the path does not have is always missing: every request is answered with 422. Without
    `Path()` FastAPI reads the parameter from the query string: the value in the path is ignored, and a request without
    `?item_id=` gets 422, or the default.

    ## Use instead
    One name for both, or `Path(alias="id")`.

    ## Fix
    A hint: takes the variable of the path under the name that the parameter has, with `Path(alias=…)`.
    """

    code = "FAL204"
    name = "unmatched-path-parameter"
    severity = Severity.ERROR
    fixes = (Applicability.HINT,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Parameters that no path has; registrations of routes that lack what others have."""
        found = app.routing.unmatched_parameters
        yield from (Place(module, line) for module, line, _ in found.by_parameter)
        yield from (Place(each[0].route.module, each[0].route.line) for each in found.by_call.values())

    def visit_Param(self, node: cst.Param) -> None:
        """A parameter, perhaps of a handler or dependency."""
        line, column, _, _ = self.visit.span(node.name)
        found = self.app.routing.unmatched_parameters.by_parameter.get((self.module, line, column))
        if found:
            self._report(node.name, found, filter(None, [self._renamed(node, found)]))

    def visit_Call(self, node: cst.Call) -> None:
        """A call, perhaps a decorator, that registers a route."""
        call = self.call(node)
        found = self.app.routing.unmatched_parameters.by_call.get(call, ()) if call is not None else ()
        routes = self.app.routes_registered_by(call) if found and call is not None else ()
        for name in dict.fromkeys(each.parameter.external_name for each in found):
            unmatched = [each for each in found if each.parameter.external_name == name]
            if {each.route for each in unmatched} >= set(routes):
                self._report(node, unmatched[:1])

    def _renamed(self, node: cst.Param, found: tuple[Unmatched, ...]) -> Fix | None:
        """Takes the variable of the path under the name that the parameter has."""
        variables = {each.variable for each in found if not each.is_declared}
        if len(variables) != 1 or None in variables or node.default is not None:
            return None
        return self.marked(node, "Path", Applicability.HINT, f'alias="{variables.pop()}"')

    def _report(self, node: cst.CSTNode, found: Iterable[Unmatched], hints: Iterable[Fix] = ()) -> None:
        first, *others = found
        route, variable = first.route, first.variable
        many = f" (nor of {len(others)} other{'s' if len(others) > 1 else ''})" if others else ""
        self.report(
            node,
            f"`{first.parameter.external_name}` of `{first.callee.name}` is not in the path of `{shown(route)}`{many}: "
            f"{_consequence(first)}",
            help=_advice(first),
            hints=hints,
            trace=() if variable is not None else registration_trace(route),
        )


def _consequence(unmatched: Unmatched) -> str:
    name, route = unmatched.parameter.external_name, unmatched.route
    refused = "the connection is refused" if route.kind == "websocket" else "the answer is 422"
    if unmatched.is_declared:
        return f"it is always missing, and {refused}"
    ignored = f"it is read from the query, and `{{{unmatched.variable}}}` is ignored"
    return ignored if unmatched.parameter.default is not None else f"{ignored}; without `?{name}=` {refused}"


def _advice(unmatched: Unmatched) -> str:
    name = unmatched.parameter.external_name
    if unmatched.variable is not None:
        return f'write `{{{name}}}` in the path, or take it with `Path(alias="{unmatched.variable}")`'
    return f"write `{{{name}}}` in the path, or take it from the query with `Query()`"
