"""FAL116 blocking-in-stream."""

from __future__ import annotations

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.blocking_call import BlockingCallRule


class BlockingInStream(BlockingCallRule):
    """
    ## What it does
    Reports blocking calls inside an async generator that is streamed to the client (`StreamingResponse`,
    `EventSourceResponse`, a handler that yields). Plain generators run in worker threads and are left alone.

    ## Why it is bad
    A stream lives long: each of its blocking steps stops every other client, again and again.

    ## Use instead
    An asynchronous client, or a plain generator.

    ## Fix
    Hint: calls the function in a worker thread, with `run_in_threadpool`. What the code does stays the same.
    """

    code = "FAL116"
    name = "blocking-in-stream"
    severity = Severity.ERROR
    fixes = (Applicability.HINT,)
    waits = "waits"
