"""The lines of checked files, for reports that quote them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi_lint.index.source import UnreadableSource, decode, split_lines


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


def _lines(data: bytes) -> Sequence[str]:
    """Source as lines; a file in the wrong encoding still shows most of what it says."""
    try:
        return split_lines(decode(data).text)
    except UnreadableSource:
        return split_lines(data.decode("utf-8", "replace"))
