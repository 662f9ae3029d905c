"""FAL104 blocking-subprocess."""

from __future__ import annotations

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.blocking_call import BlockingCallRule


class BlockingSubprocess(BlockingCallRule):
    """
    ## What it does
    Reports `subprocess.run`, `os.system`, GitPython, the docker SDK and other calls that start a process and wait
    for it, where they run on the event loop, in any module.

    ## Why it is bad
    Until the other process ends, no request is answered.

    ## Use instead
    `await asyncio.create_subprocess_exec(…)`, or a plain `def` route, which FastAPI runs in a worker thread.

    ## Fix
    Hints, to choose from: make the handler a plain `def`, which FastAPI runs in a worker thread; or call the function
    in a worker thread, with `run_in_threadpool`. Both keep what the code does; code that awaits the handler has to
    change with it.
    """

    code = "FAL104"
    name = "blocking-subprocess"
    severity = Severity.ERROR
    fixes = (Applicability.HINT,)
    waits = "waits for the other process"
