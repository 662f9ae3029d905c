"""What rules about parameters share: where FastAPI reads signatures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading


class ParameterRule(Rule):
    """Base of rules that look at each parameter of handlers and dependencies."""

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The parameters that the rule judges to be wrong."""
        for node, readings in app.routing.readings.parameters:
            if cls.is_wrong(app, readings):
                yield Place(readings[0].signature.function.module, node.line)

    def visit_Param(self, node: cst.Param) -> None:
        """A parameter, perhaps of a function that FastAPI calls."""
        line, column, _, _ = self.visit.span(node.name)
        readings = self.app.routing.readings.at(self.module, line, column)
        if readings and self.is_wrong(self.app, readings):
            self.report_parameter(node, readings)

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether there is something to say of a parameter, given all its readings."""
        raise NotImplementedError

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Say it."""
        raise NotImplementedError
