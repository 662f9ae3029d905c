"""Which files a run is about: those to be linted, and the project around them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.discovery import Discovery, discover, project_directory
from fastapi_lint.linter.files import DirectoryFiles

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings


class Sources(NamedTuple):
    """The files of one run."""

    files: DirectoryFiles
    """Those of the whole project."""
    linted: list[str]
    """Those that were asked for, relative to the root, sorted."""
    problems: list[str]
    """Messages about paths that do not exist or could not be searched."""


def find_sources(
    settings: Settings,
    paths: Sequence[str],
    overlay: Mapping[str, bytes] | None = None,
    *,
    only: Collection[str] | None = None,
) -> Sources:
    """Find the files to lint and the project around them.

    Args:
        settings: which files belong to the project.
        paths: what to lint.
        overlay: the content of files that differ from those on disk; without `only`, they are linted too.
        only: of the files found, lint only these.
    """
    root = Path(settings.root)
    wanted = discover_paths(settings, paths) if paths else Discovery(files=[], problems=[])
    directory = _project_directory(settings, paths or [root / each for each in overlay or ()])
    is_whole = len(paths) == 1 and Path(paths[0]).absolute() == directory
    whole = wanted if is_whole else discover_paths(settings, [directory])
    listings = {**wanted.listings, **whole.listings}
    files = DirectoryFiles(root, {*wanted.files, *whole.files}, overlay, listings)
    errors = [f"{problem.path}: {problem.message}" for problem in wanted.problems if problem.is_error]
    linted = {*wanted.files, *(overlay or {})} if only is None else {*wanted.files}.intersection(only)
    return Sources(files, sorted(linted), errors)


def _project_directory(settings: Settings, paths: Sequence[str | Path]) -> Path:
    root = Path(settings.root)
    is_configured = settings.config_file is not None and settings.config_file.parent == root
    return root if is_configured else project_directory(root, paths)


def discover_paths(settings: Settings, paths: Sequence[str | Path]) -> Discovery:
    """The Python files among and below `paths`, as the settings want them looked for."""
    return discover(
        paths,
        root=settings.root,
        exclude=(*settings.exclude, *settings.extend_exclude),
        force_exclude=settings.force_exclude,
        respect_gitignore=settings.respect_gitignore,
    )
