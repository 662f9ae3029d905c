"""FAL411 hoistable-dependency."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Location, Severity, TraceStep
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.wording import listed

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application


class HoistableDependency(Rule):
    """
    ## What it does
    Reports routers and apps each of whose routes has the same dependency, in `dependencies=[…]` or as a parameter that
    the handler does not use.

    ## Why it is bad
    Whoever adds a route has to think of it. Where the dependency checks something, the route without it lets everybody
    in.

    ## Use instead
    `APIRouter(dependencies=[Depends(check_key)])`: it holds for all routes, those to come too.

    ## References
    - [FastAPI: Bigger Applications](https://fastapi.tiangolo.com/tutorial/bigger-applications/)
    """

    code = "FAL411"
    name = "hoistable-dependency"
    severity = Severity.INFO
    preset = Preset.STRICT

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Where the routers are made."""
        for call, found in app.hoistable_dependencies.by_call.items():
            yield Place(found.registrar.module, call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A call that makes a router or an app."""
        call = self.call(node)
        found = self.app.hoistable_dependencies.by_call.get(call) if call is not None else None
        if found is None:
            return
        names = list(dict.fromkeys(each.callee.name for each in found.dependencies))
        code = self.visit.code(node.func)
        self.report(
            node,
            f"all {len(found.routes)} routes of this {found.registrar.kind} depend on {listed(names)}, each for "
            "itself: the next one has to remember it",
            help=f"write `{code}(dependencies=[Depends({names[0]})])`",
            trace=(
                TraceStep(
                    each.module.path, Location(each.line, 1), f"`{each.callee.name}` is depended on here"
                )
                for each in found.dependencies
            ),
        )
