"""FAL108 cpu-bound-call."""

from __future__ import annotations

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.blocking_call import BlockingCallRule


class CpuBoundCall(BlockingCallRule):
    """
    ## What it does
    Reports password hashing (`bcrypt`, `argon2`, `passlib`, `scrypt`, `pbkdf2` …) where it runs on the event loop,
    in any module. With `cpu-bound = "all"` also compression, image, data frame and model work.

    ## Why it is bad
    A password hash takes a few hundred milliseconds on purpose: a handful of log-ins a second stop every client.

    ## Use instead
    `await run_in_threadpool(…)`, or a plain `def` route.

    ## Fix
    Hints, to choose from: make the handler a plain `def`, which FastAPI runs in a worker thread; or call the function
    in a worker thread, with `run_in_threadpool`. Both keep what the code does; code that awaits the handler has to
    change with it.

    ## Options
    `cpu-bound`
    """

    code = "FAL108"
    name = "cpu-bound-call"
    severity = Severity.WARNING
    fixes = (Applicability.HINT,)
    waits = "computes"
