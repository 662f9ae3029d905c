"""Quick looks at code: whether running it may make an app or router, or register something."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

VERBS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
DECORATING = VERBS | {
    "api_route",
    "exception_handler",
    "middleware",
    "on_event",
    "route",
    "websocket",
    "websocket_route",
}
REGISTERING = frozenset(
    {
        "add_api_route",
        "add_api_websocket_route",
        "add_event_handler",
        "add_exception_handler",
        "add_middleware",
        "add_route",
        "add_websocket_route",
        "api_route",
        "frontend",
        "host",
        "include_router",
        "mount",
    }
)
_MAKERS = frozenset({"FastAPI", "APIRouter", "Starlette"})
_COLLECTING = frozenset({"append", "extend", "insert", "update", "setdefault"})


def looks_registering(body: Iterable[nodes.Statement]) -> bool:
    """Whether a body's own statements may register routes or collect routers; definitions inside do not count."""
    return any(_statement_registers(statement) for statement in body)


def _statement_registers(statement: nodes.Statement) -> bool:
    match statement:
        case nodes.FunctionDef():
            return any(_decorates(decorator) for decorator in statement.decorators)
        case nodes.ClassDef():
            return looks_registering(statement.body)
        case nodes.ExpressionStatement(value=nodes.Call(func=nodes.Attribute(attr=attr))):
            return attr in REGISTERING or attr in DECORATING or attr in _COLLECTING
        case nodes.ExpressionStatement(value=nodes.Call(func=nodes.Call(func=nodes.Attribute(attr=attr)))):
            return attr in DECORATING
        case nodes.If() | nodes.For() | nodes.While():
            return looks_registering(statement.body) or looks_registering(statement.orelse)
        case nodes.With():
            return looks_registering(statement.body)
        case nodes.Try():
            return looks_registering(statement.body) or looks_registering(statement.orelse)
    return False


def _decorates(decorator: nodes.Expression) -> bool:
    target = decorator.func if isinstance(decorator, nodes.Call) else decorator
    return isinstance(target, nodes.Attribute) and (target.attr in DECORATING or target.attr in REGISTERING)


def mentions_registering(body: Iterable[nodes.Statement], makers: frozenset[str]) -> bool:
    """Whether code makes an app or router (of one of these classes) or calls a registering method, at any depth."""
    for node in walk(list(body)):
        if isinstance(node, nodes.Call):
            func = node.func
            if isinstance(func, nodes.Attribute):
                if func.attr in REGISTERING or func.attr in _MAKERS or func.attr in makers:
                    return True
            elif isinstance(func, nodes.Name) and (func.id in _MAKERS or func.id in makers):
                return True
        elif isinstance(node, nodes.FunctionDef) and any(_decorates(each) for each in node.decorators):
            return True
    return False


def makes_registrar(body: Iterable[nodes.Statement], makers: frozenset[str]) -> bool:
    """Whether code makes an app or router, at any depth."""
    for node in walk(list(body)):
        if isinstance(node, nodes.Call):
            func = node.func
            name = (
                func.attr
                if isinstance(func, nodes.Attribute)
                else func.id
                if isinstance(func, nodes.Name)
                else ""
            )
            if name in _MAKERS or name in makers:
                return True
    return False
