"""FAL212 router-included-twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.source_text import source_text
from fastapi_lint.diagnostics import Location, TraceStep
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.registrars import Inclusion
    from fastapi_lint.application.repeated_inclusions import RepeatedInclusion


class RouterIncludedTwice(Rule):
    """
    ## What it does
    Reports a router that an app includes again under the same prefix, by the same way or through another router.
    The same router under two prefixes is fine.

    ## Why it is bad
    The first inclusion answers every request. What the second one adds, such as `dependencies=` that protect the
    routes, never runs. OpenAPI gets every operation twice, of which FastAPI warns, and shows those of the second.

    ## Use instead
    Include it once.
    """

    code = "FAL212"
    name = "router-included-twice"

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The calls that include a router again."""
        for repeated in app.repeated_inclusions.values():
            for each in repeated.again:
                yield Place(each.module, each.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A call, perhaps of `include_router`."""
        call = self.call(node)
        repeated = self.app.repeated_inclusions.get(call) if call is not None else None
        if repeated is None:
            return
        first = repeated.first[-1]
        router = repeated.again[-1].call.argument(0, "router")
        where = f"at `{repeated.prefix}`" if repeated.prefix else "without a prefix"
        self.report(
            node,
            f"`{source_text(router)}` is included {where} already ({first.module.path}:{first.line}): nothing of this "
            "inclusion is ever reached",
            help="include it once",
            trace=_trace(repeated),
        )


def _trace(repeated: RepeatedInclusion) -> Iterator[TraceStep]:
    """The inclusions of the first time, then those of the second."""
    if len(repeated.first) == len(repeated.again) == 1:
        yield _step(repeated.first[0])
        return
    for each in (*repeated.first, *repeated.again):
        yield _step(each)


def _step(inclusion: Inclusion) -> TraceStep:
    place = Location(inclusion.call.line, inclusion.call.column + 1)
    return TraceStep(inclusion.module.path, place, f"`{source_text(inclusion.call)}`")
