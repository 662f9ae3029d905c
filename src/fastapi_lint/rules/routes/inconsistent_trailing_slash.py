"""FAL224 inconsistent-trailing-slash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import UNKNOWN_TEXT
from fastapi_lint.diagnostics import Severity
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.route_rule import RouteRule, shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.registrars import RouteRegistration
    from fastapi_lint.application.routes import Route


class InconsistentTrailingSlash(RouteRule):
    """
    ## What it does
    Reports routes whose path ends with a slash where most other routes of the same router end without one, or the other
    way round. A path that is nothing but a slash does not count, nor does one that is registered in both spellings.

    ## Why it is bad
    Who writes the path like its neighbours is redirected, with a 307 to an address that the server makes of the `Host`
    header: behind a proxy to the wrong scheme, for some clients without the body or the `Authorization` header.

    ## Use instead
    One spelling; without the slash, as most do.
    """

    code = "FAL224"
    name = "inconsistent-trailing-slash"
    severity = Severity.INFO
    preset = Preset.ALL

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Whether it differs from its neighbours."""
        return _neighbour(route) is not None

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report the route, with a neighbour that is written the other way."""
        neighbour = _neighbour(routes[0])
        if neighbour is None:
            return
        ends = str(routes[0].registration.path).endswith("/")
        self.report(
            node,
            f"`{shown(routes[0])}` ends {'with' if ends else 'without'} a slash, unlike `{neighbour.path}` and the "
            "other routes of the router",
            help=f"{'remove' if ends else 'add'} it",
        )


def _neighbour(route: Route) -> RouteRegistration | None:
    """A route of the same router that is written as most of them are, where this one is not."""
    own = route.registration
    if not _counts(own):
        return None
    siblings = {str(each.path): each for each in own.registrar.routes if _counts(each)}
    path = str(own.path)
    if (path[:-1] if path.endswith("/") else f"{path}/") in siblings:
        return None
    with_slash = [each for text, each in siblings.items() if text.endswith("/")]
    without = [each for text, each in siblings.items() if not text.endswith("/")]
    usual, ends = (with_slash, True) if len(with_slash) > len(without) else (without, False)
    return usual[0] if usual and path.endswith("/") is not ends else None


def _counts(registration: RouteRegistration) -> bool:
    path = str(registration.path)
    if registration.kind != "http" or registration.method == "frontend" or UNKNOWN_TEXT in path:
        return False
    return len(path) > 1 and not path.endswith(":path}")
