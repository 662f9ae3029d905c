"""What rules about returned values share: where the handlers of routes return them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.returned import Returned
    from fastapi_lint.application.routes import Route


class ReturnRule(Rule):
    """Base of rules that look at each `return` of the handlers of HTTP routes."""

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The `return` statements that the rule judges to be wrong."""
        for route in app.routes:
            if route.function is None or not app.is_linted(route.function.module):
                continue
            for value in cls.wrong(app, route):
                yield Place(value.scope.module, value.statement.line)

    def visit_Return(self, node: cst.Return) -> None:
        """A `return`, perhaps of a handler. A finding is reported once, whatever the number of routes."""
        function = self.function
        if function is None:
            return
        place = self.visit.span(node)[:2]
        for route in self.app.routes_of(function):
            for value in self.wrong(self.app, route):
                if (value.statement.line, value.statement.column) == place:
                    self.report_returned(node, route, value)
                    return

    @classmethod
    def wrong(cls, app: Application, route: Route) -> Iterator[Returned]:
        """The values that the rule reports, of those that the handler of a route returns."""
        raise NotImplementedError

    def report_returned(self, node: cst.Return, route: Route, value: Returned) -> None:
        """Report a `return` statement."""
        raise NotImplementedError
