"""FAL408 resource-in-handler."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.source_text import source_text
from fastapi_lint.diagnostics import Location, TraceStep
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.opened_resources import OpenedResource


class ResourceInHandler(Rule):
    """
    ## What it does
    Reports database sessions and connections that a handler opens itself, or a dependency for its own use, and
    engines, pools and clients with a pool that are made for each request: in a handler, in a dependency, or in what
    these call.

    Handlers that are given a session already or give one back before they wait for something else, context managers of
    the project, WebSockets, streams, health checks, clients that a dependency closes again, and what is made of the
    client's own data (a check of a connection) are left alone; so is what is made once, when first asked for, and kept.

    ## Why it is bad
    A handler that opens its own session cannot be tested with another one: `dependency_overrides` does not reach it.
    It is a session apart from that of its dependencies, with its own transaction, and every handler has to close it.

    An engine for each request opens new connections to the database each time and reuses none: requests become slow,
    and under load the database refuses further connections.

    ## Use instead
    One engine or client for the application, at module level or made in the lifespan; sessions from a dependency with
    `yield`.

    ## References
    - [FastAPI: Dependencies with yield](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
    - [SQLAlchemy: Engine disposal](https://docs.sqlalchemy.org/en/20/core/connections.html#engine-disposal)
    """

    code = "FAL408"
    name = "resource-in-handler"
    follows_calls = True

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The calls that open something for a request."""
        for module, calls in app.opened_resources.by_place.items():
            yield from (Place(module, each.call.line) for each in calls.values())

    def visit_Call(self, node: cst.Call) -> None:
        """A call, perhaps one of those."""
        found = self.app.opened_resources.by_place.get(self.module, {}).get(self.visit.span(node))
        if found is None:
            return
        opener = f"`{source_text(found.call.func)}(…)`"
        if found.is_pool:
            start = found.way[0].function if found.way else found.function
            self.report(
                node,
                f"{opener} makes {_a(found.kind)} of its own for each request that comes to `{start.name}`: its "
                "connections are opened anew, and never reused",
                help=f"make one {found.kind} for the application, at module level or in the lifespan",
                trace=_steps(found),
            )
        else:
            self.report(
                node,
                f"`{found.function.name}` opens its own {found.kind} with {opener}: tests cannot replace it, and it "
                "shares no transaction with what the handler depends on",
                help=f"take the {found.kind} from a dependency with `yield`",
            )


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _steps(found: OpenedResource) -> Iterator[TraceStep]:
    for position, hop in enumerate(found.way):
        after = found.way[position + 1].function if position + 1 < len(found.way) else found.function
        yield TraceStep(hop.function.module.path, Location(hop.line, 1), f"calls {after.qualname}")
