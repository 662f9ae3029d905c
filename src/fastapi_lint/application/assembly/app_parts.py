"""Middleware, exception handlers and event handlers of an app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import Arguments, Constant, Given, Unknown, Value
from fastapi_lint.application.registrars import (
    App,
    Certainty,
    EventHandler,
    ExceptionHandler,
    Middleware,
    Registrar,
)

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.interpreter import Interpreter


def add_middleware(interpreter: Interpreter, registrar: Registrar, arguments: Arguments) -> None:
    """`app.add_middleware(…)`."""
    if isinstance(registrar, App):
        cls = arguments.value(0, "middleware_class") or Unknown("its class is not known")
        registrar.added_middleware.append(middleware(cls, arguments.after(1), interpreter.certainty))


def middleware(
    cls: Value, arguments: Arguments, certainty: Certainty, *, is_function: bool = False
) -> Middleware:
    """A middleware with what its call gives it."""
    call, scope = arguments.call, arguments.environment.scope
    return Middleware(
        cls, dict(arguments.keywords), scope.module, call.line, call, scope, certainty, is_function
    )


def add_exception_handler(interpreter: Interpreter, registrar: Registrar, arguments: Arguments) -> None:
    """`app.add_exception_handler(…)`."""
    if isinstance(registrar, App):
        handler = arguments.value(1, "handler") or Unknown("its handler is not known")
        exception = arguments.get(0, "exc_class_or_status_code")
        registrar.exception_handlers.append(
            exception_handler(exception, handler, arguments, interpreter.certainty)
        )


def exception_handler(
    exception: Given | None, handler: Value, arguments: Arguments, certainty: Certainty
) -> ExceptionHandler:
    """A handler of an exception."""
    call, scope = arguments.call, arguments.environment.scope
    return ExceptionHandler(exception, handler, scope.module, call.line, call, scope, certainty)


def add_event_handler(interpreter: Interpreter, registrar: Registrar, arguments: Arguments) -> None:
    """`app.add_event_handler(…)`."""
    handler = arguments.value(1, "func") or Unknown("its handler is not known")
    note_event_handler(
        registrar, _plain_text(arguments.value(0, "event_type")), handler, "add_event_handler", arguments
    )


def note_event_handler(
    registrar: Registrar, event: str, handler: Value, how: str, arguments: Arguments
) -> None:
    """Keep a start-up or shutdown handler."""
    call, scope = arguments.call, arguments.environment.scope
    position = len(registrar.registrations)
    registrar.event_handlers.append(
        EventHandler(event, handler, how, scope.module, call.line, call, scope, position)
    )


def _plain_text(value: Value | None) -> str:
    return str(value.value) if isinstance(value, Constant) else ""


def decorate_part(
    interpreter: Interpreter, registrar: Registrar, name: str, options: Arguments, function: Value
) -> None:
    """`@app.middleware("http")`, `@app.exception_handler(…)`, `@app.on_event("startup")` above a function."""
    if name == "on_event":
        note_event_handler(registrar, _plain_text(options.value(0, "event_type")), function, name, options)
    elif isinstance(registrar, App) and name == "middleware":
        made = middleware(function, options, interpreter.certainty, is_function=True)
        registrar.added_middleware.append(made)
    elif isinstance(registrar, App):
        exception = options.get(0, "exc_class_or_status_code")
        made_handler = exception_handler(exception, function, options, interpreter.certainty)
        registrar.exception_handlers.append(made_handler)
