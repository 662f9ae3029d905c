"""Which variables of a route's path its handler and its dependencies take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi_lint.application import shapes
from fastapi_lint.application import values as static
from fastapi_lint.application.assembly.environment import Environment
from fastapi_lint.application.assembly.values import Blueprint, Constant, Foreign, Value
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.values import Alternatives, External, Instance, Method
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk
from fastapi_lint.knowledge.decorators import keeps_signature
from fastapi_lint.knowledge.request_takers import takes_no_path_parameters

if TYPE_CHECKING:
    from fastapi_lint.application.callables import Callee
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.routing import Routing
    from fastapi_lint.application.signatures import Parameter

_FRAMEWORK = ("fastapi.", "starlette.")
_REQUESTS = ("request", "websocket", "connection")


@dataclass(frozen=True, slots=True)
class PathConsumption:
    """Which variables of the path are taken by the handler or by any dependency."""

    names: frozenset[str]
    doubts: tuple[str, ...] = ()
    """What may take more of them, each with the reason why that is unknown."""

    @property
    def is_complete(self) -> bool:
        """Whether surely nothing takes others."""
        return not self.doubts


class PathTakers:
    """A handler with all that it depends on, as readers of one path."""

    def __init__(
        self,
        routing: Routing,
        path_parameters: tuple[str, ...],
        handler: Callee,
        dependencies: tuple[Callee, ...],
        route_classes: tuple[Value, ...] = (),
    ) -> None:
        self._route_classes = route_classes
        self._routing = routing
        self._path = path_parameters
        self._handler = handler
        self._callees = (handler, *dependencies)

    @cached_property
    def declared(self) -> frozenset[str]:
        """The names that signatures take from the path."""
        return frozenset(
            name
            for callee in self._callees
            for parameter in self._parameters(callee)
            if parameter.role == "path"
            for name in self._names(parameter)
        )

    def _names(self, parameter: Parameter) -> Iterator[str]:
        yield parameter.external_name
        model = (
            self._routing.models.of(parameter.shape.cls)
            if isinstance(parameter.shape, shapes.Plain)
            else None
        )
        for each in model.fields.values() if model is not None else ():
            yield each.alias or each.name

    def consumption(self) -> PathConsumption:
        """What is taken in any way: also through the request itself."""
        names = set(self.declared)
        inference = self._routing.interpreter.inference
        doubts = [
            "the class of the route may read its path"
            for route_class in self._route_classes
            if _may_read_path(inference, route_class)
        ]
        for callee in self._callees:
            doubts += self._doubts(callee)
            for parameter in self._parameters(callee):
                if parameter.special in _REQUESTS:
                    found, reason = self._read(callee, parameter)
                    names |= found
                    doubts += [reason] if reason else []
        return PathConsumption(frozenset(names), tuple(dict.fromkeys(doubts)))

    def _parameters(self, callee: Callee) -> list[Parameter]:
        return self._routing.signatures.of(callee, self._path) if callee.is_known else []

    def _doubts(self, callee: Callee) -> Iterator[str]:
        if not callee.is_known:
            yield f"unknown: {callee.reason}"
        elif not has_own_signature(self._routing, callee):
            yield f"`{callee.label}` has a signature that is not known"
        for parameter in self._parameters(callee):
            if parameter.may_be_marked and parameter.role != "path":
                yield f"`{parameter.name}` of `{callee.label}` may have a marker that is not known"
            elif parameter.role == "unknown" and _may_be_alias(parameter.shape):
                yield f"`{parameter.name}` of `{callee.label}` has an unknown type"
            if parameter.role == "path" and not parameter.has_known_name:
                yield f"`{parameter.name}` of `{callee.label}` has an alias that is not known"

    def _read(self, callee: Callee, parameter: Parameter) -> tuple[frozenset[str], str | None]:
        """What is read of the request that a parameter is, and why there may be more."""
        if callee.function is None or parameter.node is None:
            return frozenset(), f"`{parameter.name}` of `{callee.label}` may be used anywhere"
        own = self._routing.request_reads.of(callee.function, parameter.name)
        keys = [self._text(callee, key) for key in own.keys]
        names = own.names | {key for key in keys if key is not None}
        doubt = own.doubt
        compares = callee is self._handler and own.compares_path
        if None in keys or compares or own.returns_part:
            doubt = doubt or f"`{callee.label}`"
        for wrapper in callee.wrappers:
            if any(each.name == parameter.name for each in wrapper.node.parameters):
                reads = self._routing.request_reads.of(wrapper, parameter.name)
                names |= reads.names
                doubt = (
                    doubt
                    or reads.doubt
                    or (f"`{wrapper.label}`" if reads.keys or reads.returns_part else None)
                )
            if _looks_into_arguments(wrapper):
                doubt = doubt or f"`{wrapper.label}`"
        return names, f"the path may be read by {doubt}" if doubt is not None else None

    def _text(self, callee: Callee, key: nodes.Expression) -> str | None:
        """The value of an expression in a dependency that a factory made, or that is a method of an object."""
        assert callee.function is not None
        environment = Environment(callee.function.body_scope, callee.environment)
        if callee.receiver is not None and callee.function.node.parameters:
            environment.variables[callee.function.node.parameters[0].name] = callee.receiver
        value = self._routing.interpreter.evaluate(key, environment)
        return value.value if isinstance(value, Constant) and isinstance(value.value, str) else None


def has_own_signature(routing: Routing, callee: Callee) -> bool:
    """Whether its parameters are known: a library's callable and an unknown decorator may take any."""
    if callee.function is None:
        known = callee.library_name
        return known is None or known.startswith(_FRAMEWORK) or takes_no_path_parameters(known)
    function = callee.function
    inference = routing.interpreter.inference
    for decorator, name in zip(function.node.decorators, inference.decorator_names(function), strict=True):
        if name is not None and keeps_signature(name):
            continue
        if isinstance(decorator, nodes.Call) and routing.routes_registered_by(decorator):
            continue
        target = decorator.func if isinstance(decorator, nodes.Call) else decorator
        if not _leaves_signature(inference.infer(target, function.scope)):
            return False
    return True


