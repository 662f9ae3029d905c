"""FAL232 request-only-for-nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Severity
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.parameter_rule import ParameterRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.application.scopes import Function


class RequestOnlyForNothing(ParameterRule):
    """
    ## What it does
    Reports `request: Request` of handlers and dependencies that never mention it. Functions with a decorator other
    than the route's are left alone: rate limiters and caches look for the request among the arguments. So are
    parameters whose name begins with an underscore.

    ## Why it is bad
    It says that the function reads something of the request that its signature does not show, and every test that
    calls it has to make one.

    ## Use instead
    Remove the parameter.
    """

    code = "FAL232"
    name = "request-only-for-nothing"
    severity = Severity.INFO
    preset = Preset.ALL

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether it is a request that nothing in the function mentions."""
        parameter, signature = readings[0]
        if parameter.special != "request" or parameter.name.startswith("_") or signature.callee.wrappers:
            return False
        return not _is_decorated(app, signature.function) and not _mentions(
            signature.function, parameter.name
        )

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        parameter, signature = readings[0]
        self.report(
            node.name,
            f"`{signature.function.name}` never uses `{parameter.name}`",
            help="remove the parameter",
        )


def _is_decorated(app: Application, function: Function) -> bool:
    return any(
        not isinstance(each, nodes.Call) or not app.routes_registered_by(each)
        for each in function.node.decorators
    )


def _mentions(function: Function, name: str) -> bool:
    return any(
        isinstance(each, nodes.Name) and each.id in (name, "locals") for each in walk(function.node.body)
    )
