"""What FastAPI's own classes do: making apps and routers, adding routes to them, including one in another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly import objects
from fastapi_lint.application.assembly.expressions import iterated
from fastapi_lint.application.assembly.relevance import VERBS
from fastapi_lint.application.assembly.values import (
    NONE,
    UNKNOWN_TEXT,
    Arguments,
    Blueprint,
    Bound,
    Built,
    Choice,
    Constant,
    Decorating,
    Element,
    Foreign,
    Given,
    LibraryMethod,
    Listing,
    RouteList,
    Routine,
    Table,
    Text,
    Unknown,
    Value,
    alternatives,
    text_of,
)
from fastapi_lint.application.registrars import (
    App,
    Certainty,
    EventHandler,
    ExceptionHandler,
    Hop,
    Inclusion,
    Level,
    Middleware,
    Registrar,
    Router,
    RouteRegistration,
)
from fastapi_lint.application.scopes import Class
from fastapi_lint.application.source_text import source_text

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter

_CLASSES: dict[str, type[Registrar]] = {
    "FastAPI": App,
    "Starlette": App,
    "APIRouter": Router,
    "Router": Router,
}
_LEVEL_OPTIONS = (
    "tags",
    "dependencies",
    "responses",
    "deprecated",
    "include_in_schema",
    "default_response_class",
    "generate_unique_id_function",
)
_EMPTY = Text(())
_FRONTEND = Foreign(static.External("fastapi.routing._FrontendStaticFiles"))
"""What answers for `frontend()`."""

_APP_DEFAULTS = {
    "title": "FastAPI",
    "version": "0.1.0",
    "openapi_url": "/openapi.json",
    "docs_url": "/docs",
    "redoc_url": "/redoc",
    "swagger_ui_oauth2_redirect_url": "/docs/oauth2-redirect",
    "root_path": "",
}

# The positional parameters of the registering methods, after `self`.
_POSITIONAL: dict[str, tuple[str, ...]] = {
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
_DECORATORS = VERBS | {
    "api_route",
    "websocket",
    "route",
    "websocket_route",
    "on_event",
    "middleware",
    "exception_handler",
}
_ADDING = frozenset(_POSITIONAL) - _DECORATORS


def framework_class(name: str) -> type[Registrar] | None:
    """The kind of registrar that a library's class is."""
    package, _, _ = name.partition(".")
    kind = _CLASSES.get(name.rpartition(".")[2])
    return kind if package in ("fastapi", "starlette") else None


def is_a(registrar: Registrar, name: str) -> bool:
    """Whether an app or router is an instance of the framework's class of that name."""
    if name in ("FastAPI", "Starlette"):
        return isinstance(registrar, App)
    return name in ("APIRouter", "Router") and isinstance(registrar, Router)


# Making


def make(
    interpreter: Interpreter, kind: type[Registrar], blueprint: Blueprint | None, arguments: Arguments
) -> Registrar:
    """A new app or router."""
    call, scope = arguments.call, arguments.environment.scope
    made = kind(
        module=scope.module, call=call, line=call.line, scope=scope, blueprint=blueprint, arguments=arguments
    )
    made.level = Level(Hop(made.module, made.line, source_text(call.func)), _EMPTY)
    if scope.function is not None:
        made.factory = f"{scope.module.name}:{scope.function.qualname}()"
    interpreter.registrars.append(made)
    if blueprint is None or not objects.initialise(interpreter, made, blueprint, arguments):
        apply_options(interpreter, made, arguments)
    return made


def apply_options(interpreter: Interpreter, registrar: Registrar, arguments: Arguments) -> None:
    """What `FastAPI.__init__` or `APIRouter.__init__` does with its arguments."""
    registrar.options.update(arguments.keywords)
    if arguments.rest is not None:
        if isinstance(registrar, Router) and "prefix" not in registrar.options:
            registrar.level = replace(registrar.level, prefix=Text((arguments.rest,)))
        registrar.escapes.append(f"it is made with unknown arguments: {arguments.rest.reason}")
    for name in ("prefix", *_LEVEL_OPTIONS):
        given = registrar.options.get(name)
        if given is not None and not (name == "prefix" and isinstance(registrar, App)):
            _change_level(registrar, name, given)
    routes = registrar.options.get("routes")
    if routes is not None:
        _add_ready_made(interpreter, registrar, routes.value, arguments)
    if isinstance(registrar, App):
        _apply_app_options(registrar, arguments)
    for event in ("startup", "shutdown"):
        handlers = registrar.options.get(f"on_{event}")
        if handlers is not None:
            for each in iterated(handlers.value)[0]:
                _add_event_handler(registrar, event, each.value, "argument", arguments)