def _leaves_signature(decorator: static.Value | None) -> bool:
    """Whether the parameters of what a decorator makes are known: of the project's own, the model knows them."""
    match decorator:
        case Function() | Class():
            return not _sets_signature(decorator)
        case Method(function=maker):
            return not _sets_signature(maker)
        case Instance(type=Class() as cls):
            return not _sets_signature(cls)
        case Alternatives(values=values):
            return all(map(_leaves_signature, values))
        case External(name=name):
            return keeps_signature(name)
    return False


def _may_read_path(inference: Inference, route_class: Value) -> bool:
    """Whether a `route_class` may look at the path of a request before its handler does."""
    if isinstance(route_class, Blueprint):
        return any(
            not base.name.startswith(_FRAMEWORK) if isinstance(base, External) else _mentions_path(base)
            for base in inference.mro(route_class.cls)
        )
    known = route_class.value if isinstance(route_class, Foreign) else None
    return not (isinstance(known, External) and known.name.startswith(_FRAMEWORK))


def _mentions_path(cls: Class) -> bool:
    cls.reveal(SOMETHING)
    return any(
        isinstance(node, nodes.Attribute) and node.attr in ("path_params", "scope", "url")
        for node in walk(cls.node.body)
    )


def _sets_signature(maker: Function | Class) -> bool:
    maker.reveal(SOMETHING)
    return any(
        isinstance(node, nodes.Attribute) and node.attr == "__signature__" for node in walk(maker.node.body)
    )


def _may_be_alias(shape: shapes.Shape) -> bool:
    """Whether a type that is not known may be `Annotated` with a dependency: a class cannot."""
    match shape:
        case shapes.Plain():
            return False
        case shapes.Union(members=members):
            return any(map(_may_be_alias, members))
    return True


def _looks_into_arguments(wrapper: Function) -> bool:
    """Whether a wrapper does more with its arguments than to hand them on to the function it wraps."""
    wrapper.reveal(SOMETHING)
    gathered = {each.name for each in wrapper.node.parameters if each.kind in ("variadic", "keywords")}
    mentioned = handed_on = 0
    for node in walk(wrapper.node.body):
        match node:
            case nodes.Name(id=name) if name in gathered:
                mentioned += 1
            case nodes.Call(args=args, keywords=keywords):
                spread = [each.value for each in args if isinstance(each, nodes.Starred)]
                spread += [each.value for each in keywords if each.name is None]
                handed_on += sum(isinstance(each, nodes.Name) and each.id in gathered for each in spread)
    return mentioned > handed_on
