"""Classes of the project and their objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly.relevance import concerns_registering
from fastapi_lint.application.assembly.values import (
    Arguments,
    Blueprint,
    Bound,
    Built,
    Constant,
    Foreign,
    Routine,
    Thing,
    Unknown,
    Value,
)
from fastapi_lint.application.registrars import Registrar
from fastapi_lint.application.scopes import Class
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter

_CACHED = "functools.cached_property"
_PROPERTIES = {"builtins.property", _CACHED}
_SETTINGS = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings")
_FIELDS = {
    "attr.Factory",
    "attr.attrib",
    "attr.field",
    "attr.ib",
    "attrs.field",
    "dataclasses.field",
    "pydantic.Field",
    "sqlmodel.Field",
}
_AFTER_INIT = ("__post_init__", "__attrs_post_init__")


def class_of(value: Value) -> Class | None:
    """The project's class of an object, or the class itself."""
    match value:
        case Thing(blueprint=blueprint):
            return blueprint.cls
        case Registrar(blueprint=Blueprint() as blueprint) | (Blueprint() as blueprint):
            return blueprint.cls
    return None


# Attributes of classes


def class_attribute(interpreter: Interpreter, blueprint: Blueprint, name: str) -> Value | None:
    """What the class or one of its bases binds to a name; None when none of the project's classes does."""
    return attribute_in(interpreter, interpreter.inference.mro(blueprint.cls), name)


def attribute_in(
    interpreter: Interpreter, line: Iterable[Class | static.External], name: str
) -> Value | None:
    """What the first of some classes binds to a name."""
    for base in line:
        if isinstance(base, Class):
            body = interpreter.body_environment(interpreter.blueprint(base))
            if name in body.variables or name in body.scope.bindings:
                if not _is_only_annotated(base, name):
                    return interpreter.lookup_in(name, body)
    return None


def _is_only_annotated(cls: Class, name: str) -> bool:
    bindings = cls.body_scope.bindings.get(name, ())
    return bool(bindings) and all(each.kind == "assign" and each.value is None for each in bindings)


def bound_to(interpreter: Interpreter, found: Value, receiver: Value) -> Value:
    """What an attribute of a class gives when it is read from an object."""
    if not isinstance(found, Routine):
        return found
    names = set(interpreter.inference.decorator_names(found.function))
    if names & _PROPERTIES:
        value = interpreter.call(Bound(found, receiver), no_arguments(interpreter, found))
        if _CACHED in names and isinstance(receiver, Thing):
            receiver.attributes[found.function.name] = value
        return value
    if "builtins.staticmethod" in names:
        return found
    if is_class_method(interpreter, found):
        cls = class_of(receiver)
        return Bound(found, interpreter.blueprint(cls) if cls is not None else receiver)
    return Bound(found, receiver) if found.function.owner is not None else found


def is_class_method(interpreter: Interpreter, routine: Routine) -> bool:
    """Whether a function is a class method."""
    return interpreter.inference.has_decorator(routine.function, {"builtins.classmethod"})


def no_arguments(interpreter: Interpreter, routine: Routine) -> Arguments:
    """The arguments of a call that the interpreter makes itself."""
    node = routine.function.node
    call = nodes.Call(
        nodes.Name(node.name, node.line, node.column), (), (), node.line, node.column, node.line, node.column
    )
    return Arguments(call, routine.environment)


# Making objects


def make(interpreter: Interpreter, blueprint: Blueprint, arguments: Arguments) -> Thing:
    """An object of a class. Its `__init__` runs now if it can matter for routes, else when an attribute is read."""
    thing = Thing(blueprint, arguments.call, arguments)
    if concerns_registering(arguments.values()) or _registers(interpreter, blueprint):
        construct(interpreter, thing)
    return thing


def _registers(interpreter: Interpreter, blueprint: Blueprint) -> bool:
    for name in ("__init__", *_AFTER_INIT):
        found = class_attribute(interpreter, blueprint, name)
        if isinstance(found, Routine) and interpreter.relevance.registers(found.function):
            return True
    return any(
        _is_registrar_factory(interpreter, value) for value in _field_factories(interpreter, blueprint)
    )


