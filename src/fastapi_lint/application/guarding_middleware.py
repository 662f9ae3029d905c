"""Whether a middleware may refuse requests of somebody it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly.values import Blueprint, Foreign, Routine, Thing, Value
from fastapi_lint.application.identity_checks import IdentityChecks, is_unauthenticated, methods, refuses
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import last_name, walk
from fastapi_lint.knowledge import credentials

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.registrars import Middleware
    from fastapi_lint.application.security import Security

_GUARD = re.compile(r"auth|bearer|jwt|login|permission|token", re.IGNORECASE)
"""What the names of a library's middleware contain that may refuse requests."""
_TELLING = re.compile(r"auth|context|user", re.IGNORECASE)
"""What the names of a library's middleware contain that may keep who is asking where any code finds it."""
_GIVEN_AS = {
    "starlette.middleware.authentication.AuthenticationMiddleware": "backend",
    "starlette.middleware.base.BaseHTTPMiddleware": "dispatch",
}
"""Starlette's middleware that asks something else, with the argument that it is given as."""
_FRAMEWORK = ("builtins.", "fastapi.", "starlette.", "typing.")
_START = "http.response.start"
_REFUSALS = frozenset({401, 403})
_APPLICATION = frozenset({"app", "call_next"})
"""How middleware calls what comes after it."""
_OTHERWISE = frozenset({405, 408, 411, 412, 413, 414, 415, 416, 422, 426, 429, 431, *range(500, 600)})
"""Statuses of answers that have nothing to do with who is asking."""
_BROAD = frozenset({None, "BaseException", "Exception"})


class GuardingMiddleware:
    """Answers for the middleware of a project."""

    def __init__(self, inference: Inference, security: Security, checks: IdentityChecks) -> None:
        self._inference = inference
        self._security = security
        self._checks = checks
        self._found: dict[Function, bool] = {}

    def may_guard(self, middleware: Middleware) -> bool:
        """Whether it may authenticate; what is not known may."""
        match middleware.cls:
            case Foreign(value=static.External(name=name) as known) if name not in _GIVEN_AS:
                return _GUARD.search(known.last) is not None
        value = _deciding(middleware)
        match value:
            case Blueprint(cls=cls) | Thing(blueprint=Blueprint(cls=cls)):
                if any(map(_is_foreign_guard, self._inference.mro(cls))):
                    return True
            case Routine():
                pass
            case _:
                return True
        return any(map(self._may_guard, self._functions(value)))

    def may_tell(self, middleware: Middleware) -> bool:
        """Whether code that has no request may learn from it who is asking: through a context variable."""
        match middleware.cls:
            case Foreign(value=static.External(name=name) as known) if name not in _GIVEN_AS:
                return _TELLING.search(known.last) is not None
        return any(
            self._checks.made_by(function) and any(map(_sets_variable, walk(function.node.body)))
            for function in self._functions(_deciding(middleware))
        )

    def _functions(self, value: Value | None) -> Iterator[Function]:
        """The functions of the project that a middleware consists of."""
        match value:
            case Routine(function=function):
                function.reveal(SOMETHING)
                yield function
            case Blueprint(cls=cls) | Thing(blueprint=Blueprint(cls=cls)):
                for base in self._inference.mro(cls):
                    if isinstance(base, Class):
                        base.reveal(SOMETHING)
                        yield from methods(base)

    def _may_guard(self, function: Function) -> bool:
        """Whether a function may refuse a request for who it is from."""
        if function not in self._found:
            self._found[function] = False
            self._found[function] = self._guards(function)
        return self._found[function]

    def _guards(self, function: Function) -> bool:
        everything = list(walk(function.node.body))
        if any(map(is_unauthenticated, everything)):
            return True
        of_errors = {id(node) for each in everything for node in _answering_errors(each)}
        if self._checks.shown_in(function) and any(
            self._answers(each, function) for each in everything if id(each) not in of_errors
        ):
            return True
        return self._checks.made_by(function) and self._may_refuse(function, everything)

    def _may_refuse(self, function: Function, everything: list[Any]) -> bool:
        """Whether a function answers 403, or calls something that may raise such an error to its caller."""
        caught = {id(node) for each in everything if _swallows(each) for node in walk(each.body)}
        for node in everything:
            if refuses(node):
                return True
            if isinstance(node, nodes.Call) and id(node) not in caught:
                called = self._checks.called(node, function)
                if called is not None:
                    called.reveal(SOMETHING)
                if called is not None and self._security.raises(called) & _REFUSALS:
                    return True
                if called is not None and self._checks.hands_on(node, function) and self._may_guard(called):
                    return True
                if called is None and self._checks.hands_on_unseen(node, function):
                    return True
        return False

    def _answers(self, node: nodes.Node, function: Function) -> bool:
        """Whether a node makes an answer, or an error, for the client in place of the application's."""
        match node:
            case nodes.Raise(exception=exception):
                return exception is not None
            case nodes.Mapping(values=values):
                return any(isinstance(each, nodes.Constant) and each.value == _START for each in values)
            case nodes.Return(value=(nodes.Call() as call) | nodes.Await(value=nodes.Call() as call)):
                called = self._checks.called(call, function)
                if called is not None:
                    called.reveal(SOMETHING)
                    return any(map(_makes_answer, walk(called.node.body)))
                return last_name(call.func) not in _APPLICATION and not _is_response(call)
        return _makes_answer(node)


def _deciding(middleware: Middleware) -> Value | None:
    """What decides: the middleware itself, or what one of Starlette's is given to ask."""
    value = middleware.cls
    if isinstance(value, Foreign) and isinstance(value.value, static.External):
        given = middleware.options.get(_GIVEN_AS[value.value.name])
        return given.value if given is not None else None
    return value


def _is_foreign_guard(base: Class | static.External) -> bool:
    return (
        isinstance(base, static.External)
        and not base.name.startswith(_FRAMEWORK)
        and _GUARD.search(base.last) is not None
    )


def _sets_variable(node: nodes.Node) -> bool:
    match node:
        case nodes.Call(func=nodes.Attribute(value=variable, attr="set"), args=[_]):
            return credentials.may_hold_identity(last_name(variable) or "")
    return False


def _makes_answer(node: nodes.Node) -> bool:
    """Whether a node makes a response by which a client may be refused: none for an error of the server."""
    if not isinstance(node, nodes.Call) or not _is_response(node):
        return False
    status = node.keyword("status_code")
    return not (
        isinstance(status, nodes.Constant) and isinstance(status.value, int) and status.value in _OTHERWISE
    )


def _is_response(call: nodes.Call) -> bool:
    return (last_name(call.func) or "").endswith("Response")


def _answering_errors(node: nodes.Node) -> Iterator[nodes.Node]:
    """What is done about any error of the application."""
    if isinstance(node, nodes.Try) and any(_runs_application(each) for each in walk(node.body)):
        for handler in node.handlers:
            if last_name(handler.exception) in _BROAD:
                yield from walk(handler.body)


def _runs_application(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and last_name(node.func) in _APPLICATION


def _swallows(node: nodes.Node) -> bool:
    """Whether a `try` goes on after any error, and answers nothing."""
    return isinstance(node, nodes.Try) and any(
        last_name(handler.exception) in _BROAD
        and not any(isinstance(each, nodes.Raise) or _makes_answer(each) for each in walk(handler.body))
        for handler in node.handlers
    )
