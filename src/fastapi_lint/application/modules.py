"""The modules of a project: files found by dotted name and indexed when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from fastapi_lint.application.scopes import Scope
from fastapi_lint.index import nodes
from fastapi_lint.index.nodes import ModuleIndex

_FRAMEWORK = frozenset({"fastapi", "starlette"})
"""Known by their public names, also in a project that contains their source."""


class Module:
    """One file of the project, under the dotted name by which Python would import it."""

    __slots__ = ("_scope", "index", "is_package", "name", "path", "revealed")

    def __init__(self, path: str, name: str, index: ModuleIndex) -> None:
        self.path = path
        """POSIX path relative to the project root."""
        self.name = name
        self.is_package = path.endswith("__init__.py")
        self.index = index
        self.revealed: dict[int, int] = {}
        """What of the bodies of its functions findings in other files may lean on, by line of the outermost `def`.

        By 0, what they would lean on in any function that it had.
        """
        self._scope: Scope | None = None

    @property
    def scope(self) -> Scope:
        """The names bound at module level."""
        if self._scope is None:
            self._scope = Scope.of_module(self)
        return self._scope

    def __repr__(self) -> str:
        return f"<module {self.name}>"


class AskedNames:
    """Names by which something may be called; `Project.asked` makes them."""

    __slots__ = ("names",)

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)

    def called_in(self, part: ModuleIndex | nodes.FunctionDef) -> bool:
        """Whether a file, or the body of a function with all that is inside, calls anything by one of these names."""
        return not self.names.isdisjoint(part.called)


class Files(Protocol):
    """Where the project's files come from: a directory, a directory under unsaved buffers, a test's dict."""

    def paths(self) -> Iterable[str]:
        """Every Python file of the project, relative to its root."""

    def exists(self, path: str) -> bool:
        """Whether that file exists, also when it is excluded from `paths`."""

    def is_directory(self, path: str) -> bool:
        """Whether there is a directory at that path."""


class Project:
    """Finds modules by dotted name and by path; each file is indexed once, when first asked for."""

    def __init__(self, files: Files, source_roots: Iterable[str], load: Callable[[str], ModuleIndex]) -> None:
        self._files = files
        self._roots = sorted((root.strip("/.") for root in source_roots), key=len, reverse=True)
        self._load = load
        self._by_path: dict[str, Module] = {}
        self._by_request: dict[tuple[str, str], str | None] = {}
        self._holders: dict[tuple[str, str], list[str]] = {}
        self._names: dict[str, str] = {}
        self.asked_names: set[str] = set()
        """Those that `asked` was given."""

    @property
    def files(self) -> Files:
        """The files that the project is made of."""
        return self._files

    def asked(self, names: Iterable[str]) -> AskedNames:
        """Names to ask any file or function about: findings in other files may follow from its calling one."""
        asked = AskedNames(names)
        self.asked_names |= asked.names
        return asked

    def module_at(self, path: str) -> Module:
        """The module of the file at `path`."""
        module = self._by_path.get(path)
        if module is None:
            module = Module(path, self._unique_name(path), self._load(path))
            self._by_path[path] = module
        return module

    def loaded(self) -> list[Module]:
        """The modules indexed so far, in that order."""
        return list(self._by_path.values())

    def find(self, name: str, importer: Module | None = None) -> Module | None:
        """The project's module of that dotted name, as the file `importer` would see it; None if external.

        After the source roots, the directories above the importing file are tried: a service of a larger
        repository is usually run from its own directory.
        """
        path = self.find_path(name, importer)
        return self.module_at(path) if path is not None else None

    def find_path(self, name: str, importer: Module | None = None) -> str | None:
        """Like `find`, without indexing the file."""
        if not name or name.partition(".")[0] in _FRAMEWORK:
            return None
        directory = importer.path.rpartition("/")[0] if importer is not None else ""
        key = (name, directory)
        if key not in self._by_request:
            self._by_request[key] = self._search(name.replace(".", "/"), directory)
        return self._by_request[key]

    def parent_of(self, module: Module) -> str | None:
        """The path of the package that a module lies in; None when it lies in none."""
        directory = module.path.rpartition("/")[0]
        if module.is_package:
            directory = directory.rpartition("/")[0]
        path = _join(directory, "__init__.py")
        is_inside = "." in module.name and path != module.path
        return path if is_inside and self._files.exists(path) else None

    def is_namespace(self, name: str, importer: Module | None = None) -> bool:
        """Whether `name` is a directory of the project without `__init__.py`: a namespace package."""
        if name.partition(".")[0] in _FRAMEWORK:
            return False
        directory = importer.path.rpartition("/")[0] if importer is not None else ""
        relative = name.replace(".", "/")
        return any(
            self._files.is_directory(_join(base, relative)) for base in self._bases(relative, directory)
        )

    def resolve_relative(self, importer: Module, level: int, module: str) -> str:
        """The absolute dotted name of `from ..module import` written in `importer`."""
        parts = importer.name.split(".")
        if not importer.is_package:
            parts = parts[:-1]
        if level > 1:
            parts = parts[: len(parts) - (level - 1)] if level - 1 < len(parts) else []
        return ".".join([*parts, module]) if module else ".".join(parts)

    def find_relative(self, importer: Module, level: int, module: str) -> str | None:
        """The path of the file that a relative import names; None when there is none."""
        directory = importer.path.rpartition("/")[0]
        for _ in range(level - 1):
            directory = directory.rpartition("/")[0]
        return self._at(_join(directory, module.replace(".", "/"))) if module else self._at(directory)

    def imported_by(self, module: Module) -> Iterator[str]:
        """The paths of the project's files that a module imports, anywhere in it."""
        for statement in module.index.imports:
            if isinstance(statement, nodes.Import):
                found = [self.find_path(alias.name, module) for alias in statement.names]
            else:
                found = [self._imported_path(module, statement.level, statement.module)]
                if found[0] is None or found[0].endswith("__init__.py"):
                    prefix = f"{statement.module}." if statement.module else ""
                    names = (f"{prefix}{alias.name}" for alias in statement.names)
                    found += [self._imported_path(module, statement.level, name) for name in names]
            yield from (path for path in found if path is not None)

    def _imported_path(self, importer: Module, level: int, name: str) -> str | None:
        return self.find_relative(importer, level, name) if level else self.find_path(name, importer)

    def _bases(self, relative: str, directory: str) -> list[str]:
        """The directories from which a path can lead anywhere: those that have its first part."""
        first = relative.partition("/")[0]
        key = (first, directory)
        if key not in self._holders:
            self._holders[key] = [
                base for base in self._search_path(directory) if self._has(_join(base, first))
            ]
        return self._holders[key]

    def _has(self, stem: str) -> bool:
        """Whether there is a module, a package or any other directory of that name."""
        stem = stem.lstrip("/")
        return self._files.is_directory(stem) or self._files.exists(f"{stem}.py")

    def _search_path(self, directory: str) -> Iterator[str]:
        yield from self._roots
        while directory:
            if directory not in self._roots:
                yield directory
            directory = directory.rpartition("/")[0]
        if "" not in self._roots:
            yield ""

    def _search(self, relative: str, directory: str) -> str | None:
        for base in self._bases(relative, directory):
            path = self._at(_join(base, relative))
            if path is not None:
                return path
        return None

    def _at(self, stem: str) -> str | None:
        for path in (f"{stem}/__init__.py", f"{stem}.py"):
            if self._files.exists(path.lstrip("/")):
                return path.lstrip("/")
        return None

    def _unique_name(self, path: str) -> str:
        name = _dotted(path, self._roots)
        if self._names.setdefault(name, path) != path:
            name = _dotted(path, [""])
            self._names.setdefault(name, path)
        return name


def _join(base: str, relative: str) -> str:
    return f"{base}/{relative}" if base else relative


def _dotted(path: str, roots: Iterable[str]) -> str:
    for root in roots:
        if not root or path.startswith(root + "/"):
            inside = path[len(root) + 1 :] if root else path
            stem = inside.removesuffix(".py").removesuffix("/__init__")
            return "__init__" if not stem else stem.replace("/", ".")
    return path.removesuffix(".py").replace("/", ".")
