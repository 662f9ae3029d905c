"""Reading and writing attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.assembly import objects, registering
from fastapi_lint.application.assembly.dynamic_imports import read_information
from fastapi_lint.application.assembly.values import (
    NONE,
    Blueprint,
    Bound,
    Built,
    Choice,
    Constant,
    Decorating,
    Foreign,
    Given,
    LibraryMethod,
    Listing,
    ModulePath,
    Partial,
    RouteList,
    Routine,
    SuperProxy,
    Table,
    Text,
    Thing,
    Unknown,
    Value,
    choice,
)
from fastapi_lint.application.modules import Module
from fastapi_lint.application.registrars import Registrar

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter


def read(interpreter: Interpreter, value: Value, name: str) -> Value:
    """`value.name`. An unknown without a reason stands for the expression itself."""
    match value:
        case Registrar():
            return _of_registrar(interpreter, value, name)
        case Thing():
            return objects.read(interpreter, value, name)
        case Blueprint():
            return _of_class(interpreter, value, name)
        case SuperProxy():
            return _of_super(interpreter, value, name)
        case Foreign(value=Module() as module) if name == "__path__" and module.is_package:
            return ModulePath(module)
        case Foreign(value=Module() as module) if name == "__name__":
            return Constant(module.name)
        case Foreign(value=Module() as module):
            return interpreter.member_of_module(module, name)
        case Foreign(value=known):
            return interpreter.lift(interpreter.inference.member(known, name), "")
        case Constant(value=str()) if name == "value":
            return value  # of a member of an enumeration
        case Listing() if (information := read_information(value, name)) is not None:
            return information
        case Constant(value=str()) | Text() | Listing() | Table() | RouteList() | Built():
            return LibraryMethod(value, name)
        case LibraryMethod() | Decorating():
            return Unknown("")
        case Routine(function=function):
            return Constant(function.name) if name == "__name__" else Unknown("")
        case Partial(function=function):
            return function if name == "func" else Unknown("")
        case Choice(values=values):
            return choice(read(interpreter, each, name) for each in values if each != NONE)
        case Unknown():
            return value
    return Unknown("")


def write(interpreter: Interpreter, holder: Value, name: str, given: Given) -> None:
    """`holder.name = value`."""
    match holder:
        case Registrar():
            registering.set_attribute(holder, name, given)
        case Thing():
            holder.attributes[name] = given.value
        case Blueprint():
            interpreter.body_environment(holder).variables[name] = given.value
        case Foreign(value=Module() as module):
            interpreter.environment_of(module).variables[name] = given.value
        case Choice(values=values):
            for each in values:
                write(interpreter, each, name, given)


def _of_registrar(interpreter: Interpreter, registrar: Registrar, name: str) -> Value:
    if registrar.blueprint is not None:
        found = objects.class_attribute(interpreter, registrar.blueprint, name)
        if found is not None and name not in registrar.attributes:
            return objects.bound_to(interpreter, found, registrar)
    return registering.read_attribute(registrar, name)


def _of_class(interpreter: Interpreter, blueprint: Blueprint, name: str) -> Value:
    found = objects.class_attribute(interpreter, blueprint, name)
    if found is None:
        if name == "__name__":
            return Constant(blueprint.cls.name)
        return interpreter.lift(interpreter.inference.member(blueprint.cls, name), "")
    if isinstance(found, Routine) and objects.is_class_method(interpreter, found):
        return Bound(found, blueprint)
    return found


def _of_super(interpreter: Interpreter, proxy: SuperProxy, name: str) -> Value:
    line = interpreter.inference.mro(objects.class_of(proxy.receiver) or proxy.cls)
    after = line[line.index(proxy.cls) + 1 :] if proxy.cls in line else []
    found = objects.attribute_in(interpreter, after, name)
    if found is not None:
        return objects.bound_to(interpreter, found, proxy.receiver)
    if isinstance(proxy.receiver, Registrar):
        return registering.read_attribute(proxy.receiver, name)
    return LibraryMethod(proxy.receiver, name) if name == "__init__" else Unknown("")
