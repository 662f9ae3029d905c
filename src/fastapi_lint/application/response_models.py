"""The response model that FastAPI derives for a route."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.application import annotations as written
from fastapi_lint.application import values as static
from fastapi_lint.application.assembly.values import (
    NONE,
    UNKNOWN_TEXT,
    Blueprint,
    Constant,
    Foreign,
    Given,
    TypeExpression,
    Unknown,
    Value,
    alternatives,
)
from fastapi_lint.application.markers import is_annotated
from fastapi_lint.application.source_text import source_text
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.environment import Environment
    from fastapi_lint.application.assembly.interpreter import Interpreter
    from fastapi_lint.application.callables import Callee
    from fastapi_lint.application.scopes import Scope

_RESPONSE = "starlette.responses.Response"


@dataclass(frozen=True, slots=True, eq=False)
class ResponseModel:
    """A type, and where it is written."""

    node: nodes.Expression
    environment: Environment
    source: str
    """`argument` (`response_model=`) or `annotation` (the return annotation)."""
    text: str
    """As source text; names that stand for other types are replaced by these."""
    is_known: bool = True
    """False for what is worked out at run time: it may be any type, or None."""

    @property
    def scope(self) -> Scope:
        """The scope in which it is written."""
        return self.environment.scope


def response_model_of(interpreter: Interpreter, given: Given | None, handler: Callee) -> ResponseModel | None:
    """The effective response model of an HTTP route."""
    if given is not None:
        if given.value == NONE:
            return None
        node, environment = given.node, given.environment
        text = type_text(interpreter, node, environment)
        is_known = all(not isinstance(each, Unknown) and each != NONE for each in alternatives(given.value))
        return ResponseModel(node, environment, "argument", text, is_known)
    function = handler.function
    if function is None or handler.environment is None or function.node.returns is None:
        return None
    node = written.unquoted(interpreter.inference, function.node.returns) or function.node.returns
    environment = handler.environment
    if handler.kind == "class" or _is_none(node) or is_response(interpreter, node, environment):
        return None
    if function.node.is_generator and _is_iterator(interpreter, node, environment):
        return None
    return ResponseModel(node, environment, "annotation", type_text(interpreter, node, environment))


def is_response(interpreter: Interpreter, node: nodes.Expression, environment: Environment) -> bool:
    """Whether a type is Starlette's `Response` or derives from it."""
    value = interpreter.evaluate(node, environment)
    cls: static.External | None = None
    if isinstance(value, Blueprint):
        return interpreter.inference.is_subclass(value.cls, [_RESPONSE, "fastapi.Response"]) or any(
            isinstance(base, static.External) and is_library_response(base)
            for base in interpreter.inference.mro(value.cls)
        )
    if isinstance(value, Foreign) and isinstance(value.value, static.External):
        cls = value.value
    return cls is not None and is_library_response(cls)


def is_library_response(cls: static.External) -> bool:
    """Whether a library's class is a response, by its name: `sse_starlette.EventSourceResponse`."""
    package = cls.name.partition(".")[0]
    return cls.last.endswith("Response") and package in ("fastapi", "starlette", "sse_starlette")


def _is_none(node: nodes.Expression) -> bool:
    return isinstance(node, nodes.Constant) and node.value is None


def _is_iterator(interpreter: Interpreter, node: nodes.Expression, environment: Environment) -> bool:
    head = node.value if isinstance(node, nodes.Subscript) else node
    value = interpreter.evaluate(head, environment)
    return (
        isinstance(value, Foreign)
        and isinstance(value.value, static.External)
        and value.value.name in written.ITERATORS
    )


def type_text(interpreter: Interpreter, node: nodes.Expression, environment: Environment) -> str:
    """A type as source text, with aliases and arguments of factories replaced by what they stand for."""
    node = written.unquoted(interpreter.inference, node) or node
    match node:
        case nodes.Name() | nodes.Attribute() | nodes.Call():
            return _named_type(interpreter, interpreter.evaluate(node, environment), node)
        case nodes.Subscript(value=head, index=nodes.Sequence(elements=[first, *_])) if is_annotated(
            interpreter.evaluate(head, environment)
        ):
            return type_text(interpreter, first, environment)
        case nodes.Subscript(value=head, index=index):
            arguments = (
                index.elements if isinstance(index, nodes.Sequence) and index.kind == "tuple" else [index]
            )
            inner = ", ".join(_argument_text(interpreter, each, environment) for each in arguments)
            return f"{type_text(interpreter, head, environment)}[{inner}]"
        case nodes.BinaryOperation(left=left, operator="|", right=right):
            return (
                f"{type_text(interpreter, left, environment)} | {type_text(interpreter, right, environment)}"
            )
    return source_text(node)


def _argument_text(interpreter: Interpreter, node: nodes.Expression, environment: Environment) -> str:
    if isinstance(node, nodes.Constant) and isinstance(node.value, str):
        return source_text(node)  # of a `Literal`, or a forward reference
    return type_text(interpreter, node, environment)


def _named_type(interpreter: Interpreter, value: Value, node: nodes.Expression) -> str:
    match value:
        case Blueprint(cls=cls):
            return cls.name
        case TypeExpression(node=inner, environment=environment):
            return type_text(interpreter, inner, environment)
        case Foreign(value=static.External() as known):
            return known.last
        case Constant(value=None):
            return "None"
    if isinstance(node, nodes.Name | nodes.Attribute):
        return source_text(node) if not isinstance(node, nodes.Name) else node.id
    return UNKNOWN_TEXT