def _apply_app_options(app: App, arguments: Arguments) -> None:
    middleware = app.options.get("middleware")
    if middleware is not None:
        for each in iterated(middleware.value)[0]:
            if isinstance(each.value, Built):
                inner = each.value.arguments
                cls = inner.value(0, "cls") or Unknown("its class is not known")
                app.added_middleware.append(_middleware(cls, inner, each.certainty))
        app.constructed_with = len(app.added_middleware)
    handlers = app.options.get("exception_handlers")
    if handlers is not None and isinstance(handlers.value, Table):
        for key, given in handlers.value.entries:
            exception = Given(key, given.node, given.environment)
            app.exception_handlers.append(
                _exception_handler(exception, given.value, arguments, Certainty.SURE)
            )


def _change_level(registrar: Registrar, name: str, given: Given) -> None:
    if name == "prefix":
        text = text_of(given.value)
        changed = replace(registrar.level, prefix=text or _EMPTY)
    else:
        option: dict[str, Any] = {name: given if given.value != NONE else None}
        changed = replace(registrar.level, **option)
    registrar.level = changed


# Attributes


def read_attribute(registrar: Registrar, name: str) -> Value:
    """An attribute that FastAPI's classes give to an app or router."""
    if name in registrar.attributes:
        return registrar.attributes[name]
    if name in _POSITIONAL or name in _METHODS:
        return LibraryMethod(registrar, name)
    if name == "router":
        return registrar
    if name == "routes":
        return RouteList(registrar)
    if name == "prefix":
        text = registrar.level.prefix
        return text if any(text.unknowns) else Constant(str(text))
    if name == "__class__" and registrar.blueprint is not None:
        return registrar.blueprint
    given = registrar.options.get(name)
    if given is not None:
        return given.value
    if isinstance(registrar, App):
        if name in _APP_DEFAULTS:
            return Constant(_APP_DEFAULTS[name])
        if name == "webhooks":
            return registrar.attributes.setdefault(name, _webhooks(registrar))
    return LibraryMethod(registrar, name) if name == "__init__" else Unknown("")


def _webhooks(app: App) -> Router:
    """What `app.webhooks` holds: routes that OpenAPI shows and nothing serves."""
    made = Router(
        module=app.module, call=app.call, line=app.line, scope=app.scope, blueprint=None, arguments=None
    )
    made.level = Level(app.level.hop, _EMPTY)
    made.escapes.append("it documents webhooks")
    return made


def set_attribute(registrar: Registrar, name: str, given: Given) -> None:
    """`registrar.name = value`."""
    if name in ("prefix", *_LEVEL_OPTIONS):
        _change_level(registrar, name, given)
    elif name in ("routes", "router"):
        registrar.escapes.append(f"its `{name}` is replaced")
    else:
        registrar.attributes[name] = given.value


def change_routes(interpreter: Interpreter, registrar: Registrar, name: str, arguments: Arguments) -> Value:
    """A method of `router.routes`."""
    if name in ("append", "insert"):
        routes: Value = Listing([Element(given.value) for given in arguments.positional[-1:]])
    elif name == "extend":
        routes = arguments.value(0, "") or Unknown("")
    else:
        registrar.escapes.append(f"`{source_text(arguments.call)}` changes its routes")
        return Unknown("")
    _add_ready_made(interpreter, registrar, routes, arguments)
    return NONE


# Methods


def call_method(interpreter: Interpreter, registrar: Registrar, name: str, arguments: Arguments) -> Value:
    """Call a method that the registrar has from FastAPI."""
    if name in _DECORATORS or name == UNKNOWN_TEXT:
        overridden = _override(interpreter, registrar, "api_route") if name in VERBS else None
        if overridden is not None:
            return interpreter.call(overridden, _with_methods(arguments, name))
        return Decorating(registrar, name, arguments)
    if name in _ADDING:
        endpoint = _named(name, arguments).get("endpoint") or _named(name, arguments).get("app")
        value = endpoint.value if endpoint is not None else Unknown("its endpoint is not known")
        _add_route(interpreter, registrar, name, arguments, _FRONTEND if name == "frontend" else value)
        return NONE
    method = _METHODS.get(name)
    if method is not None:
        method(interpreter, registrar, arguments)
        return NONE
    if name == "__init__":
        apply_options(interpreter, registrar, arguments)
        return NONE
    return Unknown("")


