"""From the paths on the command line to the Python files to lint, and to the project they belong to."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from fastapi_lint.ignore_files import (
    IGNORE_FILES,
    Patterns,
    enclosing_ignore_files,
    leaves_out,
    read_ignore_files,
)

_MARKERS = ("fastapi-lint.toml", "pyproject.toml", "setup.cfg", "setup.py", ".git")

_WITH_PATTERNS = (".git", *IGNORE_FILES)
_DANGLING = "the symbolic link leads nowhere"


class DiscoveryProblem(msgspec.Struct, frozen=True):
    """A path that could not be searched or read."""

    path: str
    """As it was asked for, or relative to the root where it was come upon."""
    message: str
    is_error: bool
    """Whether the path was asked for, so that the run cannot do what it was told."""


class Discovery(msgspec.Struct, frozen=True):
    """What was found."""

    files: list[str]
    """POSIX paths relative to the root, sorted; `..` leads to files outside of it."""
    problems: list[DiscoveryProblem]
    listings: dict[str, frozenset[str]] = {}
    """The names of all that lies in the directories that were searched, by paths like those of files."""


def discover(
    paths: Iterable[str | Path],
    *,
    root: str | Path,
    exclude: Sequence[str] = (),
    force_exclude: bool = False,
    respect_gitignore: bool = True,
) -> Discovery:
    """Find the Python files among and below `paths`.

    A file that is asked for by name is taken whatever its suffix, and so are the contents of a directory that is,
    even when patterns leave them out. Symbolic links to directories are followed only if they are asked for.

    Args:
        paths: Files and directories, absolute or relative to the working directory.
        root: The project root, an absolute path.
        exclude: Patterns in `.gitignore` syntax, relative to the root.
        force_exclude: Let `exclude` leave out what is asked for by name as well.
        respect_gitignore: Leave out what `.gitignore`, `.ignore` and `.git/info/exclude` files name.
    """
    search = _Search(str(root), exclude, force_exclude, respect_gitignore)
    for path in paths:
        search.add(path)
    return Discovery(sorted(search.files), search.problems, search.listings)


def names_in(directory: str | Path) -> frozenset[str]:
    """The names of all that lies in a directory; none where there is none, or it cannot be searched."""
    try:
        return frozenset(os.listdir(directory))  # noqa: PTH208 - in the hot path of every run
    except OSError:
        return frozenset()


def find_project_root(paths: Iterable[str | Path]) -> Path:
    """The project that the paths belong to, by default that of the working directory.

    The nearest directory around all of them that holds `pyproject.toml` or the like; where there is none, the
    one that holds the outermost package around them, and outside of packages their own directory.
    """
    absolute = [os.path.realpath(path) for path in paths] or [str(Path.cwd())]
    try:
        start = Path(os.path.commonpath(absolute))
    except ValueError:  # on several drives
        start = Path.cwd()
    if not start.is_dir():
        start = start.parent
    for directory in (start, *start.parents):
        if is_marked(directory):
            return directory
    while (start / "__init__.py").exists() and start != start.parent:
        start = start.parent
    return start


def is_marked(directory: Path) -> bool:
    """Whether a directory holds what says that a project begins there."""
    return any((directory / marker).exists() for marker in _MARKERS)


def project_directory(root: str | Path, paths: Iterable[str | Path]) -> Path:
    """Where the files of the project lie, which the paths are of: below its root.

    A root without a marker merely holds the package that the paths are in; what lies beside that is another matter.
    """
    root = Path(root)
    absolute = [os.path.realpath(path) for path in paths]
    if not absolute or is_marked(root):
        return root
    parts = {Path(os.path.relpath(path, os.path.realpath(root))).parts[:1] for path in absolute}
    directory = root.joinpath(*parts.pop())
    return directory if not parts and (directory / "__init__.py").exists() else root


class _Search:
    def __init__(
        self, root: str, exclude: Sequence[str], force_exclude: bool, respect_gitignore: bool
    ) -> None:
        self.files: set[str] = set()
        self.problems: list[DiscoveryProblem] = []
        self.listings: dict[str, frozenset[str]] = {}
        self._root = root
        self._excluded = Patterns(root, exclude)
        self._force_exclude = force_exclude
        self._respect_gitignore = respect_gitignore

    def add(self, path: str | Path) -> None:
        """Take a file, or what is below a directory, that was asked for."""
        absolute = self._absolute(path)
        try:
            is_directory = stat.S_ISDIR(absolute.stat().st_mode)
        except (OSError, ValueError) as error:
            is_link = isinstance(error, FileNotFoundError) and os.path.lexists(absolute)
            message = _DANGLING if is_link else _reason(error)
            self.problems.append(DiscoveryProblem(str(path), message, is_error=True))
            return
        if self._force_exclude and self._is_excluded(absolute, is_directory):
            return
        if is_directory:
            self._search(absolute)
        else:
            self.files.add(self._relative(str(absolute)))

    def _search(self, start: Path) -> None:
        """Take the Python files below a directory."""
        levels = [self._excluded]
        if self._respect_gitignore:
            levels += enclosing_ignore_files(start)
        # Patterns that leave out the directory itself would leave out all that is in it.
        levels = [each for each in levels if not _leaves_out_any(each, [start, *start.parents])]
        top = str(start)
        waiting = [(top, "" if top == self._root else self._relative(top), levels)]
        while waiting:
            directory, relative, levels = waiting.pop()
            try:
                with os.scandir(directory) as entries:
                    listed = list(entries)
            except OSError as error:
                self._report(directory, f"the directory cannot be searched: {_reason(error)}")
                continue
            names = self.listings[relative] = frozenset([entry.name for entry in listed])
            if self._respect_gitignore and not names.isdisjoint(_WITH_PATTERNS):
                levels = [*levels, read_ignore_files(Path(directory))]
            prefix = f"{relative}/" if relative else ""
            for entry in listed:
                if entry.is_dir(follow_symlinks=False):
                    if not leaves_out(levels, entry.path, is_directory=True):
                        waiting.append((entry.path, prefix + entry.name, levels))
                elif entry.name.endswith(".py") and not leaves_out(levels, entry.path, is_directory=False):
                    self._add_found(entry, prefix + entry.name)

    def _add_found(self, entry: os.DirEntry[str], relative: str) -> None:
        try:
            if entry.is_file():
                self.files.add(relative)
            elif entry.is_symlink() and not Path(entry.path).exists():
                self._report(entry.path, _DANGLING)
        except OSError as error:
            self._report(entry.path, _reason(error))

    def _is_excluded(self, path: Path, is_directory: bool) -> bool:
        verdict = self._excluded.verdict(str(path), is_directory=is_directory)
        return verdict or _leaves_out_any(self._excluded, path.parents)

    def _absolute(self, path: str | Path) -> Path:
        """Below the root if the path leads there, also where the root is reached through symbolic links."""
        absolute = Path(os.path.normpath(Path(path).absolute()))
        if not absolute.is_relative_to(self._root):
            real = absolute.parent.resolve() / absolute.name
            if real.is_relative_to(self._root):
                return real
        return absolute

    def _relative(self, path: str) -> str:
        if path.startswith(self._root + os.sep):
            return path[len(self._root) + 1 :].replace(os.sep, "/")
        try:
            return Path(os.path.relpath(path, self._root)).as_posix()
        except ValueError:  # on another drive
            return Path(path).as_posix()

    def _report(self, path: str, message: str) -> None:
        self.problems.append(DiscoveryProblem(self._relative(path), message, is_error=False))


def _reason(error: OSError | ValueError) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _leaves_out_any(patterns: Patterns, directories: Iterable[Path]) -> bool:
    return any(patterns.verdict(str(directory), is_directory=True) for directory in directories)
