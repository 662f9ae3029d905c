"""What FastAPI itself runs on the event loop."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from fastapi_lint.application.assembly.values import Blueprint, Thing
from fastapi_lint.application.revealed import STEPS
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.values import Instance, Method

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.assembly.values import Value
    from fastapi_lint.application.callables import Callee
    from fastapi_lint.application.decorated import Decorated
    from fastapi_lint.application.function_steps import Steps
    from fastapi_lint.application.registrars import Middleware, Registrar
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.steps import Run

_HTTP_MIDDLEWARE = "starlette.middleware.base.BaseHTTPMiddleware"
_ROUTE = "fastapi.routing.APIRoute"
_ENDPOINTS: Mapping[str, tuple[str, Collection[str]]] = {
    "starlette.endpoints.HTTPEndpoint": (
        "http",
        ("get", "head", "post", "put", "patch", "delete", "options"),
    ),
    "starlette.endpoints.WebSocketEndpoint": ("websocket", ("on_connect", "on_receive", "on_disconnect")),
}
_LEAVE_WORK = frozenset({"add_task", "BackgroundTask", "EventSourceResponse", "StreamingResponse"})
"""Calls by which a plain function leaves work to the loop, by their last names."""


class Root(Struct, frozen=True):
    """A function that the framework runs on the loop."""

    function: Function
    label: str
    """What a person calls it: `GET /users/{id}`, `lifespan`, `dependency get_db of GET /users`."""
    kind: str
    """`http` or `websocket` (routes), `dependency`, `middleware`, `exception handler`, `background task`, `stream`
    or `lifespan`."""
    receiver: Class | None = None
    """Class of the object whose method it is."""

    @property
    def at_startup(self) -> bool:
        """Runs before the first and after the last request only."""
        return self.kind == "lifespan"


def find_roots(
    application: Application, steps: Steps, decorated: Decorated
) -> Mapping[Function, tuple[Root, ...]]:
    """The roots of an application: of each function, all that it is to the framework."""
    found: dict[Function, dict[Root, None]] = {}
    for root in _Roots(application, steps, decorated).all():
        found.setdefault(root.function, {})[root] = None
    return {function: tuple(roots) for function, roots in found.items()}


class _Roots:
    """Goes through the routes, apps and classes of an application."""

    def __init__(self, application: Application, steps: Steps, decorated: Decorated) -> None:
        self._application = application
        self._routing = application.routing
        self._inference = application.inference
        self._steps = steps
        self._decorated = decorated
        self._leave_work = application.project.asked(_LEAVE_WORK)

    def all(self) -> Iterator[Root]:
        for route in self._routing.routes:
            yield from self._of_route(route)
        yield from self._of_dependencies()
        for registrar in self._routing.interpreter.registrars:
            yield from self._of_lifespan(registrar)
        for app in self._routing.apps:
            for middleware in app.middleware:
                yield from self._of_middleware(middleware)
            for handler in app.exception_handlers:
                callee = self._routing.interpreter.described(handler.handler)
                yield from self._of_callee(callee, f"exception handler {callee.name}", "exception handler")
        for cls in self._application.classes():
            yield from self._of_class(cls)

    def _of_route(self, route: Route) -> Iterator[Root]:
        if route.kind == "mount" or route.handler.kind == "class":
            return
        label = _label(route)
        kind = "stream" if route.handler.yields else route.kind
        yield from self._of_callee(route.handler, label, kind)
        if route.function is not None:
            yield from self._started_by(route.function, label)

    def _started_by(self, function: Function, label: str) -> Iterator[Root]:
        """What a handler or dependency, which may be a plain `def`, leaves to the loop when it is done."""
        for run in self._left_by(function):
            if run.how == "background" and run.function.is_async:
                yield Root(run.function, f"background task of {label}", "background task", run.receiver)
            elif run.how == "stream":
                yield Root(run.function, f"stream of {label}", "stream", run.receiver)

    def _left_by(self, function: Function) -> Iterator[Run]:
        """What a function and the plain ones that it calls leave to the loop."""
        seen = {function}
        waiting = [function]
        while waiting:
            for run in self._steps.runs(waiting.pop(), STEPS):
                yield run
                leaves = not run.function.is_async and self._leave_work.called_in(run.function.node)
                if leaves and run.function not in seen:
                    seen.add(run.function)
                    waiting.append(run.function)

    def _of_dependencies(self) -> Iterator[Root]:
        users: dict[Function, tuple[Callee, dict[str, None]]] = {}
        for route in self._routing.routes:
            for dependency in route.dependencies:
                callee = dependency.callee
                if callee.function is not None and callee.kind != "class":
                    users.setdefault(callee.function, (callee, {}))[1][_label(route)] = None
        for callee, labels in users.values():
            first = next(iter(labels))
            more = f" and {len(labels) - 1} more" if len(labels) > 1 else ""
            yield from self._of_callee(callee, f"dependency {callee.name} of {first}{more}", "dependency")
            if callee.function is not None and self._leave_work.called_in(callee.function.node):
                yield from self._started_by(callee.function, first)

    def _of_lifespan(self, registrar: Registrar) -> Iterator[Root]:
        if registrar.lifespan is not None:
            callee = self._routing.interpreter.described(registrar.lifespan.value)
            yield from self._of_callee(callee, "lifespan", "lifespan")
        for handler in registrar.event_handlers:
            callee = self._routing.interpreter.described(handler.handler)
            yield from self._of_callee(callee, f"{handler.event} handler {callee.name}", "lifespan")

    def _of_middleware(self, middleware: Middleware) -> Iterator[Root]:
        if isinstance(middleware.cls, Blueprint):
            cls = middleware.cls.cls
            is_http = self._inference.is_subclass(cls, [_HTTP_MIDDLEWARE])
            yield from self._of_method(cls, "dispatch" if is_http else "__call__")
        elif middleware.is_function:
            yield from self._of_middleware_function(middleware.cls)
        given = middleware.options.get("dispatch")
        if given is not None:
            yield from self._of_middleware_function(given.value)

    def _of_middleware_function(self, value: Value) -> Iterator[Root]:
        callee = self._routing.interpreter.described(value)
        yield from self._of_callee(callee, f"middleware {callee.name}", "middleware")

    def _of_class(self, cls: Class) -> Iterator[Root]:
        """Methods of classes whose objects Starlette makes and calls itself."""
        own = cls.body_scope.bindings
        if "dispatch" in own and self._inference.is_subclass(cls, [_HTTP_MIDDLEWARE]):
            yield from self._of_method(cls, "dispatch")
        for base, (kind, names) in _ENDPOINTS.items():
            if not own.keys().isdisjoint(names) and self._inference.is_subclass(cls, [base]):
                for name in names:
                    method = self._inference.member(Instance(cls), name)
                    if isinstance(method, Method) and method.function.is_async:
                        yield Root(method.function, f"{name} of endpoint {cls.name}", kind, cls)
        if "get_route_handler" in own and self._inference.is_subclass(cls, [_ROUTE]):
            maker = own["get_route_handler"][-1].symbol
            handler = self._decorated.returned_function(maker) if isinstance(maker, Function) else None
            if handler is not None and handler.is_async:
                yield Root(handler, f"routes of class {cls.name}", "middleware")

    def _of_method(self, cls: Class, name: str) -> Iterator[Root]:
        method = self._inference.member(Instance(cls), name)
        if isinstance(method, Method) and method.function.is_async:
            yield Root(method.function, f"middleware {cls.name}", "middleware", cls)

    def _of_callee(self, callee: Callee, label: str, kind: str) -> Iterator[Root]:
        """What of a callable runs on the loop: its async functions, and plain ones that an async wrapper calls."""
        for each in callee.alternatives:
            yield from self._of_callee(each, label, kind)
        if callee.function is None or not callee.is_async:
            return
        found = dict.fromkeys(each for each in (*callee.wrappers, callee.function) if each.is_async)
        running = self._decorated.running(callee.function)
        if set(callee.wrappers) <= set(
            running
        ):  # else it is wrapped by hand, and nobody knows how it is called
            found.update(dict.fromkeys(running))
        receiver = _class_of(callee.receiver)
        for function in found:
            yield Root(function, label, kind, receiver if function is callee.function else None)


def _class_of(receiver: Value | None) -> Class | None:
    if isinstance(receiver, Thing):
        return receiver.blueprint.cls
    return receiver.cls if isinstance(receiver, Blueprint) else None


def _label(route: Route) -> str:
    if route.kind == "websocket":
        return f"WEBSOCKET {route.path}"
    return f"{','.join(route.methods)} {route.path}"
