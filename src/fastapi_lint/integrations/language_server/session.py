"""One project as it is being edited: the indexes of its files, and the last state of its model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from fastapi_lint.config.selection import Selection
from fastapi_lint.config.settings import Settings
from fastapi_lint.diagnostics import Diagnostic, RuleFailure
from fastapi_lint.discovery import discover
from fastapi_lint.index.build import build_index
from fastapi_lint.index.nodes import ModuleIndex
from fastapi_lint.index.source import UnreadableSource, decode
from fastapi_lint.integrations.language_server.lenses import Lens, lenses_of
from fastapi_lint.linter.files import DirectoryFiles
from fastapi_lint.linter.project import LoadedProject
from fastapi_lint.linter.run import ProjectLinter, without_garbage_collection
from fastapi_lint.rules.custom import metadata_of

Waypoint = Callable[[int], None]
"""Told how many files were indexed so far; may raise `Superseded`."""


class Superseded(BaseException):
    """A check was given up because its buffers have changed; not an Exception, so that no rule is blamed."""


class Checked(NamedTuple):
    """One open file as of the last check."""

    diagnostics: Sequence[Diagnostic]
    lenses: Sequence[Lens]


class _EditedProject(LoadedProject):
    """A project whose indexes come from a session, which keeps those of unchanged files."""

    def __init__(
        self,
        settings: Settings,
        files: DirectoryFiles,
        linted: Sequence[str],
        index: Callable[[str, bytes], ModuleIndex],
    ) -> None:
        self._index_of = index
        super().__init__(settings, files, linted)

    def index(self, path: str) -> ModuleIndex:
        """The index of one file."""
        return self._index_of(path, self.files.read(path))


class Session:
    """Checks the open files of one project, again and again.

    Args:
        settings: those of the project.
        code_lens: whether lenses are wanted.
        before: the session that this one replaces, whose indexes it goes on with.

    Raises:
        ConfigError: the settings can not be used.
    """

    def __init__(self, settings: Settings, *, code_lens: bool = True, before: Session | None = None) -> None:
        self.settings = settings
        self.rules = metadata_of(settings)
        """The declarations of all rules by code, those of the project's own rules included."""
        self.selection = Selection.build(settings, self.rules)
        self._code_lens = code_lens
        self._indexes: dict[str, tuple[bytes, ModuleIndex]] = dict(before._indexes) if before else {}
        self._parsable: dict[str, bytes] = {}
        self._disk = 0
        self._modelled: tuple[int, Mapping[str, bytes]] | None = None
        self._checked: dict[str, Checked] = {}
        self.failures: list[RuleFailure] = []
        """Rules that raised in the last check."""

    @property
    def root(self) -> Path:
        """The project root."""
        return Path(self.settings.root)

    def is_linted(self, path: str) -> bool:
        """Whether the settings let a file, given relative to the root, be checked."""
        absolute = self.root / path
        if not absolute.exists():
            return True
        exclude = (*self.settings.exclude, *self.settings.extend_exclude)
        return bool(discover([absolute], root=self.settings.root, exclude=exclude, force_exclude=True).files)

    def forget_disk(self) -> None:
        """Files may have changed on disk: look at all of them in the next check."""
        self._disk += 1

    def check(self, buffers: Mapping[str, str], waypoint: Waypoint) -> Mapping[str, Checked]:
        """Check the open files, given by their paths relative to the root, as part of the whole project.

        While a buffer can not be parsed, the model keeps its last state that could.

        Raises:
            ConfigError: the settings can not be used.
            Superseded: `waypoint` has raised it.
        """
        data = {path: _encoded(text) for path, text in buffers.items()}
        broken = {path for path in data if self._index(path, data[path]).problem is not None}
        self._parsable.update((path, data[path]) for path in data if path not in broken)
        modelled = (self._disk, {path: self._parsable.get(path, data[path]) for path in data})
        with without_garbage_collection():
            if modelled != self._modelled:
                self._checked = self._model(modelled[1], waypoint)
                self._modelled = modelled
            result = {path: self._checked[path] for path in data if path not in broken}
            for path in broken:
                result[path] = self._check_alone(path, data[path])
        return result

    def _model(self, buffers: Mapping[str, bytes], waypoint: Waypoint) -> dict[str, Checked]:
        whole = discover(
            [self.root],
            root=self.settings.root,
            exclude=(*self.settings.exclude, *self.settings.extend_exclude),
            respect_gitignore=self.settings.respect_gitignore,
        )
        files = DirectoryFiles(self.root, {*whole.files, *buffers}, buffers)
        indexed = 0

        def index(path: str, data: bytes) -> ModuleIndex:
            nonlocal indexed
            indexed += 1
            waypoint(indexed)
            return self._index(path, data)

        project = _EditedProject(self.settings, files, list(buffers), index)
        return self._lint(project)

    def _check_alone(self, path: str, data: bytes) -> Checked:
        """Check a file that can not be parsed: nothing but that is found."""
        project = _EditedProject(
            self.settings, DirectoryFiles(self.root, [path], {path: data}), [path], self._index
        )
        return self._lint(project)[path]

    def _lint(self, project: LoadedProject) -> dict[str, Checked]:
        linter = ProjectLinter(project)
        found = [diagnostic for path in project.linted for diagnostic in linter.diagnostics(path)]
        found = linter.beyond_baseline(found)
        result = {}
        for path in project.linted:
            module = project.application.project.module_at(path)
            result[path] = Checked(
                [diagnostic for diagnostic in found if diagnostic.filename == path],
                list(lenses_of(project.application, module)) if self._code_lens else [],
            )
        self.failures = list(linter.failures)
        return result

    def _index(self, path: str, data: bytes) -> ModuleIndex:
        known = self._indexes.get(path)
        if known is None or known[0] != data:
            known = self._indexes[path] = (data, build_index(data))
        return known[1]


def _encoded(text: str) -> bytes:
    """A buffer as the bytes of the file that it would be saved as."""
    data = text.encode("utf-8", "surrogatepass")
    try:
        declared = decode(data).encoding
        return data if declared == "utf-8" else text.encode(declared)
    except (UnreadableSource, UnicodeEncodeError):
        return data
