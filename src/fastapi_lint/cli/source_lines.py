"""The lines of checked files, for reports that quote them."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Mapping, Sequence
from pathlib import Path


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
        try:
            data = self._overlay.get(filename)
            return source_lines((self._root / filename).read_bytes() if data is None else data)
        except OSError:
            return None


def source_lines(data: bytes) -> Sequence[str]:
    """Python source as lines; what its encoding can not decode becomes a replacement character."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError:
        encoding = "utf-8-sig"
    return io.TextIOWrapper(io.BytesIO(data), encoding, errors="replace").read().split("\n")
