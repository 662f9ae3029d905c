"""Whether the requests to a route are authenticated, as far as that can be known.

Between a route that is surely protected and one that surely is not lies much that may check something: own
exceptions, decorators, middleware, a handler that reads a header. All of that is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING, Any

from fastapi_lint.application.assembly.values import NONE, Blueprint, Built, Constant, Foreign, Unknown
from fastapi_lint.application.callables import Callee
from fastapi_lint.application.guarding_middleware import GuardingMiddleware
from fastapi_lint.application.identity_checks import (
    IdentityChecks,
    is_unauthenticated,
    refuses,
    speaks,
)
from fastapi_lint.application.providers import RESOURCES
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Function
from fastapi_lint.application.values import External
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope, last_name, walk
from fastapi_lint.knowledge import credentials
from fastapi_lint.knowledge.decorators import keeps_thread

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.dependencies import Dependency
    from fastapi_lint.application.registrars import Middleware, Registrar
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.signatures import Parameter

_REFUSALS = frozenset({401, 403})
_UNAUTHENTICATED = frozenset({401, 1008})
_SESSIONS = (*RESOURCES, "sqlmodel.Session", "sqlmodel.ext.asyncio.session.AsyncSession")
_SENT = frozenset({"body", "file", "form", "query"})
_TAKEN_FROM_KEYWORDS = frozenset({"current_user", "request", "token", "user", "websocket"})
"""Arguments of a handler of which a wrapper may take who is asking."""
_NOBODY = Callee(Unknown(""), "unknown", "", "")


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
        self._checks = IdentityChecks(application.inference)
        self._middleware = GuardingMiddleware(application.inference, self._security, self._checks)
        self._handler_checks = IdentityChecks(application.inference, by_name=False)
        self._guarded: dict[Registrar, bool] = {}
        self._protections: dict[Route, Protection] = {}
        self._protectors: dict[Route, Dependency | None] = {}

    def of(self, route: Route) -> Protection:
        """Whether somebody checks who is asking."""
        if route not in self._protections:
            self._protections[route] = self._protection(route)
        return self._protections[route]

    def _protection(self, route: Route) -> Protection:
        if self.protector(route) is not None:
            return Protection.PROTECTED
        if self.may_be_guarded(route.root) or route.unknowns.keys() & {"handler", "options", "path"}:
            return Protection.UNKNOWN
        if any(self._may_authenticate(each, route) for each in route.dependencies):
            return Protection.UNKNOWN
        return Protection.UNKNOWN if self._may_check_itself(route) else Protection.OPEN

    def protector(self, route: Route) -> Dependency | None:
        """The first of a route's dependencies, as written, that authenticates its requests or needs one that does."""
        if route not in self._protectors:
            self._protectors[route] = self._find_protector(route)
        return self._protectors[route]

    def _find_protector(self, route: Route) -> Dependency | None:
        tree = route.resolution.tree
        written = (*route.declared_dependencies, *tree.direct(route.handler))
        return next(
            (each for each in written if any(map(self.authenticates, tree.flattened((each,), _NOBODY)))), None
        )

    def authenticates(self, dependency: Dependency) -> bool:
        """Whether it surely asks for credentials: a scheme, what answers 401, or 403 after a look at who is asking."""
        if self._security.is_scheme(dependency):
            return not _may_pass(dependency)
        statuses = self._security.raised_by(dependency)
        if statuses & _UNAUTHENTICATED:
            return True
        return 403 in statuses and self._looks_at_client(dependency.callee, ())

    def may_be_guarded(self, registrar: Registrar) -> bool:
        """Whether something in front of all routes of an app may authenticate: a middleware that nobody knows."""
        if registrar not in self._guarded:
            middleware: Iterable[Middleware] = getattr(registrar, "middleware", ())
            self._guarded[registrar] = any(map(self._middleware.may_guard, middleware))
        return self._guarded[registrar]

    def _may_authenticate(self, dependency: Dependency, route: Route) -> bool:
        callee = dependency.callee
        if not callee.is_known or callee.library_name is not None:
            return not self._gives_resource(dependency)
        if self._security.raised_by(dependency) & _UNAUTHENTICATED:
            return True
        return self._looks_at_client(callee, route.path_parameters)

    def _gives_resource(self, dependency: Dependency) -> bool:
        """Whether what it gives is a database session or the like, by the type of the parameter."""
        parameter = dependency.parameter
        if parameter is None or parameter.annotation is None:
            return False
        given = self._inference.infer(parameter.annotation, parameter.scope)
        return isinstance(given, External) and given.name in _SESSIONS

    def _may_check_itself(self, route: Route) -> bool:
        """Whether the handler, a decorator of it or its route class may check who is asking."""
        if self._may_check_in_class(route):
            return True
        function = route.function
        if function is None or any(map(self._may_check_around, route.handler.wrappers)):
            return True
        function.reveal(SOMETHING)
        everything = list(walk(function.node.body))
        statuses = self._security.raises(function)
        if (
            statuses & _UNAUTHENTICATED
            or any(map(is_unauthenticated, everything))
            or _only_redirects(function)
        ):
            return True
        if any(self._may_check_as_decorator(each, function) for each in function.node.decorators):
            return True
        if self._is_told(route.root) and (
            statuses & _REFUSALS or any(speaks(node) or refuses(node) for node in everything)
        ):
            return True
        return self._checks_what_is_sent(route, everything) or self._looks_at_client(
            route.handler, route.path_parameters, self._handler_checks
        )

    def _is_told(self, registrar: Registrar) -> bool:
        """Whether code may know who is asking without any request: a middleware may have told it."""
        middleware: Iterable[Middleware] = getattr(registrar, "middleware", ())
        return any(map(self._middleware.may_tell, middleware))

    def _checks_what_is_sent(self, route: Route, everything: list[Any]) -> bool:
        """Whether a handler calls something by a telling name with what its client sends."""
        parameters = self._application.routing.signatures.of(route.handler, route.path_parameters)
        sent = {each.name for each in parameters if each.role in _SENT}
        return any(
            speaks(node) and isinstance(each, nodes.Name) and each.id in sent
            for node in everything
            if isinstance(node, nodes.Call)
            for each in walk([*node.args, *(keyword.value for keyword in node.keywords)])
        )

    def _may_check_as_decorator(self, decorator: nodes.Expression, function: Function) -> bool:
        func = decorator.func if isinstance(decorator, nodes.Call) else decorator
        name = self._inference.qualified_name(func, function.scope)
        if name is not None and keeps_thread(name):
            return False
        made = self._inference.infer(func, function.scope)
        return not isinstance(made, Function) or self._may_check_around(made)

    def _may_check_around(self, wrapper: Function) -> bool:
        """Whether a function that runs others, or the decorator that makes it, may check for them who is asking."""
        wrapper.reveal(SOMETHING)
        return self._checks.made_by(wrapper) or any(
            refuses(node)
            or (isinstance(node, nodes.Raise) and node.exception is not None)
            or (isinstance(node, nodes.Constant) and node.value in _TAKEN_FROM_KEYWORDS)
            for node in walk(wrapper.node.body)
        )

    def _may_check_in_class(self, route: Route) -> bool:
        given = route.registration.registrar.options.get("route_class")
        if given is None or given.value == NONE:
            return False
        match given.value:
            case Blueprint(cls=cls):
                cls.reveal(SOMETHING)
                return self._checks.made_in(cls) or any(map(refuses, walk(cls.node.body)))
            case Foreign(value=External(name=name)):
                return not name.startswith("fastapi.")
        return True

    def _looks_at_client(
        self, callee: Callee, path: tuple[str, ...], checks: IdentityChecks | None = None
    ) -> bool:
        """Whether it may find out who is asking, by its parameters or in its body."""
        parameters = self._application.routing.signatures.of(callee, path)
        if any(map(self._tells_who, parameters)):
            return True
        if callee.function is None:
            return False
        callee.function.reveal(SOMETHING)
        return (checks or self._checks).made_by(callee.function)

    def _tells_who(self, parameter: Parameter) -> bool:
        """Whether a parameter may say who is asking; one of an unknown type may be anything."""
        match parameter.role:
            case "header":
                return not credentials.is_neutral_header(parameter.external_name)
            case "cookie" | "unknown":
                return True
            case "path":
                return credentials.ends_as_secret(parameter.name)
            case "query" | "form" | "file":
                return credentials.is_secret(parameter.external_name)
            case "body":
                models = self._application.models.in_shape(parameter.shape)
                names = [name for model in models for name in model.fields]
                return any(map(credentials.is_secret, (parameter.external_name, *names)))
        return False


def _may_pass(scheme: Dependency) -> bool:
    """Whether a security scheme lets requests without credentials pass: `auto_error=False`."""
    value = scheme.callee.value
    given = value.arguments.keywords.get("auto_error") if isinstance(value, Built) else None
    return given is not None and not (isinstance(given.value, Constant) and given.value.value is True)


def _only_redirects(function: Function) -> bool:
    """Whether a handler sends its clients elsewhere: what protects them is there."""
    returned = [node.value for node in find_in_scope(function.node.body, {nodes.Return})]
    return bool(returned) and all(
        isinstance(each, nodes.Call) and last_name(each.func) == "RedirectResponse" for each in returned
    )
