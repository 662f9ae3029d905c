"""From which directories does a project import its own modules? Found from its imports."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator

_IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)
_FRAMEWORK = (b"fastapi", b"starlette")
_DEFAULT = ("", "src")


def find_source_roots(paths: Iterable[str], read: Callable[[str], bytes]) -> list[str]:
    """The source roots that a project needs beside the default ones, with these; empty when the default fits.

    Args:
        paths: the project's Python files, relative to its root.
        read: the content of a file.
    """
    paths = list(paths)
    names = set(_importable(paths))
    imports = {path: _imported(read(path)) for path in paths}
    candidates = {root for path, imported in imports.items() for root in _roots_of(path, imported, names)}
    packages = {
        _joined(root, name)
        for root in {*_DEFAULT, *candidates}
        for imported in imports.values()
        for name in imported
        if _joined(root, name) in names
    }
    needed = [root for root in sorted(candidates) if packages.isdisjoint((root, *_ancestors(root)))]
    if not needed:
        return []
    has_src = any(path.startswith("src/") for path in paths)
    return [".", *(["src"] if has_src else []), *needed]


def _importable(paths: Iterable[str]) -> Iterator[str]:
    """Everything that has a name in an import: modules, and directories that contain some."""
    for path in paths:
        yield path.removesuffix(".py")
        while "/" in path:
            path = path.rpartition("/")[0]
            yield path


def _imported(content: bytes) -> set[str]:
    """The top-level names that a file imports, if it has to do with the framework."""
    if not any(word in content for word in _FRAMEWORK):
        return set()
    return {match.decode() for match in _IMPORT.findall(content)} - sys.stdlib_module_names


def _roots_of(path: str, imported: Iterable[str], names: set[str]) -> Iterator[str]:
    """For each import that is found from no default root, the nearest directory above from which it is."""
    for name in imported:
        if not any(_joined(root, name) in names for root in _DEFAULT):
            yield from [root for root in _ancestors(path) if root and _joined(root, name) in names][:1]


def _ancestors(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _joined(root: str, name: str) -> str:
    return f"{root}/{name}" if root else name
