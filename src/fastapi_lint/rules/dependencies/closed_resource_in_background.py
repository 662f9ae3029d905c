"""FAL416 closed-resource-in-background."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Location, TraceStep
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.lent_resources import Kept
    from fastapi_lint.application.scopes import Function

_EARLY_EXIT = ("0.106", "0.118")
"""From the first version to before the second, dependencies ended before background tasks and streams."""
_KEEPERS = {"task": "the task", "background": "the background task", "stream": "the stream"}


class ClosedResourceInBackground(Rule):
    """
    ## What it does
    Reports sessions, clients and connections of a dependency with `yield` that are handed to something which
    outlives it: a task of `asyncio.create_task` that the handler does not wait for; and, where FastAPI ends the
    dependency before the response (from 0.106 to 0.117, or with `scope="function"`), a background task or the
    generator of a `StreamingResponse`.

    From FastAPI 0.118 on, dependencies of the request's scope outlive background tasks and streams: those are fine.

    ## Why it is bad
    The dependency closes what it has lent, the task goes on using it: `DetachedInstanceError`, `Cannot send a
    request, as the client has been closed`, or a connection of the pool that by then belongs to another request.
    Nobody waits for the task, so nobody sees it.

    ## Use instead
    Give the task plain values, and let it open its own session.

    ## References
    - [Dependencies with yield and background tasks](https://fastapi.tiangolo.com/advanced/advanced-dependencies/)
    """

    code = "FAL416"
    name = "closed-resource-in-background"

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The calls that keep what a dependency has lent."""
        for function in app.providers.injected_into:
            if app.is_linted(function.module):
                for each in _kept_too_long(app, function):
                    yield Place(function.module, each.call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A call in a handler or dependency."""
        function, call = self.function, self.call(node)
        if function is None or call is None or function not in self.app.providers.injected_into:
            return
        for each in _kept_too_long(self.app, function):
            if each.call is call:
                self._report(node, each)
                return

    def _report(self, node: cst.Call, kept: Kept) -> None:
        name = kept.parameter.name
        provider = kept.depends.function.name if kept.depends.function is not None else "the dependency"
        when = "when the request ends" if kept.how == "task" else "before the response is sent"
        self.report(
            node,
            f"`{provider}` closes `{name}` {when}, while {_KEEPERS[kept.how]} still uses it",
            help="pass plain values, and open a session of its own there",
            trace=_trace(kept),
        )


def _trace(kept: Kept) -> Iterator[TraceStep]:
    depends, provider = kept.depends, kept.depends.function
    place = Location(depends.call.line, depends.call.column + 1)
    yield TraceStep(depends.module.path, place, f"`{kept.parameter.name}` comes from here")
    if provider is not None:
        place = Location(provider.node.line, provider.node.column + 1)
        yield TraceStep(
            provider.module.path, place, f"{provider.qualname} yields it, and closes it afterwards"
        )


def _kept_too_long(app: Application, function: Function) -> list[Kept]:
    return [
        each for each in app.lent_resources.kept(function) if each.how == "task" or _ends_early(app, each)
    ]


def _ends_early(app: Application, kept: Kept) -> bool:
    """Whether the dependency surely ends before background tasks run and streams are read."""
    scope = app.providers.exit_scope(kept.depends)
    if scope is not None:
        return scope == "function"
    first, last = _EARLY_EXIT
    versions = app.versions
    return versions is not None and bool(
        versions.at_least("fastapi", first) and versions.below("fastapi", last)
    )
