"""What rules about `Depends(…)` share: where it is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.providers import DependsCall


class DependsRule(Rule):
    """Base of rules that look at each `Depends(…)` and `Security(…)`."""

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Those that the rule judges to be wrong."""
        return (
            Place(each.module, each.call.line)
            for each in app.providers.calls
            if app.is_linted(each.module) and cls.is_wrong(app, each)
        )

    def visit_Call(self, node: cst.Call) -> None:
        """A call, perhaps `Depends(…)`."""
        found = self.app.providers.written.get(self.module, {}).get(self.visit.span(node))
        if found is not None and self.is_wrong(self.app, found):
            self.report_depends(node, found)

    @classmethod
    def is_wrong(cls, app: Application, depends: DependsCall) -> bool:
        """Whether there is something to say of a `Depends(…)`."""
        raise NotImplementedError

    def report_depends(self, node: cst.Call, depends: DependsCall) -> None:
        """Say it."""
        raise NotImplementedError
