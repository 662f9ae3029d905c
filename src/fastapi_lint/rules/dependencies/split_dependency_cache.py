"""FAL422 split-dependency-cache."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Location, TraceStep
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application


class SplitDependencyCache(Rule):
    """
    ## What it does
    Reports a `Depends(…)` of a dependency with `yield` that a request has already in another way: with
    `use_cache=False`, or with another `scope=`. All levels of a route are looked at, in all modules.

    ## Why it is bad
    FastAPI shares one object between all that ask for it in one request, if they ask alike. These get two sessions:
    what one has added the other does not see, one transaction is committed and the other is not, and each request
    takes two connections of the pool.

    ## Use instead
    One alias for all, with one scope: `Database = Annotated[Session, Depends(get_session)]`. Where two sessions are
    meant, two dependencies say so.

    ## References
    - [FastAPI: Using the same dependency multiple times](https://fastapi.tiangolo.com/tutorial/dependencies/sub-dependencies/)
    """

    code = "FAL422"
    name = "split-dependency-cache"
    preset = Preset.STRICT

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Those `Depends(…)`."""
        for call, split in app.split_dependencies.by_call.items():
            yield Place(split.dependency.module, call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A `Depends(…)`."""
        call = self.call(node)
        split = self.app.split_dependencies.by_call.get(call) if call is not None else None
        if split is None:
            return
        name = split.function.name
        why = "`use_cache=False`" if not split.dependency.use_cache else "another scope"
        other = split.other.call
        place = Location(split.other.line, other.column + 1 if other is not None else 1)
        self.report(
            node,
            f"`{shown(split.route)}` gets two objects from `{name}`: with {why}, this one is not shared",
            help=f"use one alias for `{name}` everywhere",
            trace=(TraceStep(split.other.module.path, place, f"`{name}` is depended on here too"),),
        )
