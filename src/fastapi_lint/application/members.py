"""Attributes of modules, classes and objects; the order in which a class inherits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from fastapi_lint.application import annotations as written
from fastapi_lint.application.bindings import Binding
from fastapi_lint.application.modules import Module
from fastapi_lint.application.revealed import ASSIGNED, SOMETHING
from fastapi_lint.application.scopes import Class, Function, Scope
from fastapi_lint.application.values import (
    Alternatives,
    Awaitable,
    External,
    ExternalMethod,
    Instance,
    Literal,
    Method,
    Namespace,
    Super,
    Value,
)
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope, last_name

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference

_PROPERTIES = {"builtins.property", "functools.cached_property", "sqlalchemy.ext.hybrid.hybrid_property"}
_LITERALS = {str: "builtins.str", bool: "builtins.bool", int: "builtins.int", float: "builtins.float"}


def member(inference: Inference, value: Value | None, name: str) -> Value | None:
    """`value.name`, or None when it is unknown."""
    match value:
        case Instance(type=Class() as cls):
            return _instance_member(inference, value, cls, name)
        case Instance():
            return _external_member(inference, value, name)
        case Module():
            return inference.module_member(value, name)
        case Namespace():
            inner = f"{value.name}.{name}"
            found = inference.project.find(inner, value.importer)
            if found is not None:
                return found
            known = inference.project.is_namespace(inner, value.importer)
            return Namespace(inner, value.importer) if known else None
        case External():
            full = inference.externals.canonical(f"{value.name}.{name}")
            held = inference.externals.module_object(full)
            return Instance(External(held)) if held is not None else External(full)
        case Class():
            return _class_member(inference, value, name)
        case Super(cls=cls, receiver=receiver):
            line = inference.mro(receiver.type if isinstance(receiver.type, Class) else cls)
            return _inherited(inference, line[line.index(cls) + 1 :] if cls in line else [], receiver, name)
        case Literal(value=constant) if type(constant) in _LITERALS:
            holder = Instance(External(_LITERALS[type(constant)]))
            return _external_member(inference, holder, name)
        case Alternatives(values=values):
            return written.union([member(inference, each, name) for each in values])
    return None


def mro(inference: Inference, cls: Class) -> list[Class | External]:
    """The class and its bases, depth first, each where it appears last, as in Python's own order."""
    order: list[Class | External] = []
    _collect(inference, cls, order, frozenset())
    seen: set[Class | External] = set()
    result = []
    for base in reversed(order):
        if base not in seen:
            seen.add(base)
            result.append(base)
    return result[::-1]


def bases(inference: Inference, cls: Class) -> list[Class | External]:
    """The bases written in the header of a class, as far as they are known."""
    found = []
    for node in cls.node.bases:
        target = node.value if isinstance(node, nodes.Subscript) else node
        value = inference.infer(target, cls.scope)
        if isinstance(value, (Class, External)):
            found.append(value)
    return found


def external_mro(inference: Inference, cls: External) -> list[Class | External]:
    """A class of a library and its known bases."""
    result: list[Class | External] = [cls]
    for base in inference.externals.bases(cls.name):
        result += [each for each in external_mro(inference, External(base)) if each not in result]
    return result


def _collect(
    inference: Inference, cls: Class | External, order: list[Class | External], below: frozenset[Class]
) -> None:
    if isinstance(cls, External):
        order.extend(external_mro(inference, cls))
        return
    if cls in below:
        return
    order.append(cls)
    for base in bases(inference, cls):
        _collect(inference, base, order, below | {cls})


def _class_member(inference: Inference, cls: Class, name: str) -> Value | None:
    for base in inference.mro(cls):
        if isinstance(base, External):
            held = inference.externals.attribute(base.name, name)
            if held is not None:
                return Instance(External(held))
            return External(inference.externals.canonical(f"{base.name}.{name}"))
        found = base.body_scope.bindings.get(name)
        if found:
            value = inference.bound(found[-1])
            if isinstance(value, Function) and inference.has_decorator(value, {"builtins.classmethod"}):
                return Method(value, cls)
            return value
    return None


def _instance_member(inference: Inference, value: Instance, cls: Class, name: str) -> Value | None:
    own = _assigned_on_self(inference, cls, name)
    return own if own is not None else _inherited(inference, inference.mro(cls), value, name)


