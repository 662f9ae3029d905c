"""FAL220 state-changing-get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.knowledge.effects import Effect
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.route_rule import RouteRule, shown
from fastapi_lint.rules.status_rule import change_trace
from fastapi_lint.rules.wording import words

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.effects import Change
    from fastapi_lint.application.routes import Route

_SAFE = ({"GET"}, {"GET", "HEAD"}, {"HEAD"})
_DOES = {Effect.CREATE: "adds", Effect.UPDATE: "updates", Effect.DELETE: "deletes"}
_BESIDE = frozenset(
    {"access", "audit", "cache", "ensure", "log", "metrics", "record", "touch", "track", "visit"}
)
"""Words in the names of functions that write something down beside what the request is about."""
_BY_LINK = frozenset({"authorize", "callback", "login", "logout", "oauth", "sso"})
"""Words in the names of handlers that a protocol wants to be reached by a link."""


class StateChangingGet(RouteRule):
    """
    ## What it does
    Reports GET routes whose handlers add, update or delete rows or documents, themselves or through a function of the
    project that they call. Functions that are named for logging, tracking, caching, or `get_or_create` are not
    followed; handlers that a login leads to (`callback`, `oauth` …) are left alone.

    ## Why it is bad
    GET is promised to be safe: browsers prefetch it, proxies cache it, crawlers and chat programs that show a preview
    follow every link, and clients repeat it. A link on another site is enough to have it executed with the
    cookies of a user.

    ## Use instead
    POST, PUT, PATCH or DELETE.
    """

    code = "FAL220"
    name = "state-changing-get"
    preset = Preset.STRICT

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Whether it changes something."""
        return _change(app, route) is not None

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report the first change."""
        for route in routes:
            change = _change(self.app, route)
            if change is not None:
                self.report(
                    node,
                    f"`{shown(route)}` {_DOES[change.effect]} data: prefetching, caches and links on other sites "
                    "trigger it or keep it from happening",
                    help="use POST, PUT, PATCH or DELETE",
                    trace=change_trace(change),
                )
                return


def _change(app: Application, route: Route) -> Change | None:
    function = route.function
    if function is None or route.kind != "http" or set(route.methods) not in _SAFE:
        return None
    if not _BY_LINK.isdisjoint(words(function.name)):
        return None
    for change in app.effects.of(function, depth=1):
        if change.effect in _DOES and not any(_is_beside(each.name) for each in change.functions):
            return change
    return None


def _is_beside(name: str) -> bool:
    found = set(words(name))
    return bool(found & _BESIDE) or {"get", "or"} <= found
