"""FAL102 blocking-http-call."""

from __future__ import annotations

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.blocking_call import BlockingCallRule


class BlockingHttpCall(BlockingCallRule):
    """
    ## What it does
    Reports HTTP requests made with a synchronous client (`requests`, `urllib`, `urllib3`, `httpx.get`,
    `httpx.Client`, `http.client` …) where they run on the event loop, in any module.

    ## Why it is bad
    The whole application waits for the other server. When that one is slow, every client of yours is.

    ## Use instead
    An asynchronous client such as `httpx.AsyncClient`, or a plain `def` route, which FastAPI runs in a worker
    thread.

    ## Fix
    Hints, to choose from: make the handler a plain `def`, which FastAPI runs in a worker thread; await the same request
    by an `httpx.AsyncClient`; or make it in a worker thread, with `run_in_threadpool`. The client of `httpx` has
    time-outs, follows no redirects, and raises exceptions of its own.
    """

    code = "FAL102"
    name = "blocking-http-call"
    severity = Severity.ERROR
    fixes = (Applicability.HINT,)
    waits = "waits for the response"
