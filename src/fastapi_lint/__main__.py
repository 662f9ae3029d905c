"""`python -m fastapi_lint` and the command `fastapi-lint`."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line with the process's arguments, and end the process with its exit code.

    The model of a large project is millions of objects: to free them one by one would take a seventh of the run.
    """
    from fastapi_lint.cli import run

    status = run(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
