"""FAL118 async-retry-blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Severity
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.blocking_call import BlockingCallRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.event_loop import BlockingSite


class AsyncRetryBlocks(BlockingCallRule):
    """
    ## What it does
    Reports plain functions under a retry or rate-limit decorator (`tenacity`, `backoff`, `retrying`, `ratelimit` …)
    that are called on the event loop, in any module.

    ## Why it is bad
    Between two attempts the decorator sleeps in the caller's thread, which is that of the event loop.

    ## Use instead
    Decorate an `async def`: the same decorators then sleep without blocking; or call the function through
    `run_in_threadpool`.
    """

    code = "FAL118"
    name = "async-retry-blocks"
    severity = Severity.WARNING
    preset = Preset.STRICT
    fixes = ()

    def message(self, node: cst.CSTNode, site: BlockingSite) -> str:
        """What the decorator does."""
        return (
            f"`{site.use.name}` sleeps on the event loop between two attempts of `{site.function.name}`, "
            "and every client waits"
        )
