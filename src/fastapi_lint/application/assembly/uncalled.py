"""What only a server, a plugin system or a test calls: factories, start-up code, functions that take an app."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi_lint.application.assembly.interpreter import Interpreter
from fastapi_lint.application.assembly.objects import make, no_arguments
from fastapi_lint.application.assembly.values import Arguments, Given, Routine, Text, Thing, Value
from fastapi_lint.application.modules import Module
from fastapi_lint.application.registrars import (
    App,
    Certainty,
    Hop,
    Level,
    Registrar,
    Router,
    RouteRegistration,
)
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import dotted_name

_ANNOTATIONS: dict[str, type[Registrar]] = {"FastAPI": App, "Starlette": App, "APIRouter": Router}
_STEPS = 6_000
"""How far a call is followed that is only made when the application runs."""
_NAMES: dict[str, type[Registrar]] = {"app": App, "application": App, "router": Router}


def call_the_uncalled(interpreter: Interpreter, modules: list[Module]) -> None:
    """Call what makes or takes an app or router and was not called when the modules were imported."""
    functions = [each for module in modules for each in _functions(module)]
    makers = [
        each for each in functions if interpreter.relevance.makes(each) and not takes_registrar(each.node)
    ]
    for takes_arguments in (False, True):
        for function in _uncalled(interpreter, makers):
            if _needs_arguments(function) is takes_arguments:
                _call(interpreter, function)
    for cls in _classes(modules):
        _construct(interpreter, cls)
    _start(interpreter)
    takers = [each for each in functions if takes_registrar(each.node)]
    for function in _uncalled(interpreter, takers):
        if interpreter.relevance.may_register(function):
            _call(interpreter, function)


def _functions(module: Module) -> Iterator[Function]:
    """The functions of a module, and the methods of its classes but for constructors."""
    for definition in module.scope.definitions():
        inside = definition.body_scope.definitions() if isinstance(definition, Class) else (definition,)
        for each in inside:
            if isinstance(each, Function) and each.name != "__init__":
                yield each


def _uncalled(interpreter: Interpreter, functions: Iterable[Function]) -> Iterator[Function]:
    """Those that were not called, and are no handlers."""
    handlers = {
        each.endpoint.function
        for registrar in interpreter.registrars
        for each in registrar.registrations
        if isinstance(each, RouteRegistration) and isinstance(each.endpoint, Routine)
    }
    for function in functions:
        if function not in handlers and function not in interpreter.called:
            yield function


def _classes(modules: list[Module]) -> Iterator[Class]:
    for module in modules:
        for definition in module.scope.definitions():
            if isinstance(definition, Class):
                yield definition


def _needs_arguments(function: Function) -> bool:
    written = function.node.parameters[1:] if function.owner is not None else function.node.parameters
    return any(each.default is None and each.kind not in ("variadic", "keywords") for each in written)


def _call(interpreter: Interpreter, function: Function) -> None:
    interpreter.begin_root(_STEPS)
    routine = interpreter.routine(function)
    arguments = _placeholders(interpreter, function, no_arguments(interpreter, routine))
    receiver: Value | None = None
    if function.owner is not None:
        blueprint = interpreter.blueprint(function.owner)
        receiver = Thing(blueprint, None, no_arguments(interpreter, routine))
    interpreter.follow(routine, arguments, receiver)


def _construct(interpreter: Interpreter, cls: Class) -> None:
    """Make an object of a class whose constructor makes or takes an app or router, when nobody made one."""
    init = cls.body_scope.bindings.get("__init__")
    symbol = init[-1].symbol if init else None
    if not isinstance(symbol, Function) or symbol in interpreter.called:
        return
    blueprint = interpreter.blueprint(cls)
    if interpreter.relevance.mentions(symbol.node) and interpreter.registrar_class(blueprint) is None:
        interpreter.begin_root()
        routine = interpreter.routine(symbol)
        make(interpreter, blueprint, _placeholders(interpreter, symbol, no_arguments(interpreter, routine)))


def _start(interpreter: Interpreter) -> None:
    """Run what registers routes while the application starts: the lifespan and start-up handlers."""
    for app in list(interpreter.apps):
        lifespan = app.lifespan.value if app.lifespan is not None else None
        handlers = [each.handler for each in app.event_handlers if each.event == "startup"]
        for value in (lifespan, *handlers):
            if isinstance(value, Routine) and value.function not in interpreter.called:
                if interpreter.relevance.may_register(value.function):
                    interpreter.begin_root(_STEPS)
                    arguments = no_arguments(interpreter, value)
                    if value is lifespan:
                        arguments.positional.append(Given(app, arguments.call, value.environment))
                    with interpreter.under(Certainty.USUAL):
                        interpreter.follow(value, arguments)


# Arguments that nobody gives


def _registrar_parameters(node: nodes.FunctionDef) -> Iterator[tuple[nodes.Parameter, type[Registrar]]]:
    for parameter in node.parameters:
        annotation = parameter.annotation
        if annotation is None:
            kind = _NAMES.get(parameter.name)
        elif isinstance(annotation, nodes.Constant):
            kind = _ANNOTATIONS.get(str(annotation.value).rpartition(".")[2])
        else:
            kind = _ANNOTATIONS.get((dotted_name(annotation) or "").rpartition(".")[2])
        if kind is not None:
            yield parameter, kind


def takes_registrar(node: nodes.FunctionDef) -> bool:
    """Whether a function takes an app or router, by the types or names of its parameters."""
    return any(True for _ in _registrar_parameters(node))


def _placeholders(interpreter: Interpreter, function: Function, arguments: Arguments) -> Arguments:
    """Stand-ins for the apps and routers that a function takes."""
    function.reveal(SOMETHING)
    environment = interpreter.environment_at(function.scope)
    for parameter, kind in _registrar_parameters(function.node):
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
        node = nodes.Name(parameter.name, parameter.line, parameter.column)
        arguments.keywords[parameter.name] = Given(made, node, environment)
    return arguments
