"""Modules that are imported by their name, and packages that are searched for modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import (
    Arguments,
    Constant,
    Element,
    Foreign,
    Listing,
    ModulePath,
    Unknown,
    Value,
)
from fastapi_lint.application.modules import Module

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter


def import_module(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`importlib.import_module("package.module")`."""
    name, package = arguments.value(0, "name"), arguments.value(1, "package")
    if not isinstance(name, Constant) or not isinstance(name.value, str):
        return Unknown("")
    text = name.value
    if text.startswith("."):
        if not isinstance(package, Constant) or not isinstance(package.value, str):
            return Unknown("")
        parts = package.value.split(".")
        dots = len(text) - len(text.lstrip("."))
        text = ".".join([*parts[: len(parts) - dots + 1], text.lstrip(".")])
    importer = arguments.environment.scope.module
    found = interpreter.project.find(text, importer)
    if found is None:
        return Unknown(f"`{text}` is not part of the project")
    if interpreter.running_matters(found):
        interpreter.run(found)
    return Foreign(found)


def iter_modules(interpreter: Interpreter, arguments: Arguments) -> Value:
    """`pkgutil.iter_modules(package.__path__, prefix)`: triples of finder, name and whether it is a package."""
    path, prefix = arguments.value(0, "path"), arguments.value(1, "prefix")
    start = str(prefix.value) if isinstance(prefix, Constant) else ""
    if isinstance(path, Listing) and len(path.elements) == 1:
        path = path.elements[0].value
    if not isinstance(path, ModulePath) or (prefix is not None and not isinstance(prefix, Constant)):
        return Unknown("")
    found = [
        Element(
            Listing(
                [
                    Element(Unknown("it is a module finder")),
                    Element(Constant(start + name)),
                    Element(Constant(is_package)),
                ],
                "module information",
            )
        )
        for name, is_package in _submodules(interpreter, path.package)
    ]
    return Listing(found)


def _submodules(interpreter: Interpreter, package: Module) -> list[tuple[str, bool]]:
    directory = package.path.rpartition("/")[0]
    found: dict[str, bool] = {}
    for path in interpreter.project.files.paths():
        if path.startswith(f"{directory}/"):
            name, _, rest = path[len(directory) + 1 :].partition("/")
            if rest == "__init__.py":
                found[name] = True
            elif not rest and name != "__init__.py":
                found[name.removesuffix(".py")] = False
    return sorted(found.items())


def read_information(value: Listing, name: str) -> Value | None:
    """An attribute of what `pkgutil.iter_modules` gives."""
    if value.kind != "module information":
        return None
    position = {"name": 1, "ispkg": 2}.get(name)
    return value.elements[position].value if position is not None else Unknown("")
