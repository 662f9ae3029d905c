"""Files that are known without being read: what the system says of them is what it said when they were.

The system dates every change of a file, and these dates cannot be set. Two changes within one tick of its clock have
the same date, though, so nothing is kept of a file that was changed shortly before it was read; and nothing where
dates are whole seconds, which are not dates of changes but what an image was given when it was built.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from pathlib import Path
from typing import TypeAlias

import msgspec

from fastapi_lint.linter.cache import Store, digest

State: TypeAlias = tuple[int, int, int, int]
"""Size in bytes, times of the last change of the content and of anything else in nanoseconds, and inode number."""

_SECOND = 1_000_000_000
_LONGEST_TICK = 2 * _SECOND
"""That of FAT."""
_MARGIN = _LONGEST_TICK + _SECOND
_DATES_CHANGES = os.name == "posix"
"""Elsewhere the third date is that of the file's creation."""


def read_file(path: str) -> tuple[bytes, os.stat_result]:
    """The content of a file and what the system said of that very file just before.

    Raises:
        OSError: it cannot be read.
    """
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - thousands of files: a Path takes longer than all this
        status = os.fstat(file.fileno())
        return file.read(), status


class FileStates:
    """The digests of a project's files, by the states in which the files were when they were read.

    Args:
        directory: where they are kept between runs.
        root: the directory that the paths are relative to.
    """

    def __init__(self, directory: Path, root: Path) -> None:
        self._store = Store(directory, "states")
        self._key = digest(os.fsencode(root))
        self._known = self._read()
        self._used: dict[str, tuple[State, bytes]] = {}
        self._has_new = False
        self._settled_by = time.time_ns() - _MARGIN

    def digest(self, path: str, status: os.stat_result) -> bytes | None:
        """The digest of a file's content; None unless the file was read in just this state."""
        known = self._known.get(path)
        if known is None or known[0] != _state(status):
            return None
        self._used[path] = known
        return known[1]

    def keep(self, path: str, status: os.stat_result, content: bytes) -> None:
        """Keep the digest of what was read of a file, once `save` is called, if any change will give another state."""
        if (
            _DATES_CHANGES
            and stat.S_ISREG(status.st_mode)
            and status.st_ctime_ns % _SECOND
            and max(status.st_ctime_ns, status.st_mtime_ns) < self._settled_by
        ):
            self._used[path] = (_state(status), content)
            self._has_new = True

    def save(self) -> None:
        """Write what is new, if anything is; nothing where the name of a file is no text."""
        if self._has_new:
            with contextlib.suppress(UnicodeEncodeError):
                self._store.put(self._key, msgspec.msgpack.encode(self._used))
                self._store.save()
            self._has_new = False

    def _read(self) -> dict[str, tuple[State, bytes]]:
        entry = self._store.get(self._key)
        if entry is None:
            return {}
        try:
            return msgspec.msgpack.decode(entry, type=dict[str, tuple[State, bytes]])
        except msgspec.MsgspecError:
            return {}


def _state(status: os.stat_result) -> State:
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
