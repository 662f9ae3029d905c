"""FAL117 get-event-loop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.diagnostics import Fix

_GET_EVENT_LOOP = "asyncio.get_event_loop"


class GetEventLoop(Rule):
    """
    ## What it does
    Reports `asyncio.get_event_loop()` in an `async def`.

    ## Why it is bad
    In a coroutine it is a slower `get_running_loop()`; elsewhere its behaviour depends on the policy and the Python
    version, so that the same line means something else when it is moved.

    ## Use instead
    `asyncio.get_running_loop()`.

    ## Fix
    Safe: in a coroutine both return the same loop.
    """

    code = "FAL117"
    name = "get-event-loop"
    preset = Preset.STRICT
    fixes = (Applicability.SAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Calls in coroutine functions."""
        for function in app.event_loop.candidates():
            if function.is_async:
                for use in app.event_loop.uses(function, {_GET_EVENT_LOOP}):
                    yield Place(function.module, use.node.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A call directly in a coroutine."""
        if self.function is not None and self.function.is_async:
            if self.qualified_name(node.func) == _GET_EVENT_LOOP:
                self.report(
                    node,
                    "`asyncio.get_event_loop()` in a coroutine is `asyncio.get_running_loop()`",
                    help="write `asyncio.get_running_loop()`",
                    fix=self._running(node),
                )

    def _running(self, node: cst.Call) -> Fix | None:
        code = self.visit.code(node.func)
        holder, _, _ = code.rpartition(".")
        editor = self.editor()
        if holder:
            editor.replace(node.func, f"{holder}.get_running_loop")
            return self.build_fix("Get the running loop", Applicability.SAFE, editor)
        needed = self.visit.imports.require("asyncio", "get_running_loop", row=self.visit.span(node)[0])
        if needed is None:
            return None
        editor.replace(node.func, needed.expression)
        return self.build_fix("Get the running loop", Applicability.SAFE, editor, imports=needed.edits)
