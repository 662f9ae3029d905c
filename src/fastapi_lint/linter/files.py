"""The project's files on disk, under buffers that an editor or standard input holds instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path


class DirectoryFiles:
    """The Python files below a project root; `overlay` replaces the content of some of them.

    Every file is read once, so that one run sees one state of the project.
    """

    def __init__(self, root: Path, paths: Iterable[str], overlay: Mapping[str, bytes] | None = None) -> None:
        self.root = root
        self._overlay = dict(overlay or {})
        self._paths = sorted({*paths, *self._overlay})
        self._known = set(self._paths)
        self._read: dict[str, bytes] = {}
        self._unreadable: dict[str, OSError] = {}
        self._exists: dict[str, bool] = {}

    def paths(self) -> Iterable[str]:
        """Every Python file of the project, relative to its root, sorted."""
        return self._paths

    def exists(self, path: str) -> bool:
        """Whether there is such a file, also one that is excluded from `paths`."""
        if path in self._known:
            return True
        if path not in self._exists:
            self._exists[path] = (self.root / path).is_file()
        return self._exists[path]

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory at that path."""
        return (self.root / path).is_dir()

    def read(self, path: str) -> bytes:
        """The bytes of a file; empty when it cannot be read, see `problem`."""
        if path in self._overlay:
            return self._overlay[path]
        if path not in self._read:
            try:
                self._read[path] = (self.root / path).read_bytes()
            except OSError as error:
                self._unreadable[path] = error
                self._read[path] = b""
        return self._read[path]

    def problem(self, path: str) -> OSError | None:
        """Why a file could not be read."""
        self.read(path)
        return self._unreadable.get(path)
