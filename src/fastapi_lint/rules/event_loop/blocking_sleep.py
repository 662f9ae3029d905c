"""FAL101 blocking-sleep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.blocking_call import BlockingCallRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.event_loop import BlockingSite
    from fastapi_lint.diagnostics import Fix


class BlockingSleep(BlockingCallRule):
    """
    ## What it does
    Reports `time.sleep` and its kind where they run on the event loop: in an `async def`, or in a plain function
    that one calls, directly or through others, in any module.

    ## Why it is bad
    One thread serves all clients of an `async` application. While it sleeps, no other request is answered, no
    health check, no WebSocket message.

    ## Use instead
    `await asyncio.sleep(…)`, or a plain `def` route, which FastAPI runs in a worker thread.

    ## Fix
    Unsafe: replaces `time.sleep(…)` by `await asyncio.sleep(…)` where the call stands in an `async def` itself.
    Other coroutines may then run in between.

    ## References
    - [Concurrency and async / await](https://fastapi.tiangolo.com/async/)
    """

    code = "FAL101"
    name = "blocking-sleep"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)
    waits = "sleeps"

    def fix(self, node: cst.CSTNode, site: BlockingSite) -> Fix | None:
        """Sleep without blocking."""
        if site.use.name != "time.sleep" or not site.function.is_async:
            return None
        from fastapi_lint.rules.coroutine_fixes import await_other

        return await_other(self, node, "asyncio", "sleep")  # type: ignore[arg-type]  # `time.sleep` is called
