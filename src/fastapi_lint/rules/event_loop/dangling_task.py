"""FAL111 dangling-task."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application

_CREATORS = frozenset(
    {"asyncio.AbstractEventLoop.create_task", "asyncio.create_task", "asyncio.ensure_future"}
)


class DanglingTask(Rule):
    """
    ## What it does
    Reports tasks whose only reference is dropped: `asyncio.create_task(…)` or `ensure_future(…)` as a statement of
    its own, in code that runs on the event loop.

    ## Why it is bad
    The event loop keeps weak references only: a task that nobody else holds may be collected before it is done, and
    its exception is never seen.

    ## Use instead
    Keep the task (`tasks.add(task); task.add_done_callback(tasks.discard)`), use an `asyncio.TaskGroup`, or a
    background task of the response.

    ## References
    - [asyncio.create_task](https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task)
    """

    code = "FAL111"
    name = "dangling-task"

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Calls that create tasks, in functions on the loop."""
        for function in app.event_loop.candidates():
            for use in app.event_loop.uses(function, _CREATORS):
                yield Place(function.module, use.node.line)

    def visit_Expr(self, node: cst.Expr) -> None:
        """A statement that only creates a task."""
        call = self.call(node.value)
        if call is None or self.function is None or not self.app.event_loop.runs_here(self.function):
            return
        name = self.qualified_name(node.value.func)  # type: ignore[attr-defined]  # it is a call
        if name in _CREATORS:
            self.report(
                node.value,
                "nothing holds this task: it may be garbage-collected before it is done",
                help="keep a reference until it is done, or start it in an `asyncio.TaskGroup`",
            )
