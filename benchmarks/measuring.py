"""Runs of a command: seconds by the clock and of the processor, and memory of all its processes."""

from __future__ import annotations

import contextlib
import os
import signal
import statistics
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 120.0
"""Seconds after which a run is ended."""
_SAMPLING = 0.05


@dataclass
class Measured:
    """The runs of one tool."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    memory: int | None = None
    """Most megabytes that all processes had at a time; None where that cannot be told."""

    @property
    def gave_up(self) -> bool:
        """Whether a run took too long."""
        return bool(self.wall) and max(self.wall) >= PATIENCE

    @property
    def median(self) -> float:
        """Seconds by the clock."""
        return statistics.median(self.wall)

    @property
    def processor_median(self) -> float:
        """Seconds of the processor, all processes together."""
        return statistics.median(self.processor)


def run(command: Sequence[str], directory: Path | None = None) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    started = time.perf_counter()
    process = _start(command, directory)
    timer = threading.Timer(PATIENCE, _kill, [process])
    timer.start()
    _, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return wall, usage.ru_utime + usage.ru_stime


def peak_memory(command: Sequence[str], directory: Path | None = None) -> int | None:
    """Most megabytes that the processes of a run had together, pages they share counted once; None but on Linux.

    Looking takes time, so such a run is not timed.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    process = _start(command, directory)
    peak = 0
    ends = time.monotonic() + PATIENCE
    while process.poll() is None:
        peak = max(peak, sum(map(_kilobytes, _group(process.pid))))
        if time.monotonic() > ends:
            _kill(process)
        time.sleep(_SAMPLING)
    return peak // 1024


def _start(command: Sequence[str], directory: Path | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=directory,
        env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)


def _group(leader: int) -> list[int]:
    """The processes that a command started, itself included."""
    found = []
    for entry in os.listdir("/proc"):  # noqa: PTH208
        with contextlib.suppress(OSError):
            if entry.isdigit() and os.getpgid(int(entry)) == leader:
                found.append(int(entry))
    return found


def _kilobytes(process: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
