"""Room on the stack for code that is nested as deeply as Python's parser accepts."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

_ROOM = 6000


@contextlib.contextmanager
def deep_recursion() -> Iterator[None]:
    """Allow walks to follow expressions as deep as the parser accepts."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _ROOM))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
