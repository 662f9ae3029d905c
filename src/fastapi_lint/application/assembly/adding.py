"""Adding routes to an app or router."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.containers import iterated
from fastapi_lint.application.assembly.relevance import VERBS
from fastapi_lint.application.assembly.values import (
    NONE,
    UNKNOWN_TEXT,
    Arguments,
    Blueprint,
    Bound,
    Built,
    Constant,
    Element,
    Given,
    Listing,
    RouteList,
    Routine,
    Table,
    Text,
    Unknown,
    Value,
    ViewMethod,
    alternatives,
    text_of,
)
from fastapi_lint.application.registrars import (
    Certainty,
    Escape,
    Hop,
    Level,
    Registrar,
    Router,
    RouteRegistration,
)
from fastapi_lint.application.source_text import source_text

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter

EMPTY = Text(())

# The positional parameters of the registering methods, after `self`.
POSITIONAL: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(VERBS | {"api_route", "frontend"}, ("path",)),
    "websocket": ("path", "name"),
    "route": ("path", "methods", "name", "include_in_schema"),
    "websocket_route": ("path", "name"),
    "add_api_route": ("path", "endpoint"),
    "add_api_websocket_route": ("path", "endpoint", "name"),
    "add_route": ("path", "endpoint", "methods", "name", "include_in_schema"),
    "add_websocket_route": ("path", "endpoint", "name"),
    "mount": ("path", "app", "name"),
    "host": ("host", "app", "name"),
}
_KINDS = {
    "websocket": "websocket",
    "websocket_route": "websocket",
    "add_api_websocket_route": "websocket",
    "add_websocket_route": "websocket",
    "mount": "mount",
    "host": "mount",
    "frontend": "mount",
}
_STARLETTE = frozenset({"route", "websocket_route", "add_route", "add_websocket_route", "mount", "host"})
"""Methods that do not apply the router's own prefix, tags and dependencies."""


def named_arguments(method: str, arguments: Arguments) -> dict[str, Given]:
    """All arguments by name."""
    positional = dict(zip(POSITIONAL.get(method, ("path",)), arguments.positional, strict=False))
    return {**positional, **arguments.keywords}


def add_route(
    interpreter: Interpreter, registrar: Registrar, method: str, arguments: Arguments, endpoint: Value
) -> None:
    """Register a route with one of the registering methods, at every path it may have."""
    options = named_arguments(method, arguments)
    given = options.get("path") or options.get("host")
    paths = alternatives(given.value) if given is not None else (Unknown("its path is not known"),)
    with interpreter.under(Certainty.OPEN if len(paths) > 1 else Certainty.SURE):
        for path in paths:
            if not isinstance(path, (Routine, Bound)):  # as for `@router.get` without a call
                _add_route_at(interpreter, registrar, method, text_of(path), arguments, options, endpoint)


def _add_route_at(
    interpreter: Interpreter,
    registrar: Registrar,
    method: str,
    path: Text | None,
    arguments: Arguments,
    options: dict[str, Given],
    endpoint: Value,
) -> None:
    if method == "host":
        path = Text(("//", *(path.parts if path is not None else ())))
    methods: Value | None = options["methods"].value if "methods" in options else None
    if method in VERBS:
        methods = Listing([Element(Constant(method.upper()))])
    elif method == UNKNOWN_TEXT:
        methods = Unknown("its method is known only at run time")
    place, line, scope = interpreter.place_of(endpoint, arguments)
    registration = RouteRegistration(
        registrar=registrar,
        method=method,
        kind=_KINDS.get(method, "http"),
        path=path if path is not None else Text((Unknown("its path is not known"),)),
        methods=methods,
        endpoint=endpoint,
        options=options,
        own=None if method in _STARLETTE else registrar.level,
        module=scope.module,
        line=line,
        call=place,
        inner_call=arguments.call,
        scope=scope,
        certainty=interpreter.certainty,
        incomplete=arguments.rest.reason if arguments.rest is not None else None,
    )
    registrar.registrations.append(registration)
    if isinstance(endpoint, Registrar):
        endpoint.mounted_in.append(registration)
    callbacks = options.get("callbacks")
    if callbacks is not None and isinstance(callbacks.value, RouteList):
        reason = "its routes document callbacks"
        callbacks.value.registrar.escapes.append(Escape(reason, scope.module, line, may_register=False))


