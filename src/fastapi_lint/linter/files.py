"""The project's files on disk, under buffers that an editor or standard input holds instead."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from fastapi_lint.discovery import names_in
from fastapi_lint.linter.cache import digest
from fastapi_lint.linter.file_states import FileStates, read_file
from fastapi_lint.linter.relevance import topics_of


class Asked(msgspec.Struct, array_like=True):
    """What a run wanted to know of the disk beside the contents of the project's files."""

    missing: dict[str, set[str]] = {}
    """Names that were looked for in vain, by directory; what would lie below them is not there either."""
    files: dict[str, bool] = {}
    """Paths that exist and are none of the project's, and whether they are files."""
    directories: dict[str, bool] = {}
    """Paths that exist, and whether they are directories."""
    outside: dict[str, bytes] = {}
    """Digests of files that were read though they are none of the project's."""

    def add(self, other: Asked) -> None:
        """Take over what another process wanted to know."""
        for directory, names in other.missing.items():
            self.missing.setdefault(directory, set()).update(names)
        self.files.update(other.files)
        self.directories.update(other.directories)
        self.outside.update(other.outside)

    def holds(self, files: DirectoryFiles) -> bool:
        """Whether all that is still so."""
        return (
            all(names.isdisjoint(files.listing(directory)) for directory, names in self.missing.items())
            and all(files.exists(path) is found for path, found in self.files.items())
            and all(files.is_directory(path) is found for path, found in self.directories.items())
            and all(files.digest(path) == found for path, found in self.outside.items())
        )


class DirectoryFiles:
    """The Python files below a project root; `overlay` replaces the content of some of them.

    Every file is read once, so that one run sees one state of the project.
    """

    def __init__(
        self,
        root: Path,
        paths: Iterable[str],
        overlay: Mapping[str, bytes] | None = None,
        listings: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        self.root = root
        self._prefix = f"{root}{os.sep}"
        self._overlay = dict(overlay or {})
        self._paths = sorted({*paths, *self._overlay})
        self._known = set(self._paths)
        self._read: dict[str, bytes] = {}
        self._statuses: dict[str, os.stat_result] = {}
        """What the system said of files when they were read."""
        self._digests: dict[str, bytes] = {}
        self._topics: dict[str, int] = {}
        self._unreadable: dict[str, OSError] = {}
        self._searched = listings or {}
        self._listings: dict[str, frozenset[str] | None] = dict(self._searched)
        """Names of what lies in directories; None for those that there are not."""
        self._states: FileStates | None = None
        self._trusts_states = False
        self.asked = Asked()

    def __len__(self) -> int:
        return len(self._paths)

    def paths(self) -> Iterable[str]:
        """Every Python file of the project, relative to its root, sorted."""
        return self._paths

    def exists(self, path: str) -> bool:
        """Whether there is such a file, also one that is excluded from `paths`."""
        if path in self._known:
            return True
        found = self.asked.files.get(path)
        if found is None:
            if not self._is_listed(path):
                return False
            found = self.asked.files[path] = (self.root / path).is_file()
        return found

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory at that path."""
        if not path:
            return True
        found = self.asked.directories.get(path)
        if found is None:
            if not self._is_listed(path):
                return False
            found = path in self._searched or (self.root / path).is_dir()
            self.asked.directories[path] = found
        return found

    def listing(self, directory: str) -> frozenset[str]:
        """The names of what lies in a directory; none when there is no such directory."""
        return self._listing(directory) or frozenset()

    def _listing(self, directory: str) -> frozenset[str] | None:
        if directory not in self._listings:
            is_there = self.is_directory(directory)
            self._listings[directory] = names_in(self.root / directory) if is_there else None
        return self._listings[directory]

    def _is_listed(self, path: str) -> bool:
        """Whether the directory above has an entry of that name: most questions are about modules elsewhere."""
        directory, _, name = path.rpartition("/")
        listing = self._listing(directory)
        if listing is None:
            return False
        if name in listing:
            return True
        self.asked.missing.setdefault(directory, set()).add(name)
        return False

    def read(self, path: str) -> bytes:
        """The bytes of a file; empty when it cannot be read, see `problem`."""
        if path in self._overlay:
            return self._overlay[path]
        found = self._read.get(path)
        if found is None:
            try:
                found, self._statuses[path] = read_file(self._prefix + path)
            except OSError as error:
                self._unreadable[path] = error
                found = b""
            self._read[path] = found
        return found

    def digest(self, path: str) -> bytes:
        """What stands for the bytes of a file in the cache."""
        found = self._digests.get(path)
        if found is None:
            found = self._digests[path] = self._unread_digest(path) or self._read_digest(path)
            if path not in self._known:
                self.asked.outside[path] = found
        return found

    def topics(self, path: str) -> int:
        """What a file may be about, told from its bytes: see `relevance.py`."""
        found = self._topics.get(path)
        if found is None:
            found = self._topics[path] = topics_of(self.read(path))
        return found

    def know_topics(self, topics: Mapping[str, int]) -> None:
        """Take over what files are about from an earlier run that has read the same of them."""
        self._topics.update(topics)

    def trust(self, states: FileStates) -> None:
        """From now on take files for unchanged that are in a known state, and keep the states of others."""
        self._states = states
        self._trusts_states = True

    def distrust_states(self) -> None:
        """From now on files are read; what was said of one by its state alone is forgotten, and what was asked."""
        self._trusts_states = False
        self._digests = {path: found for path, found in self._digests.items() if path in self._read}
        self.asked = Asked()

    def _unread_digest(self, path: str) -> bytes | None:
        """The digest of a file as far as its state tells it."""
        if not self._trusts_states or self._states is None or path in self._overlay or path in self._read:
            return None
        try:
            return self._states.digest(path, os.stat(self._prefix + path))  # noqa: PTH116
        except OSError:
            return None

    def _read_digest(self, path: str) -> bytes:
        data = self.read(path)
        status = self._statuses.get(path)
        if self._states is None or status is None or path in self._overlay:
            return digest(data)
        found = self._states.digest(path, status)
        if found is None:
            found = digest(data)
            self._states.keep(path, status, found)
        return found

    def replace(self, path: str, data: bytes) -> None:
        """From now on a file has this content."""
        self._overlay[path] = data
        self._digests.pop(path, None)
        self._topics.pop(path, None)

    def unreadable(self) -> Mapping[str, OSError]:
        """The project's files that could not be read so far, with the reasons."""
        return {path: error for path, error in self._unreadable.items() if path in self._known}

    def problem(self, path: str) -> OSError | None:
        """Why a file could not be read."""
        self.read(path)
        return self._unreadable.get(path)
