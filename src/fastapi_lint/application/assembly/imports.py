"""Imports and names: which modules run when, and what a name stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly.containers import unpacked
from fastapi_lint.application.assembly.environment import Environment
from fastapi_lint.application.assembly.values import (
    Constant,
    Foreign,
    Imported,
    ModulePath,
    Unknown,
    Value,
    choice,
)
from fastapi_lint.application.bindings import Binding
from fastapi_lint.application.modules import Module
from fastapi_lint.application.names import BUILTINS, reaching_bindings
from fastapi_lint.application.scopes import Class
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter

_END = 1 << 30


def run_parents(interpreter: Interpreter, module: Module) -> None:
    """Importing `a.b.c` runs `a` and `a.b` before."""
    path = interpreter.project.parent_of(module)
    if path is not None:
        interpreter.run(interpreter.project.module_at(path))


def execute_import(interpreter: Interpreter, node: nodes.Import, environment: Environment) -> None:
    """`import a.b as c`."""
    importer = environment.scope.module
    for alias in node.names:
        path = interpreter.project.find_path(alias.name, importer)
        if path is not None:
            _run_if_it_matters(interpreter, path)
        name = alias.asname or alias.name.split(".", 1)[0]
        _bind(environment, name, node)


def execute_import_from(interpreter: Interpreter, node: nodes.ImportFrom, environment: Environment) -> None:
    """`from a.b import c`."""
    importer = environment.scope.module
    project = interpreter.project
    if node.level:
        source = project.find_relative(importer, node.level, node.module)
        name = project.resolve_relative(importer, node.level, node.module)
    else:
        source = project.find_path(node.module, importer)
        name = node.module
    if source is not None:
        _run_if_it_matters(interpreter, source)
    for alias in node.names:
        if alias.name == "*":
            if source is not None:
                _bind_star(interpreter, project.module_at(source), environment)
            continue
        submodule = project.find_path(f"{name}.{alias.name}", importer) if name else None
        if submodule is not None and submodule != importer.path:
            _run_if_it_matters(interpreter, submodule)
        _bind(environment, alias.asname or alias.name, node)


def _run_if_it_matters(interpreter: Interpreter, path: str) -> None:
    """Run what mentions the framework, and packages: these may import what does."""
    if path in interpreter.candidates or path.endswith("__init__.py"):
        interpreter.run(interpreter.project.module_at(path))


def _bind(environment: Environment, name: str, node: nodes.Node) -> None:
    binding = next((each for each in environment.scope.bindings.get(name, ()) if each.node is node), None)
    if binding is not None:
        environment.assign(name, Imported(binding))


def _bind_star(interpreter: Interpreter, source: Module, environment: Environment) -> None:
    _run_on_demand(interpreter, source)
    if source in interpreter.started:
        exported = interpreter.environment_of(source).variables
        for name, value in exported.items():
            if not name.startswith("_"):
                environment.assign(name, value)


def _run_on_demand(interpreter: Interpreter, module: Module) -> None:
    """Run a module that something is asked of, if its body does more than define."""
    if module in interpreter.started:
        return
    if interpreter.running_matters(module):
        interpreter.run(module)


# Names


def lookup(interpreter: Interpreter, name: str, environment: Environment, line: int) -> Value:
    """The value of a name used on a line."""
    holder = environment.holder(name)
    if holder is not None:
        if name in holder.variables:
            value = holder.variables[name]
            if isinstance(value, Imported):
                value = holder.variables[name] = follow(interpreter, value.binding)
            return value
        return _not_executed(interpreter, name, holder, line if holder is environment else _END)
    module = environment.scope.module
    starred = interpreter.inference.star_binding(name, module)
    if starred is not None:
        return member_of_module(interpreter, starred.scope.module, name)
    if name == "__name__":
        return Constant(module.name)
    if name == "__package__":
        return Constant(module.name if module.is_package else module.name.rpartition(".")[0])
    if name == "__path__" and module.is_package:
        return ModulePath(module)
    if name in BUILTINS:
        return Foreign(static.External(interpreter.inference.externals.canonical(f"builtins.{name}")))
    known = interpreter.inference.lookup(name, environment.scope, line)
    return interpreter.lift(known, f"`{name}` is not defined in the project")


def _not_executed(interpreter: Interpreter, name: str, holder: Environment, line: int) -> Value:
    bindings = reaching_bindings(name, holder.scope, line)
    if not bindings:
        return Unknown(f"`{name}` is not known before the application runs")
    usual = [binding for binding in bindings if not binding.conditional] or bindings
    return choice(bound(interpreter, binding, holder) for binding in usual)


def bound(interpreter: Interpreter, binding: Binding, environment: Environment) -> Value:
    """What a binding gives to its name, although its statement has not been executed."""
    if binding.kind == "import":
        return follow(interpreter, binding)
    if binding.kind == "parameter":
        return Unknown(f"`{_parameter_name(binding)}` is an argument that no known call gives")
    if binding in interpreter.active:
        return Unknown("it depends on itself")
    interpreter.active.add(binding)
    try:
        return _bound(interpreter, binding, environment)
    finally:
        interpreter.active.discard(binding)


def _bound(interpreter: Interpreter, binding: Binding, environment: Environment) -> Value:
    node = binding.node
    if binding.symbol is not None:
        if isinstance(binding.symbol, Class):
            return interpreter.blueprint(binding.symbol)
        return interpreter.routine(binding.symbol)
    if isinstance(node, nodes.Assign) and binding.value is not None and environment.scope.function is None:
        if node not in interpreter.early:
            interpreter.early[node] = interpreter.evaluate(binding.value, environment)
        return unpacked(interpreter.early[node], binding.path)
    known = interpreter.inference.bound(binding)
    return interpreter.lift(known, "it is known only at run time")


def _parameter_name(binding: Binding) -> str:
    return binding.node.name if isinstance(binding.node, nodes.Parameter) else "?"


def follow(interpreter: Interpreter, binding: Binding) -> Value:
    """What an import binds."""
    inference = interpreter.inference
    target, module = inference.import_source(binding)
    if binding.attribute is None:
        return Foreign(module) if module is not None else _outside(interpreter, binding, target)
    if binding in interpreter.active:
        return Unknown(f"`{binding.attribute}` imports itself")
    interpreter.active.add(binding)
    try:
        if module is not None and module is not binding.scope.module:
            return member_of_module(interpreter, module, binding.attribute)
        submodule = interpreter.project.find(f"{target}.{binding.attribute}", binding.scope.module)
        if submodule is not None:
            return Foreign(submodule)
        return _outside(interpreter, binding, f"{target}.{binding.attribute}")
    finally:
        interpreter.active.discard(binding)


def _outside(interpreter: Interpreter, binding: Binding, name: str) -> Value:
    return interpreter.lift(interpreter.inference.bound(binding), f"`{name}` is not part of the project")


def has_member(interpreter: Interpreter, module: Module, name: str) -> bool | None:
    """Whether a module has a name once it has run; None when that is not known."""
    _run_on_demand(interpreter, module)
    if name in interpreter.environment_of(module).variables or name in module.scope.bindings:
        return True
    if module.is_package and interpreter.project.find_path(f"{module.name}.{name}", module) is not None:
        return True
    return None if module.scope.stars or "__getattr__" in module.scope.bindings else False


def member_of_module(interpreter: Interpreter, module: Module, name: str) -> Value:
    """`module.name`, once the module has run."""
    _run_on_demand(interpreter, module)
    environment = interpreter.environment_of(module)
    if name in environment.variables or name in module.scope.bindings:
        return lookup(interpreter, name, environment, _END)
    submodule = interpreter.project.find(f"{module.name}.{name}", module) if module.is_package else None
    if submodule is not None:
        return Foreign(submodule)
    starred = interpreter.inference.star_binding(name, module)
    if starred is not None:
        return member_of_module(interpreter, starred.scope.module, name)
    known = interpreter.inference.module_member(module, name)
    return interpreter.lift(known, f"`{module.name}.{name}` is not defined in the project")