def decorate(interpreter: Interpreter, decorating: Decorating, arguments: Arguments) -> Value:
    """Register the function that `@router.get(…)` stands above."""
    endpoint = arguments.value(0, "func") or Unknown("its handler is not known")
    registrar, name, options = decorating.registrar, decorating.method, decorating.arguments
    if name == "on_event":
        event = options.value(0, "event_type")
        _add_event_handler(registrar, _plain(event), endpoint, "on_event", options)
    elif name == "middleware":
        if isinstance(registrar, App):
            registrar.added_middleware.append(
                _middleware(endpoint, options, interpreter.certainty, is_function=True)
            )
    elif name == "exception_handler":
        if isinstance(registrar, App):
            exception = options.get(0, "exc_class_or_status_code")
            registrar.exception_handlers.append(
                _exception_handler(exception, endpoint, options, interpreter.certainty)
            )
    else:
        override = (
            _override(interpreter, registrar, "add_api_route") if name in VERBS | {"api_route"} else None
        )
        if override is not None and isinstance(registrar, Router):
            _call_override(interpreter, override, name, options, arguments)
        else:
            _add_route(interpreter, registrar, name, options, endpoint)
    return endpoint


def _override(interpreter: Interpreter, registrar: Registrar, name: str) -> Bound | None:
    """The project's own version of a method, unless it is what runs already."""
    if registrar.blueprint is None:
        return None
    found = objects.class_attribute(interpreter, registrar.blueprint, name)
    if isinstance(found, Routine) and all(
        frame.function is not found.function for frame in interpreter.frames
    ):
        return Bound(found, registrar)
    return None


def _with_methods(arguments: Arguments, verb: str) -> Arguments:
    result = arguments.after(0)
    methods = Listing([Element(Constant(verb.upper()))])
    result.keywords["methods"] = Given(methods, arguments.call, arguments.environment)
    return result


def _call_override(
    interpreter: Interpreter, override: Bound, name: str, options: Arguments, arguments: Arguments
) -> None:
    whole = _with_methods(options, name) if name in VERBS else options.after(0)
    whole.positional = [*whole.positional[:1], *arguments.positional[:1]]
    if not options.positional and "path" in options.keywords:
        whole.keywords["endpoint"] = arguments.positional[0]
        whole.positional = []
    interpreter.call(override, whole)


def _named(method: str, arguments: Arguments) -> dict[str, Given]:
    """All arguments by name."""
    positional = dict(zip(_POSITIONAL.get(method, ("path",)), arguments.positional, strict=False))
    return {**positional, **arguments.keywords}


def _add_route(
    interpreter: Interpreter, registrar: Registrar, method: str, arguments: Arguments, endpoint: Value
) -> None:
    options = _named(method, arguments)
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
        callbacks.value.registrar.escapes.append("its routes document callbacks")


