"""What rules about the status of a success share: routes that answer 200 because nothing else is declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from fastapi_lint.application.returned import Nature
from fastapi_lint.diagnostics import Applicability, Location, TraceStep
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope
from fastapi_lint.rules.route_rule import RouteRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.effects import Change
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.diagnostics import Fix


class StatusRule(RouteRule):
    """Base of rules that want another status in the decorator."""

    fixes = (Applicability.UNSAFE,)
    status: ClassVar[int]
    """The status that says what happens."""
    method: ClassVar[str]
    """The HTTP method of the routes."""

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Whether it answers 200 where another status is right."""
        return route.methods == (cls.method,) and _is_default(app, route) and cls.deserves(app, route)

    @classmethod
    def deserves(cls, app: Application, route: Route) -> bool:
        """Whether a route does what the status stands for."""
        raise NotImplementedError

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report the decorator once."""
        route = next((each for each in routes if self.concerns(self.app, each)), None)
        if route is not None:
            self.report(
                node,
                self.message(route),
                help=f"say so: `status_code={self.status}`",
                trace=self.trace(route),
                fix=self._fix(node, route),
            )

    def message(self, route: Route) -> str:
        """What a route does, and that it answers 200."""
        raise NotImplementedError

    def trace(self, route: Route) -> Iterator[TraceStep]:
        """What proves it."""
        yield from ()

    def _fix(self, node: cst.Call, route: Route) -> Fix | None:
        call = self.call(node)
        if call is None or route.registration.inner_call is not call:
            return None
        if any(each.function is not route.function for each in self.app.routes_registered_by(call)):
            return None  # the call is made for other routes, too
        editor = self.editor()
        editor.add_argument(node, f"status_code={self.status}")
        return self.build_fix(f"Declare the status {self.status}", Applicability.UNSAFE, editor)


def change_trace(change: Change) -> Iterator[TraceStep]:
    """The calls that lead from a handler to what it changes."""
    for caller, node in change.through:
        yield _step(caller, node.line, getattr(node, "column", 0), f"{caller.name} calls this")
    yield _step(change.function, change.call.line, change.call.column, f"{change.function.name} changes data")


def _step(function: Function, line: int, column: int, text: str) -> TraceStep:
    return TraceStep(function.module.path, Location(line, column + 1), text)


def _is_default(app: Application, route: Route) -> bool:
    """Whether nothing says which status its answers have, so that it is 200."""
    function = route.function
    if route.kind != "http" or function is None or route.registration.own is None:
        return False
    if route.option("status_code") is not None or route.registration.incomplete is not None:
        return False
    if function.node.is_generator or not app.responses.is_json(route) or _sets_status(function):
        return False
    return all(each.nature is not Nature.RESPONSE for each in app.responses.returned(route))


def _sets_status(function: Function) -> bool:
    """Whether a handler sets the status of its answer itself: `response.status_code = 201`."""
    return any(
        isinstance(target, nodes.Attribute) and target.attr == "status_code"
        for statement in find_in_scope(function.node.body, {nodes.Assign})
        for target in statement.targets
    )
