"""Sharing work with forked processes.

A child inherits everything that is known so far and sends back plain bytes, so nothing has to be prepared for the
journey. Where processes can not be forked, all work is done in this one.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

_LENGTH = 8
"""Bytes that say how long a result is, so that half of one is recognised."""
_CHUNK = 1 << 20
_PATIENCE = 120.0
_PATIENCE_RATIO = 20.0
"""A process may take so many seconds, and so many times as long as this one took for its share: then it hangs."""

Item = TypeVar("Item")


class Lost(NamedTuple):
    """What there is instead of a result when the process that was to find it has failed twice."""

    reason: str
    """What became of the process the second time, to follow "it"."""


class _Child(NamedTuple):
    pid: int
    pipe: int


def worker_count(wanted: int, size: int, unit: int) -> int:
    """How many processes, this one included, share work of that size.

    Args:
        wanted: the setting; 0 for as many as the processors and the work call for.
        size: of the work, in whatever unit.
        unit: the size that is worth a process.
    """
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return 1
    return max(1, min(wanted or os.cpu_count() or 1, size // unit))


def shares(items: Iterable[Item], count: int, size: Callable[[Item], int]) -> list[list[Item]]:
    """Items in `count` groups of about equal size."""
    groups: list[list[Item]] = [[] for _ in range(count)]
    loads = [0] * count
    for item in sorted(items, key=size, reverse=True):
        least = loads.index(min(loads))
        groups[least].append(item)
        loads[least] += size(item)
    return groups


def run_shared(tasks: Sequence[Callable[[], bytes]]) -> list[bytes | Lost]:
    """Run tasks at the same time, the first one in this process and each other in one of its own.

    A process that dies, or hangs, is tried once more. What the first task raises is raised.
    """
    here, elsewhere = tasks[0], tasks[1:]
    started = time.monotonic()
    children = [_start(task) for task in elsewhere]
    try:
        results = [here()]
        patience = _PATIENCE + _PATIENCE_RATIO * (time.monotonic() - started)
        found = [_result(child, patience) for child in children]
    except BaseException:
        for child in children:
            with contextlib.suppress(OSError):
                os.kill(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)
        raise
    again = [
        _result(_start(task), patience) if isinstance(result, Lost) else result
        for task, result in zip(elsewhere, found, strict=True)
    ]
    return [*results, *again]


def _start(task: Callable[[], bytes]) -> _Child:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return _Child(pid, reading)
    status = 1
    try:
        os.close(reading)
        result = task()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(len(result).to_bytes(_LENGTH, "little"))
            pipe.write(result)
        status = 0
    finally:
        os._exit(status)  # neither buffers nor handlers inherited from the parent are this process's business


def _result(child: _Child, patience: float) -> bytes | Lost:
    data = bytearray()
    hangs = False
    with os.fdopen(child.pipe, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], patience)[0]:
            chunk = pipe.read(_CHUNK)
            if not chunk:
                break
            data += chunk
        else:
            hangs = True
            os.kill(child.pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])
    length, result = data[:_LENGTH], data[_LENGTH:]
    if len(length) == _LENGTH and int.from_bytes(length, "little") == len(result):
        return bytes(result)
    if hangs:
        return Lost(f"said nothing for {patience:.0f} seconds")
    return Lost(f"was killed by signal {-status}" if status < 0 else f"ended with status {status}")
