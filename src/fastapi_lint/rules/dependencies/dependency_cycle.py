"""FAL409 dependency-cycle."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Function
from fastapi_lint.diagnostics import Location, Severity, TraceStep
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.dependency_cycles import Link


class DependencyCycle(Rule):
    """
    ## What it does
    Reports dependencies that depend on themselves, directly or through others: functions whose annotations are
    strings (`from __future__ import annotations`), classes that `Depends()` on one another.

    ## Why it is bad
    FastAPI resolves signatures when the route is registered, and follows the circle until Python gives up:
    `RecursionError` at import.

    ## Use instead
    Move what both need into a third dependency.
    """

    code = "FAL409"
    name = "dependency-cycle"
    severity = Severity.ERROR

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The first function of each cycle."""
        return (Place(function.module, function.node.line) for function in app.providers.cycles)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """A dependency."""
        function = self.definition(node)
        cycle = self.app.providers.cycles.get(function) if isinstance(function, Function) else None
        if cycle:
            way = " → ".join(
                f"`{_named(each)}`" for each in (*(link.function for link in cycle), cycle[0].function)
            )
            self.report(
                node.name,
                f"this dependency needs itself: {way}; FastAPI follows the circle into a `RecursionError`",
                help="move what they share into a dependency of its own",
                trace=[_step(link) for link in cycle],
            )


def _named(function: Function) -> str:
    return function.owner.name if function.owner is not None else function.name


def _step(link: Link) -> TraceStep:
    place = Location(link.parameter.line, link.parameter.column + 1)
    text = f"{_named(link.function)} depends on {_named(link.needed)}"
    return TraceStep(link.function.module.path, place, text)
