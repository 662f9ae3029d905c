"""From settings and paths to the application model."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

import msgspec

from fastapi_lint.application.application import Application, ModelOptions
from fastapi_lint.application.modules import Project
from fastapi_lint.index.build import build_index
from fastapi_lint.index.nodes import ModuleIndex
from fastapi_lint.linter.cache import IndexCache, cache_directory
from fastapi_lint.linter.files import DirectoryFiles
from fastapi_lint.linter.sources import discover_paths, find_sources
from fastapi_lint.linter.workers import run_shared, shares, worker_count

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.config.versions import ProjectVersions

# Files that name the framework, that register something on an object they import, or that call an app factory.
_FRAMEWORK = re.compile(
    rb"fastapi|starlette|include_router|add_api_route|dependency_overrides|add_event_handler|add_middleware"
    rb"|@\w[\w.]*\.(?:get|post|put|patch|delete|websocket|on_event|middleware|exception_handler)\("
    rb"|\b(?:build|create|get|init|make|setup)_(?:\w+_)?app(?:lication)?\("
)
_BYTES_PER_WORKER = 750_000
_COROUTINE = re.compile(rb"async\s+def")
_DATA_MODEL = re.compile(rb"pydantic|sqlmodel|BaseModel|validator\b")
_REBUILDING = re.compile(rb"model_rebuild|rebuild_dataclass|update_forward_refs")


class LoadedProject:
    """A project's files, its application model and which of its files are to be linted."""

    def __init__(self, settings: Settings, files: DirectoryFiles, linted: Iterable[str]) -> None:
        self.settings = settings
        self.files = files
        self.linted = sorted(linted)
        """Paths that were asked for, relative to the root."""
        self._indexes: dict[str, ModuleIndex] = {}
        self._indexed_ahead: dict[bytes, ModuleIndex] = {}
        roots = settings.src or ("", "src")
        self._candidates = [path for path in files.paths() if _FRAMEWORK.search(files.read(path))]
        self._coroutine_files = [path for path in self.linted if _COROUTINE.search(files.read(path))]
        self.application = Application(
            Project(files, roots, self.index),
            self._candidates,
            coroutine_files=self._coroutine_files,
            model_files=[path for path in self.linted if _DATA_MODEL.search(files.read(path))],
            rebuilding_files=[path for path in files.paths() if _REBUILDING.search(files.read(path))],
            options=model_options(settings),
            versions=self._versions(),
            is_test=self._test_files(),
        )

    def index(self, path: str) -> ModuleIndex:
        """The index of one file."""
        found = self._indexes.get(path)
        if found is None:
            found = self._indexes[path] = self._make_index(self.files.read(path))
        return found

    def index_in_parallel(self) -> None:
        """Index the files that the model starts from, on several processors if that is worth it.

        A share whose process dies twice is left to be indexed when it is asked for.
        """
        contents = {self.files.read(path) for path in (*self._candidates, *self._coroutine_files)}
        waiting = [data for data in contents if self._cache is None or not self._cache.has(data)]
        count = worker_count(self.settings.workers, sum(map(len, waiting)), _BYTES_PER_WORKER)
        if count == 1:
            return
        groups = shares(waiting, count, len)
        encoded = run_shared([partial(_encoded_indexes, group) for group in groups])
        for group, result in zip(groups, encoded, strict=True):
            if result is not None:
                indexes = msgspec.msgpack.decode(result, type=list[ModuleIndex])
                self._indexed_ahead.update(zip(group, indexes, strict=True))

    def save_indexes(self) -> None:
        """Keep the indexes made so far for later runs."""
        if self._cache is not None:
            self._cache.save()

    @cached_property
    def _cache(self) -> IndexCache | None:
        directory = cache_directory(self.settings)
        return IndexCache(directory) if directory is not None else None

    def _make_index(self, data: bytes) -> ModuleIndex:
        found = self._cache.get(data) if self._cache is not None else None
        if found is None:
            found = self._indexed_ahead.pop(data, None) or build_index(data)
            if self._cache is not None:
                self._cache.put(data, found)
        return found

    def _versions(self) -> ProjectVersions:
        from fastapi_lint.config.versions import detect_versions

        return detect_versions(self.settings)

    def _test_files(self) -> frozenset[str]:
        from pathspec import PathSpec

        patterns = [*self.settings.tests, *self.settings.scripts]
        spec = PathSpec.from_lines("gitignore", patterns)
        return frozenset(spec.match_files(self.files.paths()))


def _encoded_indexes(contents: Iterable[bytes]) -> bytes:
    return msgspec.msgpack.encode([build_index(data) for data in contents])


def model_options(settings: Settings) -> ModelOptions:
    """The part of the settings that the model depends on."""
    return ModelOptions(
        unreached_async=settings.unreached_async == "report",
        trivial_async=settings.trivial_async == "report",
        cpu_bound=settings.cpu_bound,
        blocking_calls=dict(settings.blocking_calls),
        offloaders=tuple(settings.offloaders),
        sensitive_names=settings.sensitive_names,
        extend_sensitive_names=tuple(settings.extend_sensitive_names),
        public_routes=tuple(settings.public_routes),
    )


def load_project(
    settings: Settings,
    paths: Sequence[str],
    overlay: Mapping[str, bytes] | None = None,
    *,
    only: Collection[str] | None = None,
) -> tuple[LoadedProject, list[str]]:
    """Find the files to lint and the project around them.

    Args:
        settings: which files belong to the project.
        paths: what to lint.
        overlay: the content of files that differ from those on disk; without `only`, they are linted too.
        only: of the files found, lint only these.

    Returns the project, and messages about paths that do not exist or could not be searched.
    """
    sources = find_sources(settings, paths, overlay, only=only)
    return LoadedProject(settings, sources.files, sources.linted), sources.problems


def linted_files(settings: Settings, paths: Sequence[str]) -> list[str]:
    """The files that a run over `paths` lints, relative to the project root."""
    return discover_paths(settings, paths).files


def load_application(settings: Settings, paths: Sequence[str]) -> Application:
    """The application model of the project that the paths belong to."""
    return load_project(settings, paths)[0].application
