"""Making apps and routers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly import objects
from fastapi_lint.application.assembly.adding import EMPTY, add_ready_made, escape
from fastapi_lint.application.assembly.app_parts import exception_handler, note_event_handler
from fastapi_lint.application.assembly.app_parts import middleware as app_middleware
from fastapi_lint.application.assembly.containers import iterated
from fastapi_lint.application.assembly.values import (
    NONE,
    Arguments,
    Blueprint,
    Built,
    Constant,
    Element,
    Given,
    LibraryHandler,
    Listing,
    Table,
    Text,
    Unknown,
    text_of,
)
from fastapi_lint.application.members import external_mro
from fastapi_lint.application.registrars import (
    App,
    Certainty,
    Hop,
    Level,
    Registrar,
    Router,
    RouteRegistration,
)
from fastapi_lint.application.scopes import Class
from fastapi_lint.application.source_text import source_text
from fastapi_lint.knowledge.library_routers import LibraryRouter, library_routers

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter

_FRAMEWORK = ("fastapi", "starlette")
_CLASSES: dict[str, type[Registrar]] = {
    "FastAPI": App,
    "Starlette": App,
    "APIRouter": Router,
    "Router": Router,
}
LEVEL_OPTIONS = (
    "tags",
    "dependencies",
    "responses",
    "deprecated",
    "include_in_schema",
    "default_response_class",
    "generate_unique_id_function",
)


def library_class(interpreter: Interpreter, cls: static.External) -> type[Registrar] | None:
    """The kind of registrar that a library's class is, or derives from."""
    for base in external_mro(interpreter.inference, cls):
        if isinstance(base, static.External):
            kind = _CLASSES.get(base.last)
            if kind is not None and base.name.partition(".")[0] in _FRAMEWORK:
                return kind
    return None


def is_a(registrar: Registrar, name: str) -> bool:
    """Whether an app or router is an instance of the framework's class of that name."""
    if name in ("FastAPI", "Starlette"):
        return isinstance(registrar, App)
    return name in ("APIRouter", "Router") and isinstance(registrar, Router)


def make(
    interpreter: Interpreter,
    kind: type[Registrar],
    blueprint: Blueprint | None,
    arguments: Arguments,
    library_class: str = "",
) -> Registrar:
    """A new app or router."""
    call, scope = arguments.call, arguments.environment.scope
    made = kind(
        library_class=library_class,
        module=scope.module,
        call=call,
        line=call.line,
        scope=scope,
        blueprint=blueprint,
        arguments=arguments,
    )
    made.level = Level(Hop(made.module, made.line, source_text(call.func)), EMPTY)
    if scope.function is not None:
        made.factory = f"{scope.module.name}:{scope.function.qualname}()"
    interpreter.registrars.append(made)
    if blueprint is None or not objects.initialise(interpreter, made, blueprint, arguments):
        apply_options(interpreter, made, arguments)
    name = library_class or _library_base(interpreter, blueprint)
    known = library_routers().get(name)
    if known is not None:
        _add_own_routes(made, known, arguments)
    elif isinstance(made, App) and name and name.partition(".")[0] not in _FRAMEWORK:
        escape(made, f"its class `{name}` is a library's", arguments)
    return made


def _library_base(interpreter: Interpreter, blueprint: Blueprint | None) -> str:
    """The library's class that a class of the project derives from."""
    line = interpreter.inference.mro(blueprint.cls) if blueprint is not None else []
    return next((base.name for base in line if isinstance(base, static.External)), "")


def _add_own_routes(router: Registrar, known: LibraryRouter, arguments: Arguments) -> None:
    """The routes that a library's router has from the start."""
    path = text_of(arguments.value(known.position, known.keyword) or Constant(""))
    for each in known.handlers:
        methods = None if each.method == "websocket" else Listing([Element(Constant(each.method.upper()))])
        router.registrations.append(
            RouteRegistration(
                registrar=router,
                method=each.method,
                kind="http" if methods is not None else "websocket",
                path=path if path is not None else Text((Unknown("its path is not known"),)),
                methods=methods,
                endpoint=LibraryHandler(each.label),
                options={},
                own=router.level,
                module=router.module,
                line=router.line,
                call=None,
                inner_call=None,
                scope=router.scope,
                certainty=Certainty.SURE,
            )
        )


def apply_options(interpreter: Interpreter, registrar: Registrar, arguments: Arguments) -> None:
    """What `FastAPI.__init__` or `APIRouter.__init__` does with its arguments."""
    registrar.options.update(arguments.keywords)
    if arguments.rest is not None:
        if isinstance(registrar, Router) and "prefix" not in registrar.options:
            registrar.level = replace(registrar.level, prefix=Text((arguments.rest,)))
        escape(registrar, f"it is made with unknown arguments: {arguments.rest.reason}", arguments)
    for name in ("prefix", *LEVEL_OPTIONS):
        given = registrar.options.get(name)
        if given is not None and not (name == "prefix" and isinstance(registrar, App)):
            change_level(registrar, name, given)
    routes = registrar.options.get("routes")
    if routes is not None:
        add_ready_made(interpreter, registrar, routes.value, arguments)
    if isinstance(registrar, App):
        _apply_app_options(registrar, arguments)
    for event in ("startup", "shutdown"):
        handlers = registrar.options.get(f"on_{event}")
        if handlers is not None:
            for each in iterated(handlers.value)[0]:
                note_event_handler(registrar, event, each.value, "argument", arguments)


def _apply_app_options(app: App, arguments: Arguments) -> None:
    middleware = app.options.get("middleware")
    if middleware is not None:
        for each in iterated(middleware.value)[0]:
            if isinstance(each.value, Built):
                inner = each.value.arguments
                cls = inner.value(0, "cls") or Unknown("its class is not known")
                app.added_middleware.append(app_middleware(cls, inner, each.certainty))
        app.constructed_with = len(app.added_middleware)
    handlers = app.options.get("exception_handlers")
    if handlers is not None and isinstance(handlers.value, Table):
        for key, given in handlers.value.entries:
            exception = Given(key, given.node, given.environment)
            app.exception_handlers.append(
                exception_handler(exception, given.value, arguments, Certainty.SURE)
            )


def change_level(registrar: Registrar, name: str, given: Given) -> None:
    """Set one of the settings that apply to every route added from now on."""
    if name == "prefix":
        text = text_of(given.value)
        changed = replace(registrar.level, prefix=text or EMPTY)
    else:
        option: dict[str, Any] = {name: given if given.value != NONE else None}
        changed = replace(registrar.level, **option)
    registrar.level = changed


def class_kind(interpreter: Interpreter, cls: Class) -> type[Registrar] | None:
    """The kind of registrar whose class a class of the project derives from."""
    for base in interpreter.inference.mro(cls):
        if isinstance(base, static.External):
            kind = library_class(interpreter, base)
            if kind is not None:
                return kind
    return None
