"""FAL211 unincluded-router."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application


class UnincludedRouter(Rule):
    """
    ## What it does
    Reports a router with routes that no app of the project includes, directly or through other routers. Silent where
    there is no app, as in a library of routers; where the router is used for anything else; and where an app includes
    something that is not known, and that may be this router: routers of modules that are imported by computed names,
    whose names are in a list of texts, or that are handed on as values.

    ## Why it is bad
    Its routes do not exist: every request to them gets a 404, while the code looks as if it were served.

    ## Use instead
    `app.include_router(router)`, or remove it.
    """

    code = "FAL211"
    name = "unincluded-router"

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Where such routers are made."""
        return (Place(each.module, each.line) for each in app.unincluded_routers.by_call.values())

    def visit_Call(self, node: cst.Call) -> None:
        """A call, perhaps one that makes a router."""
        call = self.call(node)
        router = self.app.unincluded_routers.by_call.get(call) if call is not None else None
        if router is not None:
            name = router.name.partition(":")[2]
            count = sum(1 for _ in router.routes)
            routes = (
                f"its {count} routes are" if count > 1 else "its route is" if count else "its routers are"
            )
            self.report(
                node,
                f"no app of the project includes `{name}`: {routes} never served",
                help=f"add `app.include_router({name})`, or remove it",
            )
