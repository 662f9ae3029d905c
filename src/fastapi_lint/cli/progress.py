"""A line on the terminal that says how far a long run has come."""

from __future__ import annotations

import os
import time
from typing import TextIO

_PATIENCE = 1.0
"""Seconds that pass before anything is shown."""
_PERIOD = 0.1
"""Seconds between two changes of the line."""
_CLEAR = "\r\x1b[K"


class Progress:
    """Shows `stage done/total` on a stream, if that is a terminal, once a run has lasted a second.

    Where the variable CI is set nobody watches: what is read there are the lines, from their beginning.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shows = stream.isatty() and not os.environ.get("CI")
        self._next = time.monotonic() + _PATIENCE
        self._dirty = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note that `done` of `total` steps of a stage are over; a total of 0 is an unknown one."""
        now = time.monotonic()
        if not self._shows or now < self._next:
            return
        self._next = now + _PERIOD
        self._dirty = True
        count = f" {done}/{total}" if total else f" {done}" if done else ""
        self._stream.write(f"{_CLEAR}{stage}{count}")
        self._stream.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        """Take the line away."""
        if self._dirty:
            self._stream.write(_CLEAR)
            self._stream.flush()