def _add_ready_made(
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
        registrar.escapes.append(f"its routes are not all known: {rest.reason}")


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
        registrar.escapes.append(f"`{source_text(arguments.call)}` adds routes that are not known")
        return
    inner = value.arguments
    named = _named(method, inner)
    endpoint = named.get("endpoint") or named.get("app")
    if endpoint is None and method == "mount" and "routes" in named:
        sub = Router(
            module=inner.environment.scope.module,
            call=inner.call,
            line=inner.call.line,
            scope=inner.environment.scope,
            blueprint=None,
            arguments=inner,
        )
        sub.level = Level(Hop(sub.module, sub.line, "Mount"), _EMPTY)
        interpreter.registrars.append(sub)
        _add_ready_made(interpreter, sub, named["routes"].value, inner)
        target: Value = sub
    else:
        target = endpoint.value if endpoint is not None else Unknown("its endpoint is not known")
    before = len(registrar.registrations)
    _add_route(interpreter, registrar, method, inner, target)
    added = registrar.registrations[before:]
    registrar.registrations[before:] = [
        replace(each, own=None) if isinstance(each, RouteRegistration) else each for each in added
    ]


# Inclusion


def _include_router(interpreter: Interpreter, registrar: Registrar, arguments: Arguments) -> None:
    given = arguments.get(0, "router")
    value = given.value if given is not None else Unknown("no router is given")
    found = [each for each in alternatives(value) if isinstance(each, Registrar)]
    if not found:
        if isinstance(value, Constant) or (
            isinstance(value, Choice) and all(v == NONE for v in value.values)
        ):
            return
        text = source_text(given.node) if given is not None else "…"
        reason = value.reason if isinstance(value, Unknown) and value.reason else ""
        _include(
            interpreter, registrar, None, reason or f"`{text}` is not a router of the project", arguments
        )
        return
    with interpreter.under(Certainty.OPEN if len(alternatives(value)) > 1 else Certainty.SURE):
        for router in found:
            _include(interpreter, registrar, router, "", arguments)


def _include(
    interpreter: Interpreter,
    registrar: Registrar,
    router: Registrar | None,
    reason: str,
    arguments: Arguments,
) -> None:
    prefix = arguments.value(None, "prefix")
    if prefix is None:
        prefix = arguments.rest if arguments.rest is not None else Constant("")
    with interpreter.under(Certainty.OPEN if len(alternatives(prefix)) > 1 else Certainty.SURE):
        for each in alternatives(prefix):
            _include_at(interpreter, registrar, router, text_of(each) or _EMPTY, reason, arguments)


def _include_at(
    interpreter: Interpreter,
    registrar: Registrar,
    router: Registrar | None,
    prefix: Text,
    reason: str,
    arguments: Arguments,
) -> None:
    call, scope = arguments.call, arguments.environment.scope
    options = {
        name: given
        for name in _LEVEL_OPTIONS
        if (given := arguments.keywords.get(name)) is not None and given.value != NONE
    }
    inclusion = Inclusion(
        registrar=registrar,
        router=router,  # type: ignore[arg-type]  # an app's router is the app itself here
        reason=reason,
        level=Level(Hop(scope.module, call.line, source_text(call)), prefix, **options),
        parent=registrar.level,
        size=len(router.registrations) if router is not None else 0,
        module=scope.module,
        line=call.line,
        call=call,
        scope=scope,
        certainty=interpreter.certainty,
    )
    registrar.registrations.append(inclusion)
    if router is not None:
        router.included_in.append(inclusion)


# Middleware, exception and event handlers


def _add_middleware(interpreter: Interpreter, registrar: Registrar, arguments: Arguments) -> None:
    if isinstance(registrar, App):
        cls = arguments.value(0, "middleware_class") or Unknown("its class is not known")
        registrar.added_middleware.append(_middleware(cls, arguments.after(1), interpreter.certainty))


def _middleware(
    cls: Value, arguments: Arguments, certainty: Certainty, *, is_function: bool = False
) -> Middleware:
    call, scope = arguments.call, arguments.environment.scope
    return Middleware(
        cls, dict(arguments.keywords), scope.module, call.line, call, scope, certainty, is_function
    )


def _add_exception_handler(interpreter: Interpreter, registrar: Registrar, arguments: Arguments) -> None:
    if isinstance(registrar, App):
        handler = arguments.value(1, "handler") or Unknown("its handler is not known")
        exception = arguments.get(0, "exc_class_or_status_code")
        registrar.exception_handlers.append(
            _exception_handler(exception, handler, arguments, interpreter.certainty)
        )


def _exception_handler(
    exception: Given | None, handler: Value, arguments: Arguments, certainty: Certainty
) -> ExceptionHandler:
    call, scope = arguments.call, arguments.environment.scope
    return ExceptionHandler(exception, handler, scope.module, call.line, call, scope, certainty)


def _register_event_handler(interpreter: Interpreter, registrar: Registrar, arguments: Arguments) -> None:
    handler = arguments.value(1, "func") or Unknown("its handler is not known")
    _add_event_handler(
        registrar, _plain(arguments.value(0, "event_type")), handler, "add_event_handler", arguments
    )


def _add_event_handler(
    registrar: Registrar, event: str, handler: Value, how: str, arguments: Arguments
) -> None:
    call, scope = arguments.call, arguments.environment.scope
    position = len(registrar.registrations)
    registrar.event_handlers.append(
        EventHandler(event, handler, how, scope.module, call.line, call, scope, position)
    )


def _plain(value: Value | None) -> str:
    return str(value.value) if isinstance(value, Constant) else ""


_METHODS: dict[str, Callable[[Interpreter, Registrar, Arguments], None]] = {
    "include_router": _include_router,
    "add_middleware": _add_middleware,
    "add_exception_handler": _add_exception_handler,
    "add_event_handler": _register_event_handler,
    **{name: lambda *_: None for name in ("on_event", "middleware", "exception_handler")},
}


def class_kind(interpreter: Interpreter, cls: Class) -> type[Registrar] | None:
    """The kind of registrar whose class a class of the project derives from."""
    for base in interpreter.inference.mro(cls):
        if isinstance(base, static.External):
            kind = framework_class(base.name)
            if kind is not None:
                return kind
    return None
