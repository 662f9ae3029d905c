"""FAL229 frozen-default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Location, TraceStep
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.wording import quoted

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application


class FrozenDefault(Rule):
    """
    ## What it does
    Reports defaults of model fields, and of the parameters of handlers and dependencies, that call for the time, a new
    identifier or a random value: `= datetime.now()`, `Field(default=uuid4())`, `Query(date.today())`, also through a
    function of the project. Settings are left alone: they are read once.

    ## Why it is bad
    A default is evaluated once, when the module is imported. Every row gets the identifier of the first one, and
    every request the time at which the server was started.

    ## Use instead
    `Field(default_factory=uuid4)` for a field or a parameter; or `None`, and the value in the handler.
    """

    code = "FAL229"
    name = "frozen-default"

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Such calls in defaults."""
        for module, defaults in app.frozen_defaults.found.items():
            for default in defaults.values():
                yield Place(module, default.call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A call, perhaps in a default."""
        found = self.app.frozen_defaults.found.get(self.module, {}).get(self.visit.span(node))
        if found is None:
            return
        code = quoted(found.call)
        uses = f"every `{found.owner}`" if found.is_field else f"every request to `{found.owner}`"
        self.report(
            node,
            f"`{code}` is called once, when the module is imported: {uses} gets that same `{found.name}`",
            help="give the function as `default_factory`"
            + ("" if found.is_field else ", or make `None` the default"),
            trace=[
                TraceStep(
                    each.module.path,
                    Location(each.node.line, 1),
                    f"`{each.name}` returns what `{found.origin.name}` gives",
                )
                for each in found.origin.through
            ],
        )
