"""From settings and paths to the application model."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from fastapi_lint.application.application import Application
from fastapi_lint.application.file_groups import FileGroups
from fastapi_lint.application.model_options import ModelOptions
from fastapi_lint.application.modules import Project
from fastapi_lint.index.nodes import ModuleIndex
from fastapi_lint.linter.files import Asked, DirectoryFiles
from fastapi_lint.linter.indexing import Indexes
from fastapi_lint.linter.relevance import COROUTINES, FRAMEWORK, LOOP_STARTS, MODELS, OVERRIDES, REBUILDING
from fastapi_lint.linter.revealed import Revealed
from fastapi_lint.linter.sources import discover_paths, find_sources

if TYPE_CHECKING:
    from fastapi_lint.application.known_loop import KnownLoop
    from fastapi_lint.config.settings import Settings
    from fastapi_lint.config.versions import ProjectVersions


class Learned(msgspec.Struct, frozen=True, array_like=True):
    """What a process found out of a project's files."""

    asked: Asked
    indexes: dict[bytes, bytes]
    revealed: Revealed


class LoadedProject:
    """A project's files, its application model and which of its files are to be linted."""

    def __init__(
        self,
        settings: Settings,
        files: DirectoryFiles,
        linted: Iterable[str],
        indexes: Indexes | None = None,
    ) -> None:
        self.settings = settings
        self.files = files
        self.linted = sorted(linted)
        """Paths that were asked for, relative to the root."""
        self._indexes = indexes or Indexes(settings, files)
        self._roots = settings.src or ("", "src")
        self._revealed_elsewhere = Revealed()
        self._candidates = self._about(FRAMEWORK)
        self._coroutine_files = self._about(COROUTINES)
        self.application = Application(
            Project(files, self._roots, self.index),
            self._file_groups(),
            options=model_options(settings),
            versions=self._versions(),
        )

    def _about(self, topic: int) -> frozenset[str]:
        return frozenset(path for path in self.files.paths() if self.files.topics(path) & topic)

    def _file_groups(self) -> FileGroups:
        tests = self._matching(self.settings.tests)
        linted = frozenset(self.linted)
        return FileGroups(
            framework=self._candidates,
            coroutines=self._coroutine_files,
            models=self._about(MODELS) & linted,
            rebuilding=self._about(REBUILDING),
            overriding=self._about(OVERRIDES) & self._candidates,
            loop_starting=self._loop_starting_files,
            tests=tests,
            scripts=self._matching(self.settings.scripts) - tests,
            linted=linted,
        )

    @cached_property
    def _loop_starting(self) -> list[str]:
        return sorted(self._about(LOOP_STARTS) - self._coroutine_files)

    def _loop_starting_files(self, name: str) -> Iterator[str]:
        word = name.encode()
        return (path for path in self._loop_starting if word in self.files.read(path))

    @property
    def production_files(self) -> set[str]:
        """All files but tests, scripts and migrations."""
        return set(filter(self.application.files.is_production, self.files.paths()))

    @property
    def relevant_size(self) -> int:
        """Bytes of the files that the model starts from."""
        return sum(len(self.files.read(path)) for path in {*self._candidates, *self._coroutine_files})

    def linting(self, linted: Collection[str], loop: KnownLoop | None) -> LoadedProject:
        """The same project, of which nothing but indexes is known yet, and the event loop, to lint other files."""
        loaded = LoadedProject(self.settings, self.files, linted, self._indexes)
        loaded.application.loop_part = loop.leading_to(linted) if loop is not None else None
        return loaded

    def index(self, path: str) -> ModuleIndex:
        """The index of one file."""
        return self._indexes.get(path)

    def index_in_parallel(self) -> None:
        """Index the files that the model starts from, on several processors if that is worth it.

        Nearly all that these import will be asked for, too.
        """
        first = {*self._candidates, *self._coroutine_files}
        if self._indexes.make_ahead(first):
            project = self.application.project
            imported = {path for each in first for path in project.imported_by(project.module_at(each))}
            self._indexes.make_ahead(imported - first)

    def learned(self, before: Collection[bytes]) -> Learned:
        """What is known by now that another process does not know, which has the indexes that were made before."""
        made = {digest: entry for digest, entry in self._indexes.made.items() if digest not in before}
        return Learned(self.files.asked, made, self.revealed)

    @property
    def indexes_made(self) -> frozenset[bytes]:
        """Digests of the files indexed so far."""
        return frozenset(self._indexes.made)

    def learn(self, learned: Learned) -> None:
        """Take over what another process knows: it matters for later runs."""
        self.files.asked.add(learned.asked)
        self._indexes.made.update(learned.indexes)
        self._revealed_elsewhere.add(learned.revealed)

    @property
    def revealed(self) -> Revealed:
        """What findings have leaned on so far, here and in other processes."""
        project = self.application.project
        found = Revealed({module.path: module.revealed for module in project.loaded() if module.revealed})
        found.names.update(project.asked_names)
        if "event_loop" in vars(self.application):
            found.loop = self.application.event_loop.known()
        found.add(self._revealed_elsewhere)
        return found

    def before_edits(self, digests: Mapping[str, bytes]) -> Application | None:
        """The model of the project when some of its files had other contents; None if they are not known any more.

        Args:
            digests: of these contents, by path.
        """
        kept = {path: self._indexes.kept(digest) for path, digest in digests.items()}
        if None in kept.values():
            return None
        project = Project(self.files, self._roots, lambda path: kept.get(path) or self.index(path))
        now = self.application
        return Application(project, now.files, options=now.options, versions=now.versions)

    def save_indexes(self) -> None:
        """Keep the indexes made so far for later runs."""
        self._indexes.save()

    def _versions(self) -> ProjectVersions:
        from fastapi_lint.config.versions import detect_versions

        return detect_versions(self.settings)

    def _matching(self, patterns: Iterable[str]) -> frozenset[str]:
        from pathspec import PathSpec

        return frozenset(PathSpec.from_lines("gitignore", patterns).match_files(self.files.paths()))


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
