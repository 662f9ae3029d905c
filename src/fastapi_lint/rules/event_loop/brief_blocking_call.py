"""FAL119 brief-blocking-call."""

from __future__ import annotations

from fastapi_lint.diagnostics import Severity
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.blocking_call import BlockingCallRule


class BriefBlockingCall(BlockingCallRule):
    """
    ## What it does
    Reports calls on the event loop that wait for something outside of the process, but usually for a moment only: a
    look at a directory entry or a change to it (`os.path.exists`, `Path.mkdir`, `os.remove` …), a message to the
    broker of a task queue, a client that reads its configuration.

    ## Why it is bad
    On a local disk it is not. On a network file system, or with a broker that does not answer, a moment becomes
    seconds, in which no client is served.

    ## Use instead
    `anyio.Path`, `aiofiles.os`, `await asyncio.to_thread(…)`; clients that are made once, at start-up.
    """

    code = "FAL119"
    name = "brief-blocking-call"
    severity = Severity.INFO
    preset = Preset.STRICT
    waits = "waits"
