"""FAL419 stale-override."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.diagnostics import Severity
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.override_rule import OverrideRule
from fastapi_lint.rules.traces import definition_step

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.overrides import Override
    from fastapi_lint.diagnostics import TraceStep


class StaleOverride(OverrideRule):
    """
    ## What it does
    Reports entries of `dependency_overrides` for functions and classes of the project that no route depends on: no
    `Depends(…)` names them, and nothing is handed them that might. Tests are looked at too.

    ## Why it is bad
    The override is ignored without a word, and the test runs against the real thing. Mostly the dependency has been
    renamed or moved, or another function of the same name is meant.

    ## Use instead
    The function that stands in `Depends(…)`. Remove the override if there is none any more.

    ## References
    - [FastAPI: Testing Dependencies with Overrides](https://fastapi.tiangolo.com/advanced/testing-dependencies/)
    """

    code = "FAL419"
    name = "stale-override"
    severity = Severity.ERROR
    preset = Preset.STRICT

    @classmethod
    def found(cls, app: Application) -> Mapping[Module, Mapping[tuple[int, int], Override]]:
        """The overrides of what no route depends on."""
        return app.stale_overrides.by_place

    def report_override(self, node: cst.BaseExpression, override: Override) -> None:
        """Report the key."""
        name = self.visit.code(node)
        overridden = self.infer(node)
        meant = (
            self.app.stale_overrides.namesake(overridden)
            if isinstance(overridden, (Class, Function))
            else None
        )
        self.report(
            node,
            f"no route depends on `{name}`: FastAPI never looks this override up",
            help=f"`{meant.module.name}.{meant.name}` is what routes depend on"
            if meant is not None
            else "override what stands in `Depends(…)`, or remove this",
            trace=_definitions(overridden, meant),
        )


def _definitions(*definitions: object) -> Iterator[TraceStep]:
    for each, what in zip(definitions, ("overridden", "depended on"), strict=True):
        if isinstance(each, (Class, Function)):
            yield definition_step(each, f"this `{each.name}` is {what}")
