"""What runs, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.environment import Environment
from fastapi_lint.application.assembly.interpreter import Interpreter
from fastapi_lint.application.assembly.objects import make, no_arguments
from fastapi_lint.application.assembly.values import Arguments, Given, Routine, Text
from fastapi_lint.application.modules import Module
from fastapi_lint.application.registrars import App, Hop, Level, Registrar, Router, RouteRegistration
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import dotted_name

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application

_ANNOTATIONS: dict[str, type[Registrar]] = {
    "FastAPI": App,
    "Starlette": App,
    "APIRouter": Router,
}


def assemble(application: Application) -> Interpreter:
    """Import every module of the model, then call what makes or takes an app or router and was not called yet."""
    modules = application.modules
    interpreter = Interpreter(application.inference, modules)
    for module in _entry_points_first(application):
        interpreter.begin_root()
        interpreter.run(module)
    production = [module for module in modules if module.path not in application.test_files]
    _call_factories(interpreter, production)
    _make_objects(interpreter, production)
    _call_with_placeholders(interpreter, production)
    return interpreter


def _entry_points_first(application: Application) -> list[Module]:
    """Modules that no other imports come first, and tests last: what they import runs in the order they say."""
    imported: set[str] = set()
    project = application.project
    for module in application.modules:
        if module.path in application.test_files:
            continue
        for path in _imported_paths(application, module):
            if path != module.path:
                imported.add(path)
    ranked = sorted(
        application.modules,
        key=lambda module: (module.path in application.test_files, module.path in imported),
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


# What nobody calls


def _candidates(interpreter: Interpreter, modules: list[Module]) -> Iterator[Function]:
    """Functions that were not called, and are not handlers."""
    handlers = {
        each.endpoint.function
        for registrar in interpreter.registrars
        for each in registrar.registrations
        if isinstance(each, RouteRegistration) and isinstance(each.endpoint, Routine)
    }
    for module in modules:
        for definition in module.scope.definitions():
            if isinstance(definition, Function) and definition not in handlers:
                yield definition


def _call_factories(interpreter: Interpreter, modules: list[Module]) -> None:
    """`create_app()`, called by the server."""
    for takes_arguments in (False, True):
        for function in list(_candidates(interpreter, modules)):
            if function in interpreter.called or _required_parameters(function) != takes_arguments:
                continue
            if _placeholder_parameters(interpreter, function):
                continue
            if interpreter.relevance.makes(function.node.called):
                _call_root(interpreter, function)


def _required_parameters(function: Function) -> bool:
    return any(
        each.default is None and each.kind not in ("variadic", "keywords")
        for each in function.node.parameters
    )


def _call_root(interpreter: Interpreter, function: Function) -> None:
    interpreter.begin_root()
    routine = interpreter.routine(function)
    interpreter.follow(routine, _placeholders(interpreter, function, no_arguments(interpreter, routine)))


def _make_objects(interpreter: Interpreter, modules: list[Module]) -> None:
    """Classes whose constructor makes or takes an app or router, and of which no object is made."""
    for module in modules:
        for cls in module.scope.definitions():
            if (
                not isinstance(cls, Class)
                or interpreter.registrar_class(interpreter.blueprint(cls)) is not None
            ):
                continue
            init = interpreter.body_environment(interpreter.blueprint(cls)).scope.bindings.get("__init__")
            symbol = init[-1].symbol if init else None
            if not isinstance(symbol, Function) or symbol in interpreter.called:
                continue
            if interpreter.relevance.mentions(symbol.node):
                interpreter.begin_root()
                routine = interpreter.routine(symbol)
                arguments = _placeholders(interpreter, symbol, no_arguments(interpreter, routine))
                make(interpreter, interpreter.blueprint(cls), arguments)


def _call_with_placeholders(interpreter: Interpreter, modules: list[Module]) -> None:
    """Functions that take an app or router which nobody in the project gives them."""
    for function in list(_candidates(interpreter, modules)):
        if function not in interpreter.called and _placeholder_parameters(interpreter, function):
            if interpreter.relevance.mentions(function.node):
                _call_root(interpreter, function)


def _placeholder_parameters(
    interpreter: Interpreter, function: Function
) -> list[tuple[nodes.Parameter, type[Registrar]]]:
    found = []
    for parameter in function.node.parameters:
        name = dotted_name(parameter.annotation)
        kind = _ANNOTATIONS.get(name.rpartition(".")[2]) if name is not None else None
        if isinstance(parameter.annotation, nodes.Constant):
            kind = _ANNOTATIONS.get(str(parameter.annotation.value).rpartition(".")[2])
        if kind is not None:
            found.append((parameter, kind))
    return found


def _placeholders(interpreter: Interpreter, function: Function, arguments: Arguments) -> Arguments:
    """Arguments for the parameters that take an app or router."""
    environment: Environment = interpreter.environment_at(function.scope)
    for parameter, kind in _placeholder_parameters(interpreter, function):
        module = function.module
        made = kind(
            module=module,
            call=None,
            line=parameter.line,
            scope=function.body_scope,
            blueprint=None,
            arguments=None,
            factory=f"{module.name}:{function.qualname}({parameter.name})",
            is_placeholder=True,
        )
        made.level = Level(Hop(module, parameter.line, parameter.name), Text(()))
        interpreter.registrars.append(made)
        node = parameter.annotation or nodes.Name(parameter.name, parameter.line, parameter.column)
        arguments.keywords[parameter.name] = Given(made, node, environment)
    return arguments
