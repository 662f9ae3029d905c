"""Which paths `.gitignore` files and `exclude` patterns leave out."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILES = (".gitignore", ".ignore")
"""In one directory, the patterns of the later file come after those of the earlier and override them."""

_OF_NAMES = r"!?[^!#\\/\s](?:[^\\/\s^]|(?<!\[)\^)*/?"
"""Patterns that are about the last part of a path only."""


class Patterns:
    """Patterns in `.gitignore` syntax, relative to one directory.

    Nearly every path matches none of them; `pathspec`, which takes longer, is asked about the others only.
    """

    def __init__(self, directory: str, lines: Iterable[str]) -> None:
        self._prefix = directory.rstrip(os.sep) + os.sep
        self._patterns = [line for line in lines if line.strip() and not line.startswith("#")]
        of_names = [pattern for pattern in self._patterns if _is_of_names(pattern)]
        names = {pattern.lstrip("!").rstrip("/") for pattern in of_names}
        wild = [name for name in names if any(character in name for character in "*?[")]
        self._names = names.difference(wild)
        self._wild = re.compile("|".join(map(fnmatch.translate, wild))) if wild else None
        of_paths = [pattern for pattern in self._patterns if pattern not in of_names]
        self._of_paths = _compiled(of_paths) if of_paths else None
        self._all: GitIgnoreSpec | None = None

    def verdict(self, path: str, *, is_directory: bool) -> bool | None:
        """Whether they leave out an absolute path; None when they say nothing about it."""
        name = path[path.rfind(os.sep) + 1 :]
        by_name = name in self._names or (self._wild is not None and self._wild.match(name) is not None)
        if not (by_name or self._of_paths) or not path.startswith(self._prefix):
            return None
        relative = path[len(self._prefix) :].replace(os.sep, "/")
        if is_directory:
            relative += "/"
        if not by_name and (self._of_paths is None or self._of_paths.check_file(relative).include is None):
            return None
        if name in self._patterns and not any(pattern.startswith("!") for pattern in self._patterns):
            return True
        if self._all is None:
            self._all = _compiled(self._patterns)
        return self._all.check_file(relative).include


def _is_of_names(pattern: str) -> bool:
    is_word = pattern.strip(".").isidentifier()  # as most are: the expression need not even be compiled
    return is_word or re.fullmatch(_OF_NAMES, pattern) is not None


def leaves_out(levels: Sequence[Patterns], path: str, *, is_directory: bool) -> bool:
    """Whether the last of the levels that says something about a path leaves it out."""
    for patterns in reversed(levels):
        verdict = patterns.verdict(path, is_directory=is_directory)
        if verdict is not None:
            return verdict
    return False


def read_ignore_files(directory: Path) -> Patterns:
    """The patterns in a directory's own ignore files; none where they cannot be read."""
    lines = _lines(directory / ".git" / "info" / "exclude")
    for name in IGNORE_FILES:
        lines += _lines(directory / name)
    return Patterns(str(directory), lines)


def enclosing_ignore_files(directory: Path) -> list[Patterns]:
    """Those of the directories above, outermost first, up to that of the Git repository; none outside of one."""
    around = [directory, *directory.parents]
    for index, each in enumerate(around):
        if (each / ".git").exists():
            return [read_ignore_files(above) for above in reversed(around[1 : index + 1])]
    return []


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig", errors="surrogateescape").splitlines()
    except OSError:
        return []


def _compiled(patterns: Sequence[str]) -> GitIgnoreSpec:
    """The patterns that are valid; Git passes over the others too."""
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError:
        if len(patterns) == 1:
            return GitIgnoreSpec([])
        return GitIgnoreSpec([each for pattern in patterns for each in _compiled([pattern]).patterns])
