"""The thread that checks projects: one check at a time, begun again when what it looks at changes."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from fastapi_lint.integrations.language_server.session import Checked, Session, Superseded

DEBOUNCE = 0.05
"""Seconds without a change before a check begins: less than a pause between two keys."""


class Buffer(NamedTuple):
    """The content of an open file."""

    text: str
    version: int | None


class Job(NamedTuple):
    """A project to check."""

    session: Session
    buffers: Mapping[str, Buffer]
    """The open files that belong to it, by path relative to its root."""


class Checker:
    """Checks what was asked for last; runs in a thread of its own.

    Args:
        report: is given each outcome: what the files were checked as, and what was found, or the error.
        advance: is told how many files of a project have been indexed; None when its check is over.
    """

    def __init__(
        self,
        report: Callable[[Job, Mapping[str, Checked] | Exception], None],
        advance: Callable[[Session, int | None], None],
    ) -> None:
        self._report = report
        self._advance = advance
        self._jobs: dict[Session, Job] = {}
        self._due = 0.0
        self._stopped = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="fastapi-lint", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Give up what is being checked, and end."""
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def submit(self, job: Job) -> None:
        """Check a project in a moment, in place of what was asked for it before."""
        with self._changed:
            self._jobs[job.session] = job
            self._due = time.monotonic() + DEBOUNCE
            self._changed.notify()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            try:
                outcome: Mapping[str, Checked] | Exception = self._check(job)
            except Superseded:
                continue
            except Exception as error:
                outcome = error
            finally:
                self._advance(job.session, None)
            self._report(job, outcome)
            gc.collect()

    def _next(self) -> Job | None:
        """The next job, once nothing has changed for a moment; None at the end."""
        with self._changed:
            while not self._stopped:
                remaining = self._due - time.monotonic()
                if self._jobs and remaining <= 0:
                    return self._jobs.pop(next(iter(self._jobs)))
                self._changed.wait(remaining if self._jobs else None)
            return None

    def _check(self, job: Job) -> Mapping[str, Checked]:
        def waypoint(indexed: int) -> None:
            if self._stopped or job.session in self._jobs:
                raise Superseded
            self._advance(job.session, indexed)

        return job.session.check({path: buffer.text for path, buffer in job.buffers.items()}, waypoint)
