"""FAL107 blocking-synchronisation."""

from __future__ import annotations

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.blocking_call import BlockingCallRule


class BlockingSynchronisation(BlockingCallRule):
    """
    ## What it does
    Reports waiting for other threads or processes where it runs on the event loop, in any module: thread events and
    joins, `queue.Queue.get`, `Future.result`, executors' shutdown, Celery's `AsyncResult.get`, and thread locks that
    are held across an `await`.

    A thread lock around a few plain statements is left alone.

    ## Why it is bad
    What is waited for may itself need the event loop: the application stands still, or for ever.

    ## Use instead
    The counterparts in `asyncio`: `asyncio.Event`, `asyncio.Queue`, `asyncio.Lock`, `await asyncio.wrap_future(…)`.

    ## Fix
    Hints, to choose from: make the handler a plain `def`, which FastAPI runs in a worker thread; or call the function
    in a worker thread, with `run_in_threadpool`. Both keep what the code does; code that awaits the handler has to
    change with it.
    """

    code = "FAL107"
    name = "blocking-synchronisation"
    severity = Severity.WARNING
    fixes = (Applicability.HINT,)
    waits = "waits for another thread"
