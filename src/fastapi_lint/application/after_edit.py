"""The model of a project after an edit in the body of one function.

What such an edit cannot change is taken over, and what it changes rarely and is expensive to work out: which
functions answer requests, what handlers open themselves. Everything else is worked out again for the edited file.
"""

from __future__ import annotations

from fastapi_lint.application.application import Application
from fastapi_lint.application.scopes import Function

_TAKEN_OVER = (
    "routing",
    "models",
    "event_loop",
    "route_conflicts",
    "repeated_dependencies",
    "unprotected_routes",
    "class_relations",
    "overrides",
    "answering_functions",
    "opened_resources",
    "rejections",
    "frozen_defaults",
)


def is_executed(application: Application, function: Function) -> bool:
    """Whether routes may follow from what the body of a function does: such an edit changes the whole model."""
    interpreter = application.routing.interpreter
    interpreter.relevance.forget(function)
    return function in interpreter.called or interpreter.relevance.registers(function)


def after_edit(application: Application, function: Function) -> Application:
    """The model when the body of a function, which its node has already, is new: about that file alone.

    The given model must not be asked any more.
    """
    function.forget_body()
    application.inference.forget(function)
    application.routing.security.forget(function)
    application.event_loop.follow_edit(function)
    edited = application.narrowed(function.module.path)
    for part in _TAKEN_OVER:
        if part in vars(application):
            vars(edited)[part] = getattr(application, part)
    return edited
