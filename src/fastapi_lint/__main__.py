"""`python -m fastapi_lint` and the command `fastapi-lint`."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

_SELDOM = 100_000
"""Objects made between two collections."""


def main() -> NoReturn:
    """Run the command line with the process's arguments, and end the process with its exit code.

    What a run makes it needs to the end, so there is next to nothing for the garbage collector to find; and the
    model of a large project is millions of objects: to free them one by one would take a seventh of the run.
    """
    gc.set_threshold(_SELDOM)
    from fastapi_lint.cli import run

    status = run(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
