"""What is kept between runs, in a directory of the project: indexes of files, whole results, and states of files.

Everything is looked up by content, so a fresh checkout finds it too; the dates of files only save reading those that
nobody has touched, see `file_states`. Entries are plain data; what is damaged, or was written by another version of
this tool, is ignored and replaced.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from fastapi_lint import __version__

try:
    from _blake2 import blake2b  # `hashlib` would load OpenSSL
except ImportError:
    from hashlib import blake2b

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings

_MAGIC = b"FAL1"
_HEADER = len(_MAGIC) + 4
_LEAST_KEPT = 128 * 1024 * 1024
"""Bytes of entries that are kept in any case; beyond it, twice of what the last run used."""
_MOST_FILES = 100
_MOST_KEPT = 32 * 1024 * 1024
"""Entries that are kept in files of their own, and their bytes; the last one in any case."""
ENTRY_DIRECTORIES = RESULTS, LAST_RUNS = ("runs", "last")
"""Where results are kept, and what is to be known of the last run over some files."""
_DAMAGE = (msgspec.MsgspecError, RecursionError, ValueError, TypeError)
_NOTE = "# Written by fastapi-lint: may be deleted at any time.\n*\n"
_PACKAGE = Path(__file__).parents[1]


def digest(data: bytes) -> bytes:
    """What stands for some bytes in the cache."""
    return blake2b(data, digest_size=16).digest()


@cache
def tool_identity() -> str:
    """What entries depend on beside their key: this tool's version, and Python's, whose parser is used."""
    found = f"{__version__}/{sys.implementation.name}-{sys.version_info[0]}.{sys.version_info[1]}"
    if (_PACKAGE.parents[1] / "pyproject.toml").is_file():
        found += f"/{_state_of_sources()}"
    return found


def _state_of_sources() -> str:
    """In a working copy of this tool, where the version does not change with the code, the code's state."""
    found: list[str] = []
    waiting = [str(_PACKAGE)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_file():
                    status = entry.stat()
                    found.append(f"{entry.path} {status.st_size} {status.st_mtime_ns}")
                elif entry.name != "__pycache__":
                    waiting.append(entry.path)
    return digest("\n".join(sorted(found)).encode()).hex()


def cache_directory(settings: Settings) -> Path | None:
    """Where the cache of a project is; None where the settings want none."""
    return Path(settings.root) / settings.cache_dir if settings.cache else None


Entry: TypeAlias = bytes | memoryview
"""What was read is a view of the file, so that nothing is copied."""


class Store:
    """A file of entries by key. Reading it never fails; it is replaced as a whole, so readers see all or nothing."""

    def __init__(self, directory: Path, name: str) -> None:
        self._path = directory / name
        self._entries = self._read()
        self._used: dict[bytes, Entry] = {}
        self._has_new = False

    def get(self, key: bytes) -> Entry | None:
        """An entry."""
        found = self._entries.get(key)
        if found is not None:
            self._used[key] = found
        return found

    def put(self, key: bytes, entry: Entry) -> None:
        """Keep an entry, once `save` is called."""
        self._used[key] = self._entries[key] = entry
        self._has_new = True

    def save(self) -> None:
        """Write what is new, if anything is; nothing happens where nothing can be written."""
        if not self._has_new:
            return
        payload = msgspec.msgpack.encode((tool_identity(), self._kept()))
        with contextlib.suppress(OSError):
            _prepare(self._path.parent)
            _write(self._path, payload)
        self._has_new = False

    def _kept(self) -> dict[bytes, Entry]:
        """What this run used and, while there is room, what was used before, the latest first."""
        size = sum(map(len, self._used.values()))
        room = max(2 * size, _LEAST_KEPT) - size
        kept = dict(self._used)
        for key, entry in self._entries.items():
            if key not in kept:
                room -= len(entry)
                if room < 0:
                    break
                kept[key] = entry
        return kept

    def _read(self) -> dict[bytes, Entry]:
        payload = _written(self._path)
        if payload is None:
            return {}
        try:
            identity, entries = msgspec.msgpack.decode(payload, type=tuple[str, dict[bytes, memoryview]])
        except _DAMAGE:
            return {}
        return dict(entries) if identity == tool_identity() else {}


class EntryFiles:
    """Entries by key, each in a file of its own: for what a run needs but one of."""

    def __init__(self, directory: Path, name: str) -> None:
        self._above = directory
        self._directory = directory / name

    def get(self, key: bytes) -> Entry | None:
        """An entry; None where there is none that is whole."""
        return _written(self._directory / key.hex())

    def put(self, key: bytes, entry: bytes) -> None:
        """Keep an entry, and give up the oldest beyond a limit; nothing happens where nothing can be written."""
        with contextlib.suppress(OSError):
            _prepare(self._above)
            self._directory.mkdir(exist_ok=True)
            _write(self._directory / key.hex(), entry)
            self._give_up_oldest()

    def _give_up_oldest(self) -> None:
        with os.scandir(self._directory) as entries:
            statuses = {entry.path: entry.stat() for entry in entries if _is_ours(entry.name)}
        latest_first = sorted(statuses, key=lambda path: statuses[path].st_mtime_ns, reverse=True)
        room = _MOST_KEPT
        for number, path in enumerate(latest_first):
            room -= statuses[path].st_size
            if number >= _MOST_FILES or (number and room < 0):
                os.unlink(path)  # noqa: PTH108


def _is_ours(name: str) -> bool:
    """Whether it is the name of an entry, or of one that is being written or was when its process died."""
    return re.fullmatch(r"[0-9a-f]{32}|\.[a-z0-9_]{8}", name) is not None


def remove_cache(directory: Path) -> bool:
    """Delete a cache directory; False when there is none. Only what this tool wrote is touched."""
    if not directory.is_dir():
        return False
    below = [directory / name for name in ENTRY_DIRECTORIES]
    written = [directory / name for name in ("indexes", "states", ".gitignore")]
    entries = [path for each in below for path in each.glob("*") if _is_ours(path.name)]
    for path in [*written, *entries]:
        path.unlink(missing_ok=True)
    for emptied in (*below, directory):
        with contextlib.suppress(OSError):  # there is none, or somebody else keeps files there
            emptied.rmdir()
    return True


def _prepare(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    note = directory / ".gitignore"
    if not note.exists():
        note.write_text(_NOTE, encoding="utf-8")


def _written(path: Path) -> memoryview | None:
    """What `_write` wrote to a file; None where that is not there, or is damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    payload = memoryview(data)[_HEADER:]
    return payload if data[:_HEADER] == _header(payload) else None


def _header(payload: bytes | memoryview) -> bytes:
    return _MAGIC + zlib.crc32(payload).to_bytes(4, "little")


def _write(path: Path, payload: bytes) -> None:
    """Replace a file as a whole, so that readers see all or nothing."""
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines((_header(payload), payload))
        os.replace(temporary, path)  # noqa: PTH105
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise
