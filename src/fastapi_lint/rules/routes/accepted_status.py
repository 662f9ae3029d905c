"""FAL219 accepted-status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Class
from fastapi_lint.application.values import External
from fastapi_lint.diagnostics import Severity
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.effects import Effect
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.route_rule import shown
from fastapi_lint.rules.status_rule import StatusRule, change_trace

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.diagnostics import TraceStep

_BESIDE = ("builtins.", "datetime.", "logging.", "uuid.", "fastapi.HTTPException")
"""What a handler may call that only leaves work to be done."""


class AcceptedStatus(StatusRule):
    """
    ## What it does
    Reports POST routes whose handlers only leave work to be done later, as a background task or in a queue, and
    that answer 200.

    ## Why it is bad
    200 says that it is done. It is not, and may fail: 202 tells a client to come back.

    ## Use instead
    `status_code=202` in the decorator, and something by which the client finds the result.

    ## Fix
    Unsafe: adds it. Clients that compare with 200 have to be changed.
    """

    code = "FAL219"
    name = "accepted-status"
    severity = Severity.INFO
    preset = Preset.ALL
    status = 202
    method = "POST"

    @classmethod
    def deserves(cls, app: Application, route: Route) -> bool:
        """Whether its handler leaves work to be done, and does nothing beside."""
        function = route.function
        return function is not None and _only_enqueues(app, function)

    def message(self, route: Route) -> str:
        """What is not done yet."""
        return f"`{shown(route)}` only leaves work to be done later, and answers 200 as if it were done"

    def trace(self, route: Route) -> Iterator[TraceStep]:
        """Where it does."""
        for change in self.app.effects.direct(route.function) if route.function is not None else ():
            yield from change_trace(change)


def _only_enqueues(app: Application, function: Function) -> bool:
    changes = app.effects.direct(function)
    if not changes or any(change.effect is not Effect.ENQUEUE for change in changes):
        return False
    enqueuing = {change.call for change in changes}
    return all(call in enqueuing or _is_harmless(app, call, function) for call in function.calls)


def _is_harmless(app: Application, call: nodes.Call, function: Function) -> bool:
    """Whether a call only makes values, or writes to the log."""
    target = app.inference.infer(call.func, function.body_scope)
    if isinstance(target, Class):
        return app.models.of(target) is not None
    name = app.inference.name_of(target)
    if isinstance(target, External) and app.inference.externals.is_class(target.name):
        return True
    return name is not None and name.startswith(_BESIDE)
