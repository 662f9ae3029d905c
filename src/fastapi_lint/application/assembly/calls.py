"""Calls: of the project's functions and classes, and of what the framework and the standard library offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly import library, making, objects, registering
from fastapi_lint.application.assembly.adding import let_escape
from fastapi_lint.application.assembly.environment import Environment
from fastapi_lint.application.assembly.values import (
    Arguments,
    Blueprint,
    Bound,
    Built,
    Choice,
    Constant,
    Decorating,
    Element,
    Foreign,
    Given,
    LambdaRoutine,
    LibraryMethod,
    Listing,
    Partial,
    RouteList,
    Routine,
    Table,
    Thing,
    Unknown,
    Value,
    Wraps,
    choice,
)
from fastapi_lint.application.registrars import Certainty, Registrar
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.steps import as_call
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter


def call(interpreter: Interpreter, function: Value, arguments: Arguments) -> Value:
    """The result of calling a value. An unknown without a reason stands for the call itself."""
    match function:
        case Routine():
            return _call_routine(interpreter, function, arguments, None)
        case Bound(routine=routine, receiver=receiver):
            return _call_routine(interpreter, routine, arguments, receiver)
        case LambdaRoutine():
            return _call_lambda(interpreter, function, arguments)
        case Blueprint():
            return _call_class(interpreter, function, arguments)
        case LibraryMethod(receiver=Registrar() as registrar, name=name):
            return registering.call_method(interpreter, registrar, name, arguments)
        case LibraryMethod(receiver=receiver, name=name):
            return library.call_method(interpreter, receiver, name, arguments)
        case Decorating():
            return registering.decorate(interpreter, function, arguments)
        case Wraps(function=wrapped):
            return _wrapped(function, arguments, wrapped)
        case Partial(function=inner, arguments=first):
            return call(interpreter, inner, _joined(first, arguments))
        case Foreign(value=static.External() as known):
            return library.call(interpreter, known, arguments)
        case Thing():
            method = objects.class_attribute(interpreter, function.blueprint, "__call__")
            if isinstance(method, Routine):
                return _call_routine(interpreter, method, arguments, function)
        case Choice(values=values):
            with interpreter.under(Certainty.OPEN):
                return choice([call(interpreter, each, arguments) for each in values if callable_value(each)])
    let_escape(arguments)
    return function if isinstance(function, Unknown) else Unknown("")


def callable_value(value: Value) -> bool:
    """Whether a value may be called at all."""
    return not isinstance(value, (Constant, Listing, Table))


def _wrapped(marker: Wraps, arguments: Arguments, wrapped: Value) -> Value:
    target = arguments.value(0, "f")
    if isinstance(target, Routine):
        target.wraps = wrapped
    return target if target is not None else Unknown("")


def _joined(first: Arguments, second: Arguments) -> Arguments:
    return Arguments(
        second.call,
        second.environment,
        first.positional + second.positional,
        {**first.keywords, **second.keywords},
        first.rest or second.rest,
    )


# Functions of the project


def _call_routine(
    interpreter: Interpreter, routine: Routine, arguments: Arguments, receiver: Value | None
) -> Value:
    involved = [*arguments.values(), *([receiver] if receiver is not None else [])]
    if interpreter.relevance.worth_following(routine, involved):
        return follow(interpreter, routine, arguments, receiver)
    let_escape(arguments)
    return interpreter.lift(interpreter.inference.returned(routine.function), "")


def follow(
    interpreter: Interpreter, routine: Routine, arguments: Arguments, receiver: Value | None = None
) -> Value:
    """Execute the body of a function with these arguments."""
    function = routine.function
    running = sum(frame.function is function for frame in interpreter.frames)
    if interpreter.too_deep or running > 3 or not interpreter.step():
        let_escape(arguments)
        return Unknown(f"`{function.name}` calls itself too deeply to follow")
    interpreter.called.add(function)
    function.reveal(SOMETHING)
    environment = Environment(function.body_scope, routine.environment)
    bind_parameters(interpreter, routine, environment, arguments, receiver)
    return interpreter.run_function(function, environment, arguments)


def bind_parameters(
    interpreter: Interpreter,
    routine: Routine,
    environment: Environment,
    arguments: Arguments,
    receiver: Value | None,
) -> None:
    """Give the parameters of a function their values."""
    positional = list(arguments.positional)
    if receiver is not None:
        positional.insert(0, Given(receiver, arguments.call.func, arguments.environment))
    keywords = dict(arguments.keywords)
    for parameter in routine.function.node.parameters:
        name = parameter.name
        if parameter.kind == "variadic":
            environment.variables[name] = Listing(
                [Element(each.value) for each in positional], "tuple", arguments.rest
            )
            positional = []
        elif parameter.kind == "keywords":
            environment.variables[name] = Table(
                [(Constant(key), each) for key, each in keywords.items()], arguments.rest
            )
        else:
            taken = positional.pop(0) if positional and parameter.kind != "keyword-only" else None
            if taken is None:
                taken = keywords.pop(name, None) or _default(interpreter, routine, parameter, arguments)
            environment.variables[name] = taken.value
            environment.origins[name] = taken


def _default(
    interpreter: Interpreter, routine: Routine, parameter: nodes.Parameter, arguments: Arguments
) -> Given:
    outer = routine.environment
    node = parameter.default if parameter.default is not None else arguments.call
    if arguments.rest is not None:
        return Given(arguments.rest, node, outer)
    if parameter.default is None:
        reason = f"`{parameter.name}` of `{routine.function.name}` is an argument that no known call gives"
        return Given(Unknown(reason), node, outer)
    return Given(_value_of_default(interpreter, parameter, parameter.default, outer), node, outer)


def _value_of_default(
    interpreter: Interpreter,
    parameter: nodes.Parameter,
    default: nodes.Expression,
    environment: Environment,
) -> Value:
    if parameter in interpreter.active:
        return Unknown(f"the default of `{parameter.name}` depends on itself")
    interpreter.active.add(parameter)
    try:
        return interpreter.evaluate(default, environment)
    finally:
        interpreter.active.discard(parameter)


def _call_lambda(interpreter: Interpreter, function: LambdaRoutine, arguments: Arguments) -> Value:
    if not interpreter.step():
        return Unknown("")
    environment = Environment(function.environment.scope, function.environment)
    for position, parameter in enumerate(function.node.parameters):
        given = arguments.get(position, parameter.name)
        if given is not None:
            environment.variables[parameter.name] = given.value
        elif parameter.default is not None:
            environment.variables[parameter.name] = _value_of_default(
                interpreter, parameter, parameter.default, function.environment
            )
        else:
            environment.variables[parameter.name] = Unknown("")
    return interpreter.evaluate(function.node.body, environment)


# Classes of the project


def _call_class(interpreter: Interpreter, blueprint: Blueprint, arguments: Arguments) -> Value:
    kind = interpreter.registrar_class(blueprint)
    if kind is not None:
        return making.make(interpreter, kind, blueprint, arguments)
    return objects.make(interpreter, blueprint, arguments)


def name_value(value: Value, environment: Environment, variable: str) -> None:
    """Note the first module-level variable that holds an object."""
    if environment.parent is not None:
        return
    label = f"{environment.scope.module.name}:{variable}"
    if isinstance(value, Registrar):
        value.names.append(label)
    elif isinstance(value, (Thing, Built)) and not value.name:
        value.name = label


def decorated(interpreter: Interpreter, routine: Routine, environment: Environment) -> Value:
    """What a name stands for after `def`, once the decorators were applied from the bottom up."""
    value: Value = routine
    for decorator in reversed(routine.function.node.decorators):
        applied = interpreter.evaluate(decorator, environment)
        if isinstance(applied, (Unknown, RouteList, Constant)):
            continue
        where = decorator if isinstance(decorator, nodes.Call) else as_call(decorator)
        arguments = Arguments(where, environment, [Given(value, decorator, environment)])
        with interpreter.decorating(routine.function, decorator):
            result = call(interpreter, applied, arguments)
        if isinstance(result, (Routine, Bound, LambdaRoutine, Partial, Thing, Built, Decorating)):
            value = result
    return value
