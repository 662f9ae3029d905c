"""FAL115 sequential-awaits-in-loop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.sequential_awaits import independent_requests
from fastapi_lint.diagnostics import Severity
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application


class SequentialAwaitsInLoop(Rule):
    """
    ## What it does
    Reports HTTP requests that are awaited one after the other in a `for` loop although none of them needs what
    another one gave, also where the request stands in a function that the loop awaits.

    Loops that may end early, that wait between requests, or that carry something on from one iteration to the next
    are left alone.

    ## Why it is bad
    The client waits for the sum of all answers, where it could wait for the slowest one.

    ## Use instead
    `asyncio.gather(…)`, or an `asyncio.TaskGroup`; with a semaphore where the other side limits its clients.
    """

    code = "FAL115"
    name = "sequential-awaits-in-loop"
    severity = Severity.INFO
    preset = Preset.ALL

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Coroutine functions with loops."""
        for function in app.event_loop.candidates():
            if function.is_async:
                for call in independent_requests(function, app.event_loop.steps):
                    yield Place(function.module, call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A request in a loop."""
        call, function = self.call(node), self.function
        if call is None or function is None or not function.is_async:
            return
        if call in independent_requests(function, self.app.event_loop.steps):
            self.report(
                node,
                f"each iteration waits for `{self.visit.code(node.func)}(…)` before the next one begins",
                help="start the requests together, with `asyncio.gather` or an `asyncio.TaskGroup`",
            )
