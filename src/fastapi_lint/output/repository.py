"""Paths as a code host sees them.

Code hosts name files from the top of the repository, which is above the project when a repository holds
several of them.
"""

from __future__ import annotations

from pathlib import Path


def repository_root(root: Path) -> Path:
    """The nearest folder, from `root` upwards, that holds `.git`; `root` itself outside a repository."""
    root = root.absolute()
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)


def repository_prefix(root: Path) -> str:
    """What makes a project-relative file name relative to the repository: `""`, or such as `backend/`."""
    below = root.absolute().relative_to(repository_root(root)).as_posix()
    return "" if below == "." else f"{below}/"