def escape(registrar: Registrar, reason: str, arguments: Arguments, *, may_register: bool = True) -> None:
    """Note on an app or router that a call may do more to it than is known."""
    module, line = arguments.environment.scope.module, arguments.call.line
    registrar.escapes.append(Escape(reason, module, line, may_register))


def let_escape(arguments: Arguments, *, may_register: bool = True) -> None:
    """Note on the apps and routers among some arguments that they go to code that is not followed."""
    for argument in arguments.values():
        for value in (argument, *_held(argument)):
            if isinstance(value, Registrar):
                escape(
                    value,
                    f"it is passed to `{source_text(arguments.call.func)}`",
                    arguments,
                    may_register=may_register,
                )


def _held(value: Value) -> list[Value]:
    """What a collection holds."""
    if isinstance(value, Listing):
        return [element.value for element in value.elements]
    return [given.value for _, given in value.entries] if isinstance(value, Table) else []


def add_ready_made(
    interpreter: Interpreter, registrar: Registrar, routes: Value, arguments: Arguments
) -> None:
    """Routes given as objects: `routes=[Route("/", home), Mount("/static", …)]`."""
    if isinstance(routes, RouteList):
        for each in routes.registrar.registrations:
            registrar.registrations.append(
                replace(each, registrar=registrar) if isinstance(each, RouteRegistration) else each
            )
        return
    elements, rest = iterated(routes)
    for element in elements:
        with interpreter.under(element.certainty):
            _add_object(interpreter, registrar, element.value, arguments)
    if rest is not None:
        escape(registrar, f"its routes are not all known: {rest.reason}", arguments)


_OBJECT_METHODS = {
    "Route": "add_route",
    "APIRoute": "add_api_route",
    "WebSocketRoute": "add_websocket_route",
    "APIWebSocketRoute": "add_api_websocket_route",
    "Mount": "mount",
    "Host": "host",
}


def _add_object(interpreter: Interpreter, registrar: Registrar, value: Value, arguments: Arguments) -> None:
    method = _OBJECT_METHODS.get(value.cls.rpartition(".")[2]) if isinstance(value, Built) else None
    if not isinstance(value, Built) or method is None:
        escape(registrar, f"`{source_text(arguments.call)}` adds routes that are not known", arguments)
        return
    inner = value.arguments
    named = named_arguments(method, inner)
    endpoint = named.get("endpoint") or named.get("app")
    if endpoint is None and method == "mount" and "routes" in named:
        sub = Router(
            module=inner.environment.scope.module,
            call=inner.call,
            line=inner.call.line,
            scope=inner.environment.scope,
            blueprint=None,
            arguments=inner,
            library_class="starlette.routing.Router",
        )
        sub.level = Level(Hop(sub.module, sub.line, "Mount"), EMPTY)
        interpreter.registrars.append(sub)
        add_ready_made(interpreter, sub, named["routes"].value, inner)
        target: Value = sub
    else:
        target = endpoint.value if endpoint is not None else Unknown("its endpoint is not known")
    before = len(registrar.registrations)
    add_route(interpreter, registrar, method, inner, target)
    # An object was made without the router: it gets nothing of the router's own settings.
    registrar.registrations[before:] = [
        replace(each, own=Level(each.own.hop, EMPTY))
        if isinstance(each, RouteRegistration) and each.own is not None
        else each
        for each in registrar.registrations[before:]
    ]


def change_routes(interpreter: Interpreter, registrar: Registrar, name: str, arguments: Arguments) -> Value:
    """A method of `router.routes`."""
    if name in ("append", "insert"):
        routes: Value = Listing([Element(given.value) for given in arguments.positional[-1:]])
    elif name == "extend":
        routes = arguments.value(0, "") or Unknown("")
    else:
        escape(registrar, f"`{source_text(arguments.call)}` changes its routes", arguments)
        return Unknown("")
    add_ready_made(interpreter, registrar, routes, arguments)
    return NONE


def make_view(interpreter: Interpreter, view: Blueprint) -> None:
    """Let the methods of a class that are registered already be called on an object that FastAPI makes."""
    for registrar in interpreter.registrars:
        for position, each in enumerate(registrar.registrations):
            if isinstance(each, RouteRegistration) and isinstance(each.endpoint, Routine):
                if each.endpoint.function.owner is view.cls:
                    method = ViewMethod(each.endpoint, view)
                    registrar.registrations[position] = replace(each, endpoint=method)