def _is_registrar_factory(interpreter: Interpreter, value: Value) -> bool:
    if isinstance(value, Foreign) and isinstance(value.value, static.External):
        return value.value.last in ("APIRouter", "FastAPI")
    return isinstance(value, Blueprint) and interpreter.registrar_class(value) is not None


def _field_factories(interpreter: Interpreter, blueprint: Blueprint) -> Iterator[Value]:
    for name in _annotated_names(interpreter, blueprint):
        default = class_attribute(interpreter, blueprint, name)
        if isinstance(default, Built) and default.cls in _FIELDS:
            factory = default.arguments.value(None, "factory") or default.arguments.value(
                None, "default_factory"
            )
            if factory is not None:
                yield factory


def construct(interpreter: Interpreter, thing: Thing) -> None:
    """Run what happens when the object is made."""
    arguments, thing.pending = thing.pending, None
    if arguments is None:
        return
    initialise(interpreter, thing, thing.blueprint, arguments)


def initialise(
    interpreter: Interpreter, receiver: Thing | Registrar, blueprint: Blueprint, arguments: Arguments
) -> bool:
    """Run a class's `__init__` on an object; False when the project writes none."""
    init = class_attribute(interpreter, blueprint, "__init__")
    if isinstance(init, Routine):
        interpreter.follow(init, arguments, receiver)
        return True
    if isinstance(receiver, Thing):
        _fill_fields(interpreter, receiver, arguments)
        for name in _AFTER_INIT:
            after = class_attribute(interpreter, blueprint, name)
            if isinstance(after, Routine):
                interpreter.follow(after, no_arguments(interpreter, after), receiver)
    return False


def _fill_fields(interpreter: Interpreter, thing: Thing, arguments: Arguments) -> None:
    """The attributes that a dataclass, an attrs class or a pydantic model gets."""
    names = _annotated_names(interpreter, thing.blueprint)
    for name, given in zip(names, arguments.positional, strict=False):
        thing.attributes[name] = given.value
    for name, given in arguments.keywords.items():
        thing.attributes[name] = given.value
    for name in names:
        if name not in thing.attributes:
            default = class_attribute(interpreter, thing.blueprint, name)
            if isinstance(default, Built) and default.cls in _FIELDS:
                thing.attributes[name] = _field_default(interpreter, default)


def _field_default(interpreter: Interpreter, field: Built) -> Value:
    factory = field.arguments.value(None, "factory") or field.arguments.value(None, "default_factory")
    if factory is not None:
        empty = Arguments(field.arguments.call, field.arguments.environment)
        return interpreter.call(factory, empty)
    position = 0 if field.cls.endswith(".Field") else None
    default = field.arguments.value(position, "default")
    return default if default is not None else Unknown("")


def _annotated_names(interpreter: Interpreter, blueprint: Blueprint) -> list[str]:
    names: dict[str, None] = {}
    for base in reversed(interpreter.inference.mro(blueprint.cls)):
        if isinstance(base, Class):
            for statement in base.node.body:
                if isinstance(statement, nodes.Assign) and statement.annotation is not None:
                    for target in statement.targets:
                        if isinstance(target, nodes.Name):
                            names[target.id] = None
    return list(names)


# Attributes of objects


def read(interpreter: Interpreter, thing: Thing, name: str) -> Value:
    """`thing.name`."""
    construct(interpreter, thing)
    if name in thing.attributes:
        return thing.attributes[name]
    if name == "__class__":
        return thing.blueprint
    found = class_attribute(interpreter, thing.blueprint, name)
    if found is not None:
        if isinstance(found, Constant) and is_settings(interpreter, thing.blueprint.cls):
            return Constant(found.value, assumed=True)
        if isinstance(found, Built) and found.cls in _FIELDS:
            return _field_default(interpreter, found)
        return bound_to(interpreter, found, thing)
    known = interpreter.inference.member(static.Instance(thing.blueprint.cls), name)
    if isinstance(known, (static.Method, static.ExternalMethod, static.Instance)):
        return Foreign(known)
    return Unknown("")


def is_settings(interpreter: Interpreter, cls: Class) -> bool:
    """Whether a class reads the environment: its defaults may be replaced there."""
    return interpreter.inference.is_subclass(cls, _SETTINGS)
