"""FAL103 blocking-database-call."""

from __future__ import annotations

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.blocking_call import BlockingCallRule


class BlockingDatabaseCall(BlockingCallRule):
    """
    ## What it does
    Reports calls of synchronous database clients where they run on the event loop, in any module: SQLAlchemy and
    SQLModel sessions and connections, `sqlite3`, `psycopg2`, `pymongo`, `redis` and many others. What a session
    is, is read from annotations, constructors, context managers and dependencies.

    ## Why it is bad
    While the database works, nothing else does: one slow query stops every client.

    ## Use instead
    An asynchronous driver and `AsyncSession`, or a plain `def` route, which FastAPI runs in a worker thread.

    ## Fix
    Hints, to choose from: make the handler a plain `def`, which FastAPI runs in a worker thread; or call the function
    in a worker thread, with `run_in_threadpool`. Both keep what the code does; code that awaits the handler has to
    change with it.
    """

    code = "FAL103"
    name = "blocking-database-call"
    severity = Severity.ERROR
    fixes = (Applicability.HINT,)
    waits = "waits for the database"
