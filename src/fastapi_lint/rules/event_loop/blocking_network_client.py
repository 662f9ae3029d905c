"""FAL106 blocking-network-client."""

from __future__ import annotations

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.blocking_call import BlockingCallRule


class BlockingNetworkClient(BlockingCallRule):
    """
    ## What it does
    Reports calls of synchronous network clients where they run on the event loop, in any module: cloud SDKs, model
    providers, mail, LDAP, SSH, message brokers, sockets. `blocking-calls` in the configuration adds others.

    ## Why it is bad
    The whole application waits for the other side of the connection.

    ## Use instead
    The asynchronous client of the same library where there is one, or a plain `def` route, which FastAPI runs in a
    worker thread.

    ## Fix
    Hints, to choose from: make the handler a plain `def`, which FastAPI runs in a worker thread; or call the function
    in a worker thread, with `run_in_threadpool`. Both keep what the code does; code that awaits the handler has to
    change with it.

    ## Options
    `blocking-calls`
    """

    code = "FAL106"
    name = "blocking-network-client"
    severity = Severity.ERROR
    fixes = (Applicability.HINT,)
    waits = "waits for the network"
