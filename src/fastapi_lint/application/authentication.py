"""Whether the requests to a route are authenticated, as far as that can be known.

Between a route that is surely protected and one that surely is not lies much that may check something: own
exceptions, decorators, middleware, a handler that reads a header. All of that is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly.values import Blueprint, Foreign, Routine
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope, last_name, walk
from fastapi_lint.knowledge.decorators import keeps_thread

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.dependencies import Dependency
    from fastapi_lint.application.registrars import Middleware, Registrar
    from fastapi_lint.application.routes import Route

_HINT = re.compile(
    r"access|admin|apikey|api_key|auth|bearer|caller|cred|current|decode|guard|hmac|identity|internal|jwt|key|login"
    r"|member|oauth|owner|permi[ts]|polic|principal|privilege|protect|rbac|require|restrict|role|scope|secret|secur"
    r"|session|sign|superuser|tenant|token|trust|user|validat|verif",
    re.IGNORECASE,
)
"""What the names of functions and classes contain that may have to do with who is asking."""
_CREDENTIALS = frozenset({"headers", "cookies", "session", "state", "user", "auth", "client"})
"""Attributes of a request from which a handler may learn who is asking."""
_GUARD = re.compile(r"auth|bearer|jwt|login|permission|token", re.IGNORECASE)
"""What the names of middleware contain that may refuse requests."""
_REFUSALS = frozenset({401, 403})
_REFUSAL_NAME = re.compile(r"(?:HTTP_)?40[13]_|UNAUTHORIZED|FORBIDDEN")


class Protection(Enum):
    """What is known of a route."""

    PROTECTED = "protected"
    OPEN = "open"
    UNKNOWN = "unknown"


class Authentication:
    """Answers for the routes of a project."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._inference = application.inference
        self._security = application.routing.security
        self._guarded: dict[Registrar, bool] = {}
        self._suspicious: dict[Function | Class, bool] = {}

    def of(self, route: Route) -> Protection:
        """Whether somebody checks who is asking."""
        if self.protector(route) is not None:
            return Protection.PROTECTED
        if self.may_be_guarded(route.root) or route.unknowns.keys() & {"handler", "options", "path"}:
            return Protection.UNKNOWN
        if any(self._may_authenticate(each) for each in route.dependencies):
            return Protection.UNKNOWN
        return Protection.UNKNOWN if self._may_check_itself(route) else Protection.OPEN

    def protector(self, route: Route) -> Dependency | None:
        """The dependency that authenticates a route's requests: the first of them, before those that it needs."""
        return next((each for each in route.dependencies if self.authenticates(each)), None)

    def authenticates(self, dependency: Dependency) -> bool:
        """Whether it surely asks for credentials: a scheme, or something that answers 401, or 403 under such a name."""
        if self._security.is_scheme(dependency):
            return True
        statuses = self._security.raised_by(dependency)
        if statuses & {401, 1008}:
            return True
        return 403 in statuses and _HINT.search(dependency.callee.name) is not None

    def may_be_guarded(self, registrar: Registrar) -> bool:
        """Whether something in front of all routes of an app may authenticate: a middleware that nobody knows."""
        if registrar not in self._guarded:
            middleware: Iterable[Middleware] = getattr(registrar, "middleware", ())
            self._guarded[registrar] = any(self._may_guard(each) for each in middleware)
        return self._guarded[registrar]

    def _may_guard(self, middleware: Middleware) -> bool:
        value = middleware.cls
        match value:
            case Blueprint(cls=definition) | Routine(function=definition):
                return _GUARD.search(definition.name) is not None or any(
                    map(_refuses, walk(definition.node.body))
                )
            case Foreign(value=static.External() as known):
                return _GUARD.search(known.last) is not None
        return True

    def _may_authenticate(self, dependency: Dependency) -> bool:
        callee = dependency.callee
        if not callee.is_known or callee.library_name is not None or _HINT.search(callee.label):
            return True
        if self._security.raised_by(dependency) & _REFUSALS:
            return True
        return callee.function is not None and self._looks_suspicious(callee.function)

    def _may_check_itself(self, route: Route) -> bool:
        """Whether the handler, a decorator of it or its route class may check who is asking."""
        if "route_class" in route.registration.registrar.options:
            return True
        function = route.function
        if function is None or route.handler.wrappers:
            return True
        if self._security.raises(function) & _REFUSALS or _only_redirects(function):
            return True
        if any(name is None or not keeps_thread(name) for name in self._inference.decorator_names(function)):
            return True
        return self._looks_suspicious(function)

    def _looks_suspicious(self, definition: Function | Class) -> bool:
        """Whether anything in a body has to do with credentials, by its name."""
        if definition not in self._suspicious:
            parameters = definition.node.parameters if isinstance(definition, Function) else []
            self._suspicious[definition] = any(map(_takes_credentials, parameters)) or any(
                map(_concerns_credentials, walk(definition.node.body))
            )
        return self._suspicious[definition]


def _takes_credentials(parameter: nodes.Parameter) -> bool:
    """Whether a parameter is read from a header or a cookie, or is named after who is asking."""
    marked = [
        node for part in (parameter.annotation, parameter.default) if part is not None for node in walk(part)
    ]
    names = {last_name(node.func) for node in marked if isinstance(node, nodes.Call)}
    return bool(names & {"Header", "Cookie"})


def _concerns_credentials(node: nodes.Node) -> bool:
    match node:
        case nodes.Call(func=func):
            return _HINT.search(last_name(func) or "") is not None
        case nodes.Attribute(value=nodes.Name(id="request" | "websocket" | "req" | "conn"), attr=attr):
            return attr in _CREDENTIALS
    return False


def _refuses(node: nodes.Node) -> bool:
    """Whether a node is the status of a refusal."""
    match node:
        case nodes.Constant(value=value):
            return type(value) is int and value in _REFUSALS
        case nodes.Attribute(attr=name) | nodes.Name(id=name):
            return _REFUSAL_NAME.match(name) is not None
    return False


def _only_redirects(function: Function) -> bool:
    """Whether a handler sends its clients elsewhere: what protects them is there."""
    returned = [node.value for node in find_in_scope(function.node.body, {nodes.Return})]
    return bool(returned) and all(
        isinstance(each, nodes.Call) and last_name(each.func) == "RedirectResponse" for each in returned
    )
