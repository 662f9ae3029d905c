"""FAL601 deprecated-on-event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.registrars import EventHandler, Registrar
    from fastapi_lint.diagnostics import Fix


class DeprecatedOnEvent(Rule):
    """
    ## What it does
    Reports start-up and shutdown handlers: `@app.on_event(…)`, `add_event_handler(…)`, `on_startup=`, `on_shutdown=`,
    on apps and routers.

    ## Why it is bad
    They are deprecated in favour of `lifespan`, and silently never run once the app has one. What is opened at the
    start cannot be closed at the end without a global, and a failing start-up skips the clean-up.

    ## Use instead
    One `lifespan`: an async context manager that does before `yield` what the start needs, and after it what the
    end needs.

    ## Fix
    Unsafe: writes a `lifespan` that calls the handlers of the app in the order in which they were registered. Not
    for routers, for handlers in other modules or under foreign decorators, and not where a lifespan exists.

    ## References
    - [Lifespan events](https://fastapi.tiangolo.com/advanced/events/)
    """

    code = "FAL601"
    name = "deprecated-on-event"
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Where handlers are registered."""
        return (Place(handler.module, handler.line) for _, handler in _event_handlers(app))

    def visit_Call(self, node: cst.Call) -> None:
        """A call that registers handlers."""
        call = self.call(node)
        found = [pair for pair in _event_handlers(self.app) if pair[1].call is call and call is not None]
        if found:
            registrar, handler = found[0]
            written = f"`{self.visit.code(node.func)}(…)`"
            if handler.how == "argument":
                written = f"`on_{handler.event}=` of `{registrar.kind}`"
            self.report(
                node,
                f"{written} is deprecated, and ignored as soon as the app has a lifespan",
                help="move it into a `lifespan` context manager",
                fix=self._lifespan(registrar),
            )

    def _lifespan(self, registrar: Registrar) -> Fix | None:
        from fastapi_lint.application.registrars import App
        from fastapi_lint.rules.lifespan_fix import lifespan_fix

        if not isinstance(registrar, App) or registrar.is_placeholder:
            return None
        return lifespan_fix(self.app.routing.interpreter, self.visit.file, registrar)


def _event_handlers(app: Application) -> Iterator[tuple[Registrar, EventHandler]]:
    for registrar in app.routing.interpreter.registrars:
        for handler in registrar.event_handlers:
            yield registrar, handler
