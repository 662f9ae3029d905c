"""Small projects for tests, written as dictionaries of sources."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from fastapi_lint.application.application import Application
from fastapi_lint.application.file_groups import FileGroups
from fastapi_lint.application.modules import Module, Project
from fastapi_lint.index.build import build_index


class MemoryFiles:
    """A project's files held in memory."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = {path: textwrap.dedent(text) for path, text in sources.items()}

    def paths(self) -> Iterable[str]:
        return self.sources

    def exists(self, path: str) -> bool:
        return path in self.sources

    def is_directory(self, path: str) -> bool:
        return any(each.startswith(path + "/") for each in self.sources)


def application_of(sources: Mapping[str, str], roots: Iterable[str] = ("", "src")) -> Application:
    """The application model of a project given as path → source text."""
    files = MemoryFiles(sources)
    project = Project(files, roots, lambda path: build_index(files.sources[path].encode()))
    paths = frozenset(files.sources)
    return Application(project, FileGroups(framework=paths, overriding=paths))


def module_of(application: Application, name: str) -> Module:
    """A module of the project by its dotted name."""
    module = application.project.find(name)
    assert module is not None, f"there is no module {name}"
    return module
