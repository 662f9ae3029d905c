"""The names by which `url_for` finds routes, and the variables it wants for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import UNKNOWN_TEXT
from fastapi_lint.application.registrars import App

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.registrars import Registrar
    from fastapi_lint.application.routes import Route

BUILT_IN = frozenset({"openapi", "redoc_html", "swagger_ui_html", "swagger_ui_redirect"})
"""What FastAPI registers itself."""


class RouteNames:
    """All names of one project: it is not asked which application is looked in."""

    def __init__(self, application: Application) -> None:
        self.routes: dict[str, list[Route]] = {}
        for route in application.routes:
            self.routes.setdefault(route.name, []).append(route)
        self.mounts = {route.name for route in application.routes if route.kind == "mount"}
        """Names of mounts: `static` is found with a path, `admin:index` within the mounted application."""
        self.is_complete = bool(application.apps) and not any(_gaps(application))
        """Whether no route is registered that is not known."""

    def find(self, name: str) -> list[Route]:
        """The routes of that name."""
        return self.routes.get(name, [])

    def may_exist(self, name: str, given: frozenset[str] | None) -> bool:
        """Whether there is such a name, or may be one within a mounted application. `given` are the variables."""
        if UNKNOWN_TEXT in self.mounts and (":" in name or given is None or "path" in given):
            return True
        return name in self.routes or name in BUILT_IN or name.partition(":")[0] in self.mounts

    def variables(self, name: str) -> list[frozenset[str]] | None:
        """What each route of that name wants; None when one of them is not known, or takes any path."""
        found = self.find(name)
        if not found or any(not _is_plain(route) for route in found):
            return None
        return [frozenset(route.path_parameters) for route in found]


def _is_plain(route: Route) -> bool:
    mounted = isinstance(route.root, App) and bool(route.root.mounted_in)
    return route.kind != "mount" and route.app is not None and not mounted and UNKNOWN_TEXT not in route.path


def _gaps(application: Application) -> Iterator[bool]:
    """Whatever may register more routes, or routes of other names."""
    registrars: list[Registrar] = [*application.apps, *application.routers]
    for registrar in registrars:
        yield any(escape.may_register for escape in registrar.escapes)
        yield any(inclusion.router is None for inclusion in registrar.inclusions)
    for route in application.routes:
        is_unknown = route.name == UNKNOWN_TEXT and route.kind != "mount"
        yield is_unknown or route.registration.incomplete is not None
        yield route.kind == "mount" and not route.name and not isinstance(route.registration.endpoint, App)
