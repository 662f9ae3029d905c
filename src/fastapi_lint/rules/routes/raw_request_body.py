"""FAL216 raw-request-body."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.route_rule import shown
from fastapi_lint.rules.wording import listed

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application


class RawRequestBody(Rule):
    """
    ## What it does
    Reports `await request.json()`, `request.form()` and `request.body()` in handlers and dependencies that take
    certain fields of it, or make a model of it. Left alone are functions that check a signature, webhooks, functions
    that look at the content type, bodies that are handed on as a whole, and models that are made in a `try`, for an
    answer of one's own to what does not fit.

    ## Why it is bad
    It is what FastAPI does for a declared parameter, without the rest: unless the function sees to it, a body that is
    no JSON, or lacks a field, is a 500 and not a 422 that says what is wrong. OpenAPI shows no body.

    ## Use instead
    A Pydantic model as parameter; for a form `Annotated[str, Form()]`, or a model with `Form()`.
    """

    code = "FAL216"
    name = "raw-request-body"
    preset = Preset.STRICT

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The calls that read."""
        return (Place(each.function.module, each.call.line) for each in app.raw_bodies.values())

    def visit_Call(self, node: cst.Call) -> None:
        """A call, perhaps of `request.json`."""
        call = self.call(node)
        found = self.app.raw_bodies.get(call) if call is not None else None
        if found is None:
            return
        name, route = found.function.name, shown(found.reading.routes[0])
        taken = f"takes {listed(found.keys)} from" if found.keys else "makes a model of"
        what = "form" if found.is_form else "body"
        advice = "declare the fields with `Form()`" if found.is_form else "take a Pydantic model as parameter"
        self.report(
            node,
            f"`{name}` {taken} the raw {what} of `{route}`: FastAPI neither validates nor documents it",
            help=advice,
        )
