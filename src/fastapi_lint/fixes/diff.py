"""Show the difference between two texts as a unified diff that `patch` and `git apply` accept."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

_BOLD, _RED, _GREEN, _CYAN, _RESET = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[0m"
_COLORS = {"-": _RED, "+": _GREEN, "@": _CYAN}


def unified_diff(filename: str, before: str, after: str, *, color: bool = False) -> str:
    """The diff of one file, named by its relative POSIX path; empty when nothing differs.

    Lines end where git ends them, at a line feed, so that a carriage return stays part of its line.
    """
    lines = difflib.unified_diff(
        _lines(before), _lines(after), _header_name("a", filename), _header_name("b", filename)
    )
    completed = _completed(lines)
    return "".join(_painted(completed) if color else completed)


def _lines(text: str) -> list[str]:
    pieces = text.split("\n")
    lines = [piece + "\n" for piece in pieces[:-1]]
    return [*lines, pieces[-1]] if pieces[-1] else lines


def _header_name(side: str, filename: str) -> str:
    """A name with a space is closed by a tab, which tells `patch` where it ends."""
    return f"{side}/{filename}\t" if " " in filename else f"{side}/{filename}"


def _completed(lines: Iterator[str]) -> Iterator[str]:
    """Every line with a line feed, and the remark where the file has none."""
    for line in lines:
        if line.endswith("\n"):
            yield line
        else:
            yield line + "\n"
            yield "\\ No newline at end of file\n"


def _painted(lines: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        color = _BOLD if number < 2 else _COLORS.get(line[0])
        yield f"{color}{line[:-1]}{_RESET}\n" if color else line
