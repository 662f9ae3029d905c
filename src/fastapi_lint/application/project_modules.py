"""The modules of the checked project that the model starts from, and the definitions in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from functools import cached_property

from fastapi_lint.application.file_groups import FileGroups
from fastapi_lint.application.located import LocatedNodes
from fastapi_lint.application.modules import Module, Project
from fastapi_lint.application.names import all_definitions
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Class, Function, Scope
from fastapi_lint.index import nodes

_FEW = 2
"""Files of a project, for each linted one, that make these few."""


class ProjectModules:
    """The checked project, module by module.

    Each group of modules is in order of path, and indexed when it is first asked for.
    """

    def __init__(self, project: Project, files: FileGroups) -> None:
        self.project = project
        self.files = files
        self._located: dict[Module, LocatedNodes] = {}

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """The modules whose text mentions FastAPI or Starlette: where the model starts."""
        return self._at(self.files.framework)

    @cached_property
    def async_modules(self) -> tuple[Module, ...]:
        """The modules whose `async def`s count as running on a loop: `modules`, and others that have some."""
        return self.async_modules_of(None)

    def async_modules_of(self, paths: Set[str] | None) -> tuple[Module, ...]:
        """Those of them that are among some files; None for all."""
        found = self.files.framework | self.files.coroutines
        return self._at(found if paths is None else found & paths)

    @cached_property
    def model_modules(self) -> tuple[Module, ...]:
        """The modules that may define data models: `modules`, and others that mention Pydantic."""
        return self._at(self.files.framework | self.files.models)

    @cached_property
    def rebuilding_modules(self) -> tuple[Module, ...]:
        """The modules, also those that are not linted, that complete models with `model_rebuild()`."""
        return self._at(self.files.rebuilding)

    @cached_property
    def overriding_modules(self) -> tuple[Module, ...]:
        """Those of `modules` that may put something in the place of dependencies."""
        return self._at(self.files.overriding)

    def _at(self, paths: Iterable[str]) -> tuple[Module, ...]:
        return tuple(map(self.project.module_at, sorted(paths)))

    @cached_property
    def linted_modules(self) -> tuple[Module, ...]:
        """The modules in which findings are reported."""
        return self._at(self.project.files.paths() if self.files.linted is None else self.files.linted)

    @cached_property
    def lints_few(self) -> bool:
        """Whether findings are reported in a small part of the project only."""
        count = len(list(self.project.files.paths()))
        return self.files.linted is not None and _FEW * len(self.files.linted) <= count

    def linted(self, modules: Iterable[Module]) -> Iterator[Module]:
        """Those of the modules in which findings are reported: nobody asks for what is found in others."""
        return filter(self.is_linted, modules)

    def is_linted(self, module: Module) -> bool:
        """Whether findings are reported in a module."""
        return self.files.linted is None or module.path in self.files.linted

    def is_test(self, module: Module) -> bool:
        """Whether a module is one of tests."""
        return module.path in self.files.tests

    def is_production(self, module: Module) -> bool:
        """Whether a module is neither one of tests nor a script or migration."""
        return self.files.is_production(module.path)

    def functions(self, modules: Iterable[Module] | None = None) -> Iterator[Function]:
        """Every function and method of the given modules (default: `modules`)."""
        for definition in self.definitions(modules):
            if isinstance(definition, Function):
                yield definition

    def classes(self, modules: Iterable[Module] | None = None) -> Iterator[Class]:
        """Every class of the given modules (default: `modules`)."""
        for definition in self.definitions(modules):
            if isinstance(definition, Class):
                yield definition

    def definitions(self, modules: Iterable[Module] | None = None) -> Iterator[Function | Class]:
        """Every definition of the given modules (default: `modules`), in source order."""
        for module in self.modules if modules is None else modules:
            yield from all_definitions(module.scope)

    def calls_of(self, module: Module, names: Set[str]) -> Iterator[tuple[nodes.Call, Scope]]:
        """The calls in any module of something that has one of these last names, with the scopes they stand in."""
        if not self.project.asked(names).called_in(module.index):
            return
        located = self.located(module)
        if self.is_linted(module):
            _ = located.calls  # which rules ask for anyway
        for call, scope in located.calls_of(names):
            if scope.function is not None:
                scope.function.reveal(SOMETHING)
            yield call, scope

    def located(self, module: Module) -> LocatedNodes:
        """The nodes of a module by their position: how a visitor finds the model's view of a CST node."""
        if module not in self._located:
            self._located[module] = LocatedNodes(module)
        return self._located[module]
