"""The lines of checked files, for reports that quote them."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import overload


class SourceLines:
    """Reads files below a root when they are asked for; `overlay` replaces the content of some of them."""

    def __init__(self, root: Path, overlay: Mapping[str, bytes]) -> None:
        self._root = root
        self._overlay = overlay
        self._known: dict[str, Sequence[str] | None] = {}

    def __call__(self, filename: str) -> Sequence[str] | None:
        """The lines of a file without their ends; None when it can not be read."""
        if filename not in self._known:
            self._known[filename] = self._read(filename)
        return self._known[filename]

    def _read(self, filename: str) -> Sequence[str] | None:
        data = self._overlay.get(filename)
        try:
            return _lines((self._root / filename).read_bytes() if data is None else data)
        except OSError:
            return None


class _Utf8Lines(Sequence[str]):
    """Lines in UTF-8, each decoded when it is asked for: of most files few ever are."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [line.decode("utf-8", "replace") for line in self._lines[index]]
        return self._lines[index].decode("utf-8", "replace")


def _lines(data: bytes) -> Sequence[str]:
    """Source as lines; a file in the wrong encoding still shows most of what it says."""
    body = data.removeprefix(codecs.BOM_UTF8)
    lines = body.split(b"\n")
    if b"\r" not in body and not any(b"coding" in line for line in lines[:2]):
        return _Utf8Lines(lines if lines[-1] else lines[:-1])
    from fastapi_lint.index.source import UnreadableSource, decode, split_lines

    try:
        return split_lines(decode(data).text)
    except UnreadableSource:
        return split_lines(body.decode("utf-8", "replace"))
