"""FAL313 same-model-in-and-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.metadata import Preset
from fastapi_lint.rules.route_rule import RouteRule, shown
from fastapi_lint.rules.traces import definition_step
from fastapi_lint.rules.wording import listed

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route


class SameModelInAndOut(RouteRule):
    """
    ## What it does
    Reports a model that routes answer with and that clients send too, where it has fields which the server sets (`id`,
    `created_at`); and the other way round, a model for requests, such as `UserCreate`, as the answer.

    Models without such fields, tables, and the `id` in a `PUT` are left alone.

    ## Why it is bad
    Clients may set what is the server's to set: an `id` that exists already, a date of creation in the past. Or the
    answer lacks the `id` by which the new object could be found again.

    ## Use instead
    Two models with a common base: `BookCreate` with what clients send, `Book` with the rest.

    ## References
    - [FastAPI: Extra Models](https://fastapi.tiangolo.com/tutorial/extra-models/)
    """

    code = "FAL313"
    name = "same-model-in-and-out"
    preset = Preset.STRICT

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Whether one model is too few there."""
        return route in app.reused_models.by_route

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report the registration."""
        for route in routes:
            reused = self.app.reused_models.by_route.get(route)
            if reused is None:
                continue
            cls = reused.model.cls
            if reused.settable:
                fields = listed(reused.settable)
                message = f"clients of `{shown(route)}` may set {fields} of `{cls.name}`, a model of answers"
                advice = f"take a model of its own for requests, without {fields}"
            else:
                message = f"`{shown(route)}` sends a `{cls.name}`, a model of requests: it lacks what the server adds"
                advice = "declare a model of its own for the answer"
            step = definition_step(cls, f"`{cls.name}` is defined here")
            self.report(node, message, help=advice, trace=(step,))
            return
