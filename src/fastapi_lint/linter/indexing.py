"""The indexes of a project's files: from the cache, from several processes, or made when asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from fastapi_lint.index.build import build_index
from fastapi_lint.index.nodes import ModuleIndex
from fastapi_lint.index.stored import DAMAGE, decode_index, encode_index
from fastapi_lint.linter.cache import Store, cache_directory
from fastapi_lint.linter.workers import Lost, run_shared, shares, worker_count

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.linter.files import DirectoryFiles

_BYTES_PER_WORKER = 750_000


class Indexes:
    """The indexes of the files of one project.

    They are kept as they are stored, and decoded as far as somebody looks into them: that takes a fraction of the
    memory, and next to no time.
    """

    def __init__(self, settings: Settings, files: DirectoryFiles) -> None:
        self._files = files
        self._workers = settings.workers
        directory = cache_directory(settings)
        self._store = Store(directory, "indexes") if directory is not None else None
        self._ahead: dict[bytes, bytes] = {}
        """Indexes made ahead, by the digest of the file."""
        self.made: dict[bytes, bytes] = {}
        """Indexes to be kept for later runs."""

    def get(self, path: str) -> ModuleIndex:
        """The index of one file."""
        digest = self._files.digest(path)
        entry = self._store.get(digest) if self._store is not None else None
        if entry is not None:
            with contextlib.suppress(*DAMAGE):
                return decode_index(entry)
        entry = self._ahead.pop(digest, None)
        if entry is None:
            index = build_index(self._files.read(path))
            entry = _encoded(index)
            if entry is None:
                return index
        if self._store is not None:
            self.made[digest] = entry
        return decode_index(entry)

    def kept(self, digest: bytes) -> ModuleIndex | None:
        """The index of a file that had this content in an earlier run; None when it is not kept any more."""
        entry = self._store.get(digest) if self._store is not None else None
        if entry is not None:
            with contextlib.suppress(*DAMAGE):
                return decode_index(entry)
        return None

    def make_ahead(self, paths: Iterable[str]) -> bool:
        """Index files that are sure to be asked for on several processors; False when that is not worth it.

        A share whose process dies twice is left to be indexed when it is asked for.
        """
        contents = {self._files.digest(path): self._files.read(path) for path in paths}
        waiting = [digest for digest in contents if self._store is None or self._store.get(digest) is None]
        count = worker_count(self._workers, sum(len(contents[each]) for each in waiting), _BYTES_PER_WORKER)
        if count == 1:
            return False
        groups = shares(waiting, count, lambda digest: len(contents[digest]))
        tasks = [partial(_encoded_indexes, [contents[each] for each in group]) for group in groups]
        for group, result in zip(groups, run_shared(tasks), strict=True):
            if not isinstance(result, Lost):
                entries = msgspec.msgpack.decode(result, type=list[bytes | None])
                self._ahead.update(
                    (digest, entry) for digest, entry in zip(group, entries, strict=True) if entry is not None
                )
        return True

    def save(self) -> None:
        """Keep the indexes made so far for later runs."""
        if self._store is not None:
            for digest, entry in self.made.items():
                self._store.put(digest, entry)
            self._store.save()


def _encoded_indexes(contents: Iterable[bytes]) -> bytes:
    return msgspec.msgpack.encode([_encoded(build_index(data)) for data in contents])


def _encoded(index: ModuleIndex) -> bytes | None:
    """What is stored of an index; None where this interpreter's stack is too small for it (Python 3.12's is fixed)."""
    try:
        return encode_index(index)
    except DAMAGE:
        return None