def _inherited(
    inference: Inference, line: list[Class | External], receiver: Instance, name: str
) -> Value | None:
    for base in line:
        if isinstance(base, External):
            if base.name in ("builtins.object", "typing.Generic", "abc.ABC", "typing.Protocol"):
                continue
            return _external_member(inference, Instance(base), name)
        found = base.body_scope.bindings.get(name)
        if found:
            return _bound_to(inference, inference.bound(found[-1]), receiver)
        if base is not receiver.type:
            assigned = _assigned_on_self(inference, base, name)
            if assigned is not None:
                return assigned
    return None


def _bound_to(inference: Inference, value: Value | None, receiver: Instance) -> Value | None:
    if not isinstance(value, Function):
        return value
    if not value.node.decorators:
        return Method(value, receiver)
    names = set(inference.decorator_names(value))
    if names & _PROPERTIES:
        return inference.returned(value)
    if "builtins.staticmethod" in names:
        return value
    if "builtins.classmethod" in names:
        return Method(value, receiver.type)
    return Method(value, receiver)


def given_to(receiver: Value | None, method: Function, result: Value | None) -> Value | None:
    """What a method gives when it is called on `receiver`: one that returns `self` gives just that."""
    if isinstance(result, Awaitable):
        inner = given_to(receiver, method, result.result)
        return result if inner is result.result else replace(result, result=inner)
    if not isinstance(result, Instance) or result.type is not method.owner:
        return result
    cls = receiver.type if isinstance(receiver, Instance) else receiver
    if cls is result.type or not isinstance(cls, Class) or not _returns_itself(method):
        return result
    return Instance(cls)


def _returns_itself(method: Function) -> bool:
    """Whether a method is written to return the object it is called on, or one of the class it is called on."""
    if last_name(method.node.returns) == "Self":
        return True
    method.reveal(SOMETHING)
    own = method.node.parameters[0].name if method.node.parameters else None
    returned = [each.value for each in find_in_scope(method.node.body, {nodes.Return})]
    made = [each.func if isinstance(each, nodes.Call) else each for each in returned]
    return bool(made) and all(isinstance(each, nodes.Name) and each.id == own for each in made)


def _external_member(inference: Inference, value: Instance, name: str) -> Value | None:
    attribute = inference.externals.attribute(value.class_name, name)
    if attribute is not None:
        return Instance(External(attribute))
    return ExternalMethod(f"{value.class_name}.{name}", value)


def _assigned_on_self(inference: Inference, cls: Class, name: str) -> Value | None:
    """What the methods of a class assign to `self.name`, `__init__` first."""
    for binding in inference.self_assignments(cls).get(name, []):
        if binding.annotation is not None:
            value = written.declared(inference, binding.annotation, binding.scope)
        else:
            value = inference.infer(binding.value, binding.scope)
        if value is not None and value != Literal(None):
            return value
    return None


def find_self_assignments(cls: Class) -> dict[str, list[Binding]]:
    """Assignments to attributes of `self` in the methods of a class, `__init__` first."""
    found: dict[str, list[Binding]] = {}
    methods = [each for each in cls.body_scope.definitions() if isinstance(each, Function)]
    for method in sorted(methods, key=lambda each: each.name != "__init__"):
        for attribute, binding in assignments_in(method):
            found.setdefault(attribute, []).append(binding)
    return found


def assignments_in(method: Function) -> Iterator[tuple[str, Binding]]:
    """What a method assigns to attributes of its object, by their names."""
    if not method.node.parameters or not method.node.stores_attributes:
        return
    method.reveal(ASSIGNED)
    receiver = method.node.parameters[0].name
    scope: Scope = method.body_scope
    for node in find_in_scope(method.node.body, {nodes.Assign, nodes.With}):
        if isinstance(node, nodes.Assign):
            for target in node.targets:
                if isinstance(target, nodes.Attribute) and isinstance(target.value, nodes.Name):
                    if target.value.id == receiver:
                        binding = Binding("assign", scope, node.line)
                        binding.value, binding.annotation, binding.node = node.value, node.annotation, node
                        yield target.attr, binding
        else:
            for item in node.items:
                target = item.target
                if isinstance(target, nodes.Attribute) and isinstance(target.value, nodes.Name):
                    if target.value.id == receiver:
                        binding = Binding("with", scope, node.line)
                        binding.value, binding.is_async = item.context, node.is_async
                        yield target.attr, binding
