"""What calls, `with` statements and loops give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application import annotations as written
from fastapi_lint.application import members
from fastapi_lint.application.containers import taken_from
from fastapi_lint.application.expressions import SPECIAL_CALLS
from fastapi_lint.application.revealed import RETURNED, YIELDED
from fastapi_lint.application.scopes import Class, Function, Scope
from fastapi_lint.application.values import (
    NONE,
    Awaitable,
    Display,
    External,
    ExternalMethod,
    Instance,
    Method,
    Partial,
    Unpacked,
    Value,
)
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference

_CONTEXT_MANAGERS = {"contextlib.contextmanager", "contextlib.asynccontextmanager"}


def called(inference: Inference, function: Value | None, call: nodes.Call, scope: Scope) -> Value | None:
    """The result of a call."""
    match function:
        case Class():
            return Instance(function)
        case Function():
            return _called_function(inference, function)
        case Method(function=method, receiver=receiver):
            return members.given_to(receiver, method, _called_function(inference, method))
        case External(name=name):
            special = SPECIAL_CALLS.get(name)
            if special is not None:
                return special(inference, call, scope)
            return _called_external(inference, name, call, scope)
        case ExternalMethod(name=name, receiver=receiver):
            special = SPECIAL_CALLS.get(name)
            if special is not None:
                return special(inference, call, scope)
            taken = taken_from(receiver, name.rpartition(".")[2]) if receiver.arguments else None
            return taken or _result_of_external(inference, name)
        case Instance(type=External(name=name), arguments=arguments):
            product = inference.externals.called_instance(name)
            if product is not None and arguments:
                return arguments[0]
            return Instance(External(product[0])) if product is not None else None
        case Instance():
            return inference.called(inference.member(function, "__call__"), call, scope)
        case Partial(function=inner):
            return inference.called(inner, call, scope)
    return None


def _called_external(inference: Inference, name: str, call: nodes.Call, scope: Scope) -> Value | None:
    if inference.externals.is_class(name):
        return Instance(External(name), _products(inference, name, call, scope))
    return _result_of_external(inference, name)


def _products(inference: Inference, factory: str, call: nodes.Call, scope: Scope) -> tuple[Value | None, ...]:
    """What a factory is told to make: `sessionmaker(class_=AsyncSession)`."""
    product = inference.externals.called_instance(factory)
    given = call.keyword(product[1]) if product is not None and product[1] is not None else None
    if given is None:
        return ()
    cls = inference.infer(given, scope)
    return (Instance(cls) if isinstance(cls, (Class, External)) else None,)


def _result_of_external(inference: Inference, name: str) -> Value | None:
    result = inference.externals.result(name)
    value = Instance(External(result)) if result is not None else None
    return Awaitable(value, External(name)) if inference.externals.is_coroutine(name) else value


def _called_function(inference: Inference, function: Function) -> Value | None:
    if inference.has_decorator(function, _CONTEXT_MANAGERS):
        return Instance(External("contextlib.AbstractContextManager"), (inference.yielded(function),))
    if function.node.is_generator:
        kind = "typing.AsyncGenerator" if function.is_async else "typing.Generator"
        return Instance(External(kind), (inference.yielded(function),))
    result = inference.returned(function)
    return Awaitable(result, function) if function.is_async else result


def returned(inference: Inference, function: Function) -> Value | None:
    """What a function returns (after awaiting, for coroutine functions)."""
    if function.node.returns is not None:
        declared = written.declared(inference, function.node.returns, function.scope, function.owner)
        if declared is not None:
            return declared
    function.reveal(RETURNED)
    if len(function.node.body) > 60:
        return None
    found = [
        inference.infer(node.value, function.body_scope) if node.value is not None else NONE
        for node in find_in_scope(function.node.body, {nodes.Return})
    ]
    return inference.joined(found) if found else None


def yielded(inference: Inference, function: Function) -> Value | None:
    """What a generator function yields."""
    if function.node.returns is not None:
        declared = written.declared(inference, function.node.returns, function.scope, function.owner)
        if isinstance(declared, Instance):
            if declared.class_name in written.ITERATORS:
                if declared.arguments and declared.arguments[0] is not None:
                    return declared.arguments[0]
            else:
                return declared  # the yielded type, written by mistake for the iterator's
    function.reveal(YIELDED)
    found = [
        inference.infer(node.value, function.body_scope)
        for node in find_in_scope(function.node.body, {nodes.Yield})
        if node.value is not None and not node.is_from
    ]
    return inference.joined(found) if found else None


def entered(inference: Inference, value: Value | None, is_async: bool) -> Value | None:
    """What `with value as x` binds to `x`."""
    if isinstance(value, Instance) and isinstance(value.type, External):
        if value.class_name == "contextlib.AbstractContextManager":
            return value.arguments[0]
        known = inference.externals.entered(value.class_name, is_async=is_async)
        return value if known == value.class_name else Instance(External(known))
    if isinstance(value, Awaitable) and isinstance(value.result, Instance):
        return value.result
    method = inference.member(value, "__aenter__" if is_async else "__enter__")
    if isinstance(method, Method):
        return members.given_to(value, method.function, inference.returned(method.function)) or value
    return value if isinstance(method, ExternalMethod) else None


def iterated(inference: Inference, value: Value | None) -> Value | None:
    """What one step of a loop over `value` gives."""
    match value:
        case Instance(type=External(name=name), arguments=arguments):
            if arguments and name in written.ITERABLE:
                return arguments[0]
            known = inference.externals.iterated(name)
            return Instance(External(known)) if known is not None else None
        case Display(node=nodes.Sequence() as node, scope=scope):
            return inference.joined(inference.infer(element, scope) for element in node.elements)
        case Unpacked(elements=elements):
            return inference.joined(elements)
        case Instance():
            return inference.answer(("iterated", value), _own_elements, inference, value)
    return None


def _own_elements(inference: Inference, value: Instance) -> Value | None:
    """What a class of the project gives in a loop; an iterator's `__iter__` gives the object itself."""
    method = inference.member(value, "__iter__")
    given = inference.provided(method) if isinstance(method, Method) else None
    following = inference.member(given, "__next__")
    return (
        inference.returned(following.function) if isinstance(following, Method) else inference.iterated(given)
    )
