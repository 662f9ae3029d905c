"""Attributes and methods that FastAPI's own classes give to apps and routers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly import objects
from fastapi_lint.application.assembly.adding import EMPTY, POSITIONAL, add_route, named_arguments
from fastapi_lint.application.assembly.app_parts import (
    add_event_handler,
    add_exception_handler,
    add_middleware,
    decorate_part,
)
from fastapi_lint.application.assembly.including import include_router
from fastapi_lint.application.assembly.making import LEVEL_OPTIONS, apply_options, change_level
from fastapi_lint.application.assembly.relevance import VERBS
from fastapi_lint.application.assembly.values import (
    NONE,
    UNKNOWN_TEXT,
    Arguments,
    Bound,
    Constant,
    Decorating,
    Element,
    Foreign,
    Given,
    LibraryMethod,
    Listing,
    RouteList,
    Routine,
    Unknown,
    Value,
)
from fastapi_lint.application.registrars import App, Escape, Level, Registrar, Router

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter

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

_PARTS = frozenset({"on_event", "middleware", "exception_handler"})
_DECORATORS = VERBS | _PARTS | {"api_route", "websocket", "route", "websocket_route"}
_ADDING = frozenset(POSITIONAL) - _DECORATORS


# Attributes


def read_attribute(registrar: Registrar, name: str) -> Value:
    """An attribute that FastAPI's classes give to an app or router."""
    if name in registrar.attributes:
        return registrar.attributes[name]
    if name in POSITIONAL or name in _METHODS:
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
    made.level = Level(app.level.hop, EMPTY)
    made.escapes.append(Escape("it documents webhooks", app.module, app.line, may_register=False))
    return made


def set_attribute(registrar: Registrar, name: str, given: Given) -> None:
    """`registrar.name = value`."""
    if name in ("prefix", *LEVEL_OPTIONS):
        change_level(registrar, name, given)
    elif name in ("routes", "router"):
        line = getattr(given.node, "line", registrar.line)
        registrar.escapes.append(Escape(f"its `{name}` is replaced", given.environment.scope.module, line))
    else:
        registrar.attributes[name] = given.value


# Methods


def call_method(interpreter: Interpreter, registrar: Registrar, name: str, arguments: Arguments) -> Value:
    """Call a method that the registrar has from FastAPI."""
    if name in _DECORATORS or name == UNKNOWN_TEXT:
        overridden = _override(interpreter, registrar, "api_route") if name in VERBS else None
        if overridden is not None:
            return interpreter.call(overridden, _with_methods(arguments, name))
        return Decorating(registrar, name, arguments)
    if name in _ADDING:
        endpoint = named_arguments(name, arguments).get("endpoint") or named_arguments(name, arguments).get(
            "app"
        )
        value = endpoint.value if endpoint is not None else Unknown("its endpoint is not known")
        add_route(interpreter, registrar, name, arguments, _FRONTEND if name == "frontend" else value)
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
    if name in _PARTS:
        decorate_part(interpreter, registrar, name, options, endpoint)
    else:
        override = (
            _override(interpreter, registrar, "add_api_route") if name in VERBS | {"api_route"} else None
        )
        if override is not None and isinstance(registrar, Router):
            _call_override(interpreter, override, name, options, arguments)
        else:
            add_route(interpreter, registrar, name, options, endpoint)
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


_METHODS: dict[str, Callable[[Interpreter, Registrar, Arguments], None]] = {
    "include_router": include_router,
    "add_middleware": add_middleware,
    "add_exception_handler": add_exception_handler,
    "add_event_handler": add_event_handler,
    **{name: lambda *_: None for name in _PARTS},
}
