"""The model of a project after an edit in the body of one function.

What such an edit cannot change is taken over, and what it changes rarely and is expensive to work out: which
functions answer requests, what handlers open themselves. Everything else is worked out again for the edited file.
"""

from __future__ import annotations

from collections.abc import Collection

from fastapi_lint.application.application import Application
from fastapi_lint.application.names import all_definitions
from fastapi_lint.application.scopes import Class, Function

_TAKEN_OVER = (
    "routing",
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


def concerns_others(application: Application, function: Function) -> bool:
    """Whether routes, or what other functions are, may follow from the body of a function.

    An edit there changes the whole model.
    """
    interpreter = application.routing.interpreter
    interpreter.relevance.forget(function)
    if function in interpreter.called or interpreter.relevance.registers(function):
        return True
    inner = defined_in(function)
    return (
        any(isinstance(each, Class) for each in all_definitions(function.body_scope))
        or not application.routing.answering.isdisjoint(inner)
        or application.event_loop.decorated.replaces_by(inner)
    )


def defined_in(function: Function) -> frozenset[Function]:
    """The functions defined in the body of a function, to any depth."""
    return frozenset(each for each in all_definitions(function.body_scope) if isinstance(each, Function))


def after_edit(application: Application, function: Function, gone: Collection[Function]) -> Application:
    """The model when the body of a function is new: about that file alone.

    The given model must not be asked any more.

    Args:
        application: the model before.
        function: it has its new body.
        gone: the functions that its old body defined.
    """
    application.inference.forget(function)
    application.routing.security.forget(function)
    application.event_loop.follow_edit(function, gone, defined_in(function))
    edited = application.narrowed(function.module.path)
    for part in _TAKEN_OVER:
        if part in vars(application):
            vars(edited)[part] = getattr(application, part)
    return edited
