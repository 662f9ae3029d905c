"""FAL217 creation-status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.returned import Nature, origins
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Class
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.effects import Effect
from fastapi_lint.rules.route_rule import shown
from fastapi_lint.rules.status_rule import StatusRule, change_trace
from fastapi_lint.rules.wording import words

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.effects import Change
    from fastapi_lint.application.routes import Route
    from fastapi_lint.diagnostics import TraceStep

_FIRST = frozenset({"create", "insert", "new", "register", "signup"})
_ANYWHERE = frozenset({"create", "register", "signup"})
_NOT_ONLY = frozenset({"get", "or", "replace", "set", "sync", "update", "upsert"})
"""Words of names that say that there may be nothing new."""


class CreationStatus(StatusRule):
    """
    ## What it does
    Reports POST routes that create something, return data and answer 200: the handler is named for it (`create_…`,
    `register_…`) and adds a row or document, itself or through functions of the project; or it returns the very
    object that it adds.

    ## Why it is bad
    200 says that a request was carried out, 201 that something exists now that did not before. Clients, caches and
    generated code go by the status; and OpenAPI documents the wrong one.

    ## Use instead
    `status_code=201` in the decorator.

    ## Fix
    Unsafe: adds it. Clients that compare with 200 have to be changed.

    ## References
    - [FastAPI: Response Status Code](https://fastapi.tiangolo.com/tutorial/response-status-code/)
    """

    code = "FAL217"
    name = "creation-status"
    status = 201
    method = "POST"

    @classmethod
    def deserves(cls, app: Application, route: Route) -> bool:
        """Whether its handler creates something."""
        returned = app.responses.returned(route)
        if not returned or all(each.nature is Nature.NOTHING for each in returned):
            return False
        return _creation(app, route) is not None

    def message(self, route: Route) -> str:
        """What it creates."""
        change = _creation(self.app, route)
        made = _made(self.app, change) if change is not None else None
        is_meant = made is not None and made.lower() in route.handler.name.replace("_", "").lower()
        what = f"a new `{made}`" if is_meant else "something new"
        return f"`{shown(route)}` creates {what} and answers 200, not 201"

    def trace(self, route: Route) -> Iterator[TraceStep]:
        """The way to what adds it."""
        change = _creation(self.app, route)
        if change is not None:
            yield from change_trace(change)


def _creation(app: Application, route: Route) -> Change | None:
    """What adds the new object."""
    function = route.function
    if function is None:
        return None
    is_named = _is_creator(function.name)
    for change in app.effects.of(function) if is_named else app.effects.direct(function):
        if change.effect is not Effect.CREATE or any(
            not _NOT_ONLY.isdisjoint(words(each.name)) for each in change.functions
        ):
            continue
        if is_named or _returns_added(app, route, change):
            return change
    return None


def _is_creator(name: str) -> bool:
    """Whether a function is named for creating something, and for nothing else."""
    found = words(name)
    if not found or not _NOT_ONLY.isdisjoint(found):
        return False
    return found[0] in _FIRST or not _ANYWHERE.isdisjoint(found)


def _returns_added(app: Application, route: Route, change: Change) -> bool:
    """Whether the handler returns the object that it has made and added."""
    added = change.call.args[0] if len(change.call.args) == 1 else None
    if not isinstance(added, nodes.Name) or _made(app, change) is None:
        return False
    found = [each.node for each in app.responses.returned(route) if each.nature is not Nature.NOTHING]
    return bool(found) and all(isinstance(each, nodes.Name) and each.id == added.id for each in found)


def _made(app: Application, change: Change) -> str | None:
    """The class of the object that a call adds, if it is made there."""
    if change.through:
        change.function.reveal(SOMETHING)
    scope = change.function.body_scope
    for node in change.call.args[:1]:
        made = [
            app.inference.infer(each.func, where) if isinstance(each, nodes.Call) else None
            for each, where in origins(node, scope)
        ]
        if len(made) == 1 and isinstance(made[0], Class):
            return made[0].name
    return None
