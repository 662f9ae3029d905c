"""Whether a function may find out who is asking: what it reads of a request, what it calls, how it answers.

A function that is given nothing of a request, and calls nothing by a name that speaks of it, cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeGuard

from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.values import External, Method
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import last_name, walk
from fastapi_lint.knowledge import credentials

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference

_REQUEST_CLASSES = frozenset({"HTTPConnection", "Request", "WebSocket"})
_REQUEST_NAMES = frozenset({"conn", "connection", "req", "request", "websocket"})
_READERS = frozenset({"get", "getlist", "pop"})
_CONTENT = frozenset({"body", "form", "json", "query_params", "stream"})
_NAMED = frozenset({"getattr", "hasattr"})
_FRAMEWORK = ("builtins.", "fastapi.", "starlette.")
_AUTHENTICATION = "starlette.authentication"
_HARMLESS = frozenset({"TemplateResponse", "app", "call_next"})
"""What is called with a request without its being asked who it is from: templates, and what comes after middleware."""
_OF_SOMEBODY = frozenset({"auth", "headers", "session", "state", "user"})
"""What the scope of a request holds that may say who is asking."""
_UNAUTHENTICATED = 401
_FORBIDDEN_NAME = re.compile("403|FORBIDDEN")
_REFUSALS = frozenset({401, 403})
_REFUSAL_NAME = re.compile(r"(?:HTTP_)?40[13]_|UNAUTHORIZED|FORBIDDEN")


class IdentityChecks:
    """Answers for the functions of a project, each read once.

    Where `by_name` is false, the names of what is called count only where it is given what a client sends.
    """

    def __init__(self, inference: Inference, *, by_name: bool = True) -> None:
        self._inference = inference
        self._by_name = by_name
        self._found: dict[tuple[Function, frozenset[str]], bool] = {}
        self._bodies: dict[tuple[Function, frozenset[str]], _Body] = {}

    def made_by(self, function: Function, requests: frozenset[str] = frozenset()) -> bool:
        """Whether a function may find out who is asking, itself or in one that it hands its request on to.

        `requests` names parameters that surely hold the request, besides those that show it.
        """
        key = (function, requests)
        if key not in self._found:
            self._found[key] = False
            body = self._body(function, requests)
            self._found[key] = self._shown_in(body) or any(
                self.made_by(called, names) for called, names in self._handed_on(body)
            )
        return self._found[key]

    def made_in(self, definition: Class) -> bool:
        """The same of the methods of a class."""
        definition.reveal(SOMETHING)
        return any(map(self.made_by, methods(definition)))

    def shown_in(self, function: Function) -> bool:
        """Whether it does so itself, or hands its request on to code that is not known."""
        return self._shown_in(self._body(function))

    def hands_on(self, node: nodes.Node, function: Function) -> bool:
        """Whether a node of a function calls something with the request."""
        return self._body(function).is_handed_on_by(node)

    def hands_on_unseen(self, node: nodes.Node, function: Function) -> bool:
        """Whether a node of a function calls code that is not known with the request."""
        body = self._body(function)
        if not body.is_handed_on_by(node):
            return False
        made = isinstance(self._inference.callee(node, function.body_scope), Class)
        return not made and self._takes_unseen(node, body)

    def called(self, call: nodes.Call, function: Function) -> Function | None:
        """The function of the project that a call in a function calls."""
        match self._inference.callee(call, function.body_scope):
            case (Function() as called) | Method(function=called):
                return called
        return None

    def _body(self, function: Function, requests: frozenset[str] = frozenset()) -> _Body:
        key = (function, requests)
        if key not in self._bodies:
            self._bodies[key] = _Body(function, requests)
        return self._bodies[key]

    def _shown_in(self, body: _Body) -> bool:
        by_name = self._by_name or body.reads_content
        return any(
            (by_name and speaks(node))
            or body.reads_identity(node)
            or (body.is_handed_on_by(node) and self._takes_unseen(node, body))
            for node in body.nodes
        )

    def _handed_on(self, body: _Body) -> Iterator[tuple[Function, frozenset[str]]]:
        """The functions of the project that are called with the request, and the parameters that take it."""
        for node in body.nodes:
            if body.is_handed_on_by(node):
                called = self.called(node, body.function)
                if called is not None:
                    called.reveal(SOMETHING)
                    yield called, self._taking(called, node, body)

    def _taking(self, called: Function, call: nodes.Call, body: _Body) -> frozenset[str]:
        is_method = isinstance(self._inference.callee(call, body.function.body_scope), Method)
        names = [each.name for each in called.node.parameters[is_method:]]
        by_position = {name for name, given in zip(names, call.args, strict=False) if body.is_request(given)}
        by_name = {
            each.name for each in call.keywords if each.name is not None and body.is_request(each.value)
        }
        return frozenset(by_position | by_name)

    def _takes_unseen(self, call: nodes.Call, body: _Body) -> bool:
        match self._inference.callee(call, body.function.body_scope):
            case Function() | Method():
                return False
            case Class() as made:
                return self.made_in(made)
            case External(name=name):
                return not name.startswith(_FRAMEWORK) or name.startswith(_AUTHENTICATION)
        return last_name(call.func) not in _HARMLESS


class _Body:
    """What stands in the body of a function for requests, and how it is used."""

    def __init__(self, function: Function, requests: frozenset[str] = frozenset()) -> None:
        self.function = function
        self.nodes = list(walk(function.node.body))
        self.requests = requests.union(_requests(function, self.nodes))
        self._module_level = function.module.scope.bindings

    @cached_property
    def _settled(self) -> frozenset[int]:
        return frozenset(id(node) for each in self.nodes for node in self._harmless(each))

    @property
    def reads_content(self) -> bool:
        """Whether it takes what the client sends out of the request itself."""
        return any(
            isinstance(node, nodes.Attribute) and node.attr in _CONTENT and self.is_request(node.value)
            for node in self.nodes
        )

    def is_request(self, node: nodes.Node | None) -> bool:
        """Whether an expression is a request."""
        match node:
            case nodes.Name(id=name):
                return name in self.requests
            case nodes.Attribute(attr="request"):
                return True
        return False

    def is_handed_on_by(self, node: nodes.Node) -> TypeGuard[nodes.Call]:
        """Whether a node calls something with the request."""
        return isinstance(node, nodes.Call) and any(map(self.is_request, _arguments(node)))

    def reads_identity(self, node: nodes.Node) -> bool:
        """Whether a node reads something of which may follow who is asking."""
        match node:
            case nodes.Attribute(value=value, attr=attr) if self.is_request(value):
                return id(node) not in self._settled and not credentials.is_neutral_attribute(attr)
            case nodes.Attribute(attr=attr):
                return credentials.is_current_somebody(attr)
            case nodes.Name(id=name) if name in self.requests:
                return id(node) not in self._settled
            case nodes.Name(id=name):
                return name in self._module_level and credentials.is_current_somebody(name)
            case nodes.Call(func=nodes.Attribute(attr=attr), args=[nodes.Constant(value=str(key)), *_]):
                return attr in _READERS and credentials.is_secret(key)
            case nodes.Subscript(index=nodes.Constant(value=str(key))):
                return credentials.is_secret(key)
        return False

    def _harmless(self, node: nodes.Node) -> Iterator[nodes.Node]:
        """The requests and parts of requests of which a node takes nothing that says who is asking."""
        match node:
            case nodes.Attribute(value=value, attr=attr):
                if isinstance(value, nodes.Name):
                    yield value
                if self._is_part(value, "state") and not credentials.is_identity_in_state(attr):
                    yield value
            case nodes.Assign():
                yield from (each for each in node.targets if isinstance(each, nodes.Name))
            case nodes.Mapping():
                yield from (each for each in node.values if self.is_request(each))
            case nodes.Call(func=nodes.Attribute(value=holder, attr=attr)):
                yield from filter(self.is_request, _arguments(node))
                if attr in _READERS and node.args and self._is_neutral_key(holder, node.args[0]):
                    yield holder
            case nodes.Call(func=nodes.Name(id=name)):
                yield from filter(self.is_request, _arguments(node))
                match node.args:
                    case [holder, nodes.Constant(value=str(attr)), *_] if name in _NAMED:
                        if self._is_part(holder, "state") and not credentials.is_identity_in_state(attr):
                            yield holder
            case nodes.Subscript(value=holder, index=key) | nodes.Comparison(left=key, comparators=[holder]):
                if self._is_neutral_key(holder, key):
                    yield holder

    def _is_neutral_key(self, holder: nodes.Node, key: nodes.Node) -> bool:
        """Whether a key of headers, or of the ASGI scope, says nothing about who is asking."""
        if not isinstance(key, nodes.Constant) or not isinstance(key.value, str):
            return False
        if self._is_part(holder, "scope"):
            return key.value not in _OF_SOMEBODY
        return self._is_part(holder, "headers") and credentials.is_neutral_header(key.value)

    def _is_part(self, node: nodes.Node, name: str) -> bool:
        return isinstance(node, nodes.Attribute) and node.attr == name and self.is_request(node.value)


def methods(definition: Class) -> Iterator[Function]:
    """The functions that a class body defines."""
    return (each for each in definition.body_scope.definitions() if isinstance(each, Function))


def refuses(node: nodes.Node) -> bool:
    """Whether a node is the status of a refusal: 401 or 403."""
    match node:
        case nodes.Constant(value=value):
            return type(value) is int and value in _REFUSALS
        case nodes.Attribute(attr=name) | nodes.Name(id=name):
            return _REFUSAL_NAME.match(name) is not None
    return False


def is_unauthenticated(node: nodes.Node) -> bool:
    """Whether a node is the status 401."""
    if isinstance(node, nodes.Constant):
        return type(node.value) is int and node.value == _UNAUTHENTICATED
    return refuses(node) and not _FORBIDDEN_NAME.search(last_name(node) or "")


def speaks(node: nodes.Node) -> bool:
    """Whether a node calls or raises something by a name that speaks of who is asking."""
    match node:
        case nodes.Call(func=named) | nodes.Raise(exception=nodes.Name() | nodes.Attribute() as named):
            return credentials.speaks_of_identity(last_name(named) or "")
    return False


def _arguments(call: nodes.Call) -> list[nodes.Expression]:
    return [*call.args, *(each.value for each in call.keywords)]


def _requests(function: Function, everything: Iterable[Any]) -> Iterator[str]:
    """The names of parameters, also of inner functions, and variables that hold a request."""
    for node in (function.node, *everything):
        match node:
            case nodes.FunctionDef() | nodes.Lambda():
                yield from (each.name for each in node.parameters if _is_given_request(each))
            case nodes.Assign(targets=[nodes.Name(id=name)], value=nodes.Call(func=func)):
                if last_name(func) in _REQUEST_CLASSES:
                    yield name


def _is_given_request(parameter: nodes.Parameter) -> bool:
    if parameter.annotation is None:
        return parameter.name in _REQUEST_NAMES
    return any(last_name(node) in _REQUEST_CLASSES for node in walk(parameter.annotation))
