"""The threads that check projects: one for edits, at once, and one for everything, when the editor rests."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from fastapi_lint.integrations.language_server.session import Checked, Session, Superseded

DEBOUNCE = 0.05
"""Seconds without a change before a check begins: less than a pause between two keys."""
_REST = 1.0
"""The same where an edit could be checked alone, and a check of everything takes long."""
_IDLE = 10.0
"""Seconds without a change after which memory is freed."""
_LONG = 0.25
"""Seconds that a check of everything may take for every edit to be followed by one."""
_SENDING = 0.05
"""Seconds in which what was found is sent to the editor."""


class Buffer(NamedTuple):
    """The content of an open file."""

    text: str
    version: int | None


class Job(NamedTuple):
    """A project to check."""

    session: Session
    buffers: Mapping[str, Buffer]
    """The open files that belong to it, by path relative to its root."""
    edited: str | None = None
    """The one of them that has just changed; None when it is something else that has."""


class Checker:
    """Checks what was asked for last, in threads of its own.

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
        self._edits: dict[Session, Job] = {}
        self._jobs: dict[Session, Job] = {}
        self._due = 0.0
        self._stopped = False
        self._has_garbage = False
        self._changed = threading.Condition()
        self._threads = [
            threading.Thread(target=work, name=f"fastapi-lint {name}", daemon=True)
            for name, work in (("edits", self._check_edits), ("projects", self._check_projects))
        ]

    def start(self) -> None:
        """Begin to work."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Give up what is being checked, and end."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def submit(self, job: Job) -> None:
        """Check a project in a moment, in place of what was asked for it before."""
        with self._changed:
            if job.edited is not None and job.session.seconds > _LONG:
                self._edits[job.session] = job
            else:
                self._edits.pop(job.session, None)
                self._ask(job, DEBOUNCE)
            self._changed.notify_all()

    def _ask(self, job: Job, rest: float) -> None:
        self._jobs[job.session] = job
        self._due = time.monotonic() + rest

    # Edits

    def _check_edits(self) -> None:
        while (job := self._next_edit()) is not None:
            found = self._check_edit(job)
            with self._changed:
                if self._edits.get(job.session) is None and not self._stopped:
                    self._ask(job, _REST if found else DEBOUNCE)
                    self._changed.notify_all()
            if found:
                self._report(job, found)

    def _next_edit(self) -> Job | None:
        with self._changed:
            while not self._stopped:
                if self._edits:
                    return self._edits.pop(next(iter(self._edits)))
                self._changed.wait()
            return None

    def _check_edit(self, job: Job) -> Mapping[str, Checked]:
        """What is found in the edited file; nothing where everything has to be checked for that."""
        if job.edited is None:
            return {}
        try:
            checked = job.session.recheck(job.edited, job.buffers[job.edited].text)
        except Exception:  # the check of everything meets it again, and reports it
            return {}
        return {job.edited: checked} if checked is not None else {}

    # Projects

    def _check_projects(self) -> None:
        while (job := self._next()) is not None:
            if not job.session.is_large:
                self._free_last_models()
            try:
                outcome: Mapping[str, Checked] | Exception = self._check(job)
            except Superseded:
                continue
            except Exception as error:
                outcome = error
            finally:
                self._advance(job.session, None)
            self._report(job, outcome)
            gc.freeze()  # the model lives until the next check: nobody need look for garbage in it
            self._has_garbage = True

    def _free_last_models(self) -> None:
        """Free what checks have left behind; that takes as long as a part of a check, and nothing else can run."""
        if self._has_garbage:
            self._has_garbage = False
            gc.unfreeze()
            gc.collect()
            gc.freeze()

    def _next(self) -> Job | None:
        """The next job, once nothing has changed for a moment; None at the end."""
        with self._changed:
            while not self._stopped:
                remaining = self._due - time.monotonic()
                if self._jobs and remaining <= 0:
                    return self._jobs.pop(next(iter(self._jobs)))
                if self._jobs:
                    self._changed.wait(remaining)
                elif not self._changed.wait(_IDLE if self._has_garbage else None):
                    self._free_last_models()
            return None

    def _check(self, job: Job) -> Mapping[str, Checked]:
        told = 0

        def waypoint(indexed: int) -> None:
            nonlocal told
            if self._stopped or job.session in self._jobs:
                raise Superseded
            if indexed > told:
                told = indexed
                self._advance(job.session, indexed)

        def tell(known: Mapping[str, Checked]) -> None:
            self._report(job, known)
            time.sleep(_SENDING)
            self._free_last_models()

        buffers = {path: buffer.text for path, buffer in job.buffers.items()}
        return job.session.check(buffers, waypoint, tell)
