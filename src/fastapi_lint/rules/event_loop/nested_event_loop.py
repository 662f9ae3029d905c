"""FAL109 nested-event-loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.blocking_call import BlockingCallRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.event_loop import BlockingSite
    from fastapi_lint.diagnostics import Fix


class NestedEventLoop(BlockingCallRule):
    """
    ## What it does
    Reports `asyncio.run`, `loop.run_until_complete`, `anyio.run` and their kind where an event loop already runs: in
    an `async def`, or in a plain function that one calls, in any module. Functions that ask first whether a loop is
    running are left alone.

    ## Why it is bad
    They raise `RuntimeError`: a thread has one running loop at most.

    ## Use instead
    `await` the coroutine. In a plain function, make it an `async def`, or call it from a worker thread with
    `anyio.from_thread.run`.

    ## Fix
    Unsafe: replaces the call by `await` where it stands in an `async def`.
    """

    code = "FAL109"
    name = "nested-event-loop"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    def message(self, node: cst.CSTNode, site: BlockingSite) -> str:
        """It fails, always."""
        return f"{self.named(node, site)} raises RuntimeError here: the event loop is already running"

    def fix(self, node: cst.CSTNode, site: BlockingSite) -> Fix | None:
        """Await the coroutine that the loop was to run."""
        if site.use.how != "call" or not site.function.is_async:
            return None
        from fastapi_lint.rules.coroutine_fixes import await_argument

        return await_argument(self, node)  # type: ignore[arg-type]  # a use by calling is a call

    def help(self, site: BlockingSite) -> str:
        """Await, or become async."""
        if site.function.is_async:
            return "`await` the coroutine"
        return f"make `{site.function.name}` an `async def` that awaits the coroutine"
