"""`python -m fastapi_lint` and the command `fastapi-lint`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line with the process's arguments and return the exit code."""
    from fastapi_lint.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
