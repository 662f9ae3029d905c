"""What runs, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.interpreter import Interpreter
from fastapi_lint.application.assembly.uncalled import call_the_uncalled
from fastapi_lint.application.modules import Module
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application


def assemble(application: Application) -> Interpreter:
    """Import every module of the model, then call what makes or takes an app or router and was not called yet."""
    modules = application.modules
    interpreter = Interpreter(application.inference, modules)
    for module in _entry_points_first(application):
        interpreter.begin_root()
        interpreter.run(module)
    call_the_uncalled(interpreter, [module for module in modules if application.is_production(module)])
    return interpreter


def _entry_points_first(application: Application) -> list[Module]:
    """Modules that no other imports come first, and tests last: what they import runs in the order they say."""
    imported: set[str] = set()
    project = application.project
    for module in application.modules:
        if not application.is_production(module):
            continue
        for path in _imported_paths(application, module):
            if path != module.path:
                imported.add(path)
    ranked = sorted(
        application.modules,
        key=lambda module: (not application.is_production(module), module.path in imported),
    )
    return [project.module_at(module.path) for module in ranked]


def _imported_paths(application: Application, module: Module) -> Iterator[str]:
    project = application.project
    for statement in module.index.body:
        if isinstance(statement, nodes.Import):
            found = [project.find_path(alias.name, module) for alias in statement.names]
        elif isinstance(statement, nodes.ImportFrom):
            name = statement.module
            if statement.level:
                name = project.resolve_relative(module, statement.level, statement.module)
            found = [project.find_path(name, module)] if name else []
            found += [project.find_path(f"{name}.{alias.name}", module) for alias in statement.names if name]
        else:
            continue
        yield from (path for path in found if path is not None)
