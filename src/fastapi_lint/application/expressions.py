"""How each kind of expression, and each library function of special interest, gets its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fastapi_lint.application import annotations as written
from fastapi_lint.application import containers
from fastapi_lint.application.scopes import Class, Scope
from fastapi_lint.application.values import (
    Awaitable,
    Display,
    External,
    Instance,
    Literal,
    Method,
    Partial,
    Super,
    Unpacked,
    Value,
)
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference


def _attribute(inference: Inference, node: nodes.Attribute, scope: Scope) -> Value | None:
    return inference.member(inference.infer(node.value, scope), node.attr)


def _call(inference: Inference, node: nodes.Call, scope: Scope) -> Value | None:
    return inference.called(inference.callee(node, scope), node, scope)


def _constant(inference: Inference, node: nodes.Constant, scope: Scope) -> Value | None:
    return Literal(node.value)


def _await(inference: Inference, node: nodes.Await, scope: Scope) -> Value | None:
    value = inference.infer(node.value, scope)
    return value.result if isinstance(value, Awaitable) else None


def _display(inference: Inference, node: Any, scope: Scope) -> Value | None:
    return Display(node, scope)


def _conditional(inference: Inference, node: nodes.Conditional, scope: Scope) -> Value | None:
    return inference.joined([inference.infer(node.body, scope), inference.infer(node.orelse, scope)])


def _boolean_operation(inference: Inference, node: nodes.BooleanOperation, scope: Scope) -> Value | None:
    return inference.joined(inference.infer(value, scope) for value in node.values)


def _named_expression(inference: Inference, node: nodes.NamedExpression, scope: Scope) -> Value | None:
    return inference.infer(node.value, scope)


def _binary_operation(inference: Inference, node: nodes.BinaryOperation, scope: Scope) -> Value | None:
    left = inference.infer(node.left, scope)
    if node.operator == "+":
        right = inference.infer(node.right, scope)
        if isinstance(left, Literal) and isinstance(right, Literal):
            if isinstance(left.value, str) and isinstance(right.value, str):
                return Literal(left.value + right.value)
    if node.operator == "/" and inference.is_instance(left, ["pathlib.PurePath"]):
        return left
    return None


def _formatted_string(inference: Inference, node: nodes.FormattedString, scope: Scope) -> Value | None:
    parts = [inference.infer(part, scope) for part in node.parts]
    if all(isinstance(part, Literal) for part in parts):
        return Literal("".join(str(part.value) for part in parts if isinstance(part, Literal)))
    return Instance(External("builtins.str"))


def _subscript(inference: Inference, node: nodes.Subscript, scope: Scope) -> Value | None:
    value = inference.infer(node.value, scope)
    match value:
        case Instance(type=External(name=name), arguments=arguments):
            if arguments and name in written.MAPPINGS:
                return arguments[-1]
            if arguments and name in written.COLLECTIONS:
                return arguments[0]
            known = inference.externals.item(name)
            return Instance(External(known)) if known is not None else None
        case Instance():
            method = inference.member(value, "__getitem__")
            return inference.returned(method.function) if isinstance(method, Method) else None
        case Display(node=nodes.Mapping() as mapping, scope=inside):
            key = inference.infer(node.index, scope)
            for each, result in zip(mapping.keys, mapping.values, strict=True):
                if key is not None and inference.infer(each, inside) == key:
                    return inference.infer(result, inside)
            return None
        case Display() | Unpacked():
            index = inference.infer(node.index, scope)
            if isinstance(index, Literal) and isinstance(index.value, int) and index.value >= 0:
                return inference.unpacked(value, (index.value,))
            return None
        case Class():
            return value  # a generic class, parametrised
        case External(name=name) if inference.externals.is_class(name):
            return value
    return None


HANDLERS: Mapping[type[nodes.Node], Callable[[Inference, Any, Scope], Value | None]] = {
    nodes.Attribute: _attribute,
    nodes.Call: _call,
    nodes.Constant: _constant,
    nodes.Await: _await,
    nodes.Sequence: _display,
    nodes.Mapping: _display,
    nodes.Lambda: _display,
    nodes.Comprehension: _display,
    nodes.Conditional: _conditional,
    nodes.BooleanOperation: _boolean_operation,
    nodes.NamedExpression: _named_expression,
    nodes.BinaryOperation: _binary_operation,
    nodes.FormattedString: _formatted_string,
    nodes.Subscript: _subscript,
}


# --- Library functions whose result depends on their arguments -----------------------------------


def _called_partial(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    function = inference.infer(call.args[0], scope) if call.args else None
    return Partial(function, call, scope) if function is not None else None


def _called_super(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    cls = scope.enclosing_class
    return Super(cls, Instance(cls)) if cls is not None else None


def _called_cast(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    return written.declared(inference, call.args[0], scope) if call.args else None


def _called_type(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    value = inference.infer(call.args[0], scope) if len(call.args) == 1 else None
    return value.type if isinstance(value, Instance) else None


def _called_getattr(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    if len(call.args) < 2:
        return None
    name = inference.literal_string(call.args[1], scope)
    return inference.member(inference.infer(call.args[0], scope), name) if name is not None else None


def _called_str(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    value = inference.infer(call.args[0], scope) if len(call.args) == 1 else None
    if isinstance(value, Literal):
        return Literal(str(value.value))
    return Instance(External("builtins.str"))


def _called_context(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    held = inference.infer(call.args[0], scope) if call.args else None
    return Instance(External("contextlib.AbstractContextManager"), (held,))


def _called_enter(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    return inference.entered(call.argument(0, "cm"), scope, is_async=False)


def _called_enter_async(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    return Awaitable(inference.entered(call.argument(0, "cm"), scope, is_async=True))


def _called_with_function(inference: Inference, call: nodes.Call, scope: Scope) -> Value | None:
    return inference.infer(call.args[0], scope) if call.args else None


SPECIAL_CALLS: Mapping[str, Callable[[Inference, nodes.Call, Scope], Value | None]] = {
    "functools.partial": _called_partial,
    "builtins.enumerate": containers.enumerated,
    "builtins.getattr": _called_getattr,
    "builtins.iter": containers.iterated_alike,
    "builtins.list": containers.listed,
    "builtins.next": containers.next_of,
    "builtins.reversed": containers.iterated_alike,
    "builtins.sorted": containers.listed,
    "builtins.str": _called_str,
    "builtins.super": _called_super,
    "builtins.type": _called_type,
    "builtins.zip": containers.zipped,
    "contextlib.AsyncExitStack.enter_async_context": _called_enter_async,
    "contextlib.AsyncExitStack.enter_context": _called_enter,
    "contextlib.ExitStack.enter_context": _called_enter,
    "contextlib.closing": _called_context,
    "contextlib.nullcontext": _called_context,
    "functools.partialmethod": _called_with_function,
    "functools.update_wrapper": _called_with_function,
    "typing.cast": _called_cast,
}
