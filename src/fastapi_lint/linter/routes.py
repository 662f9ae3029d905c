"""The routes that a run is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fastapi_lint.application.registrars import Certainty, Escape, Registrar
from fastapi_lint.application.routes import Route
from fastapi_lint.linter.project import LoadedProject, load_project
from fastapi_lint.output.report import ReportedRoute, Rows

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings


def routes_in_question(
    project: LoadedProject, *, everywhere: bool = False, unresolved: bool = False
) -> list[Route]:
    """The routes that the files to be linted register or serve, in match order.

    Args:
        project: the project.
        everywhere: those of all its apps that are no tests instead.
        unresolved: those of routers that are in no known app too; else only where no route is in one.
    """
    application = project.application
    linted = project.production_files if everywhere else set(project.linted)
    found = [
        route
        for route in application.routes
        if route.module.path in linted or route.root.module.path in linted
    ]
    served = [route for route in found if route.app is not None]
    return found if unresolved or not served else served


def escapes_in_question(
    project: LoadedProject, *, everywhere: bool = False
) -> list[tuple[Registrar, Escape]]:
    """Where apps and routers are passed to unknown code in these files, which may register more routes."""
    application = project.application
    linted = project.production_files if everywhere else set(project.linted)
    found = {
        (registrar, escape): None
        for registrar in (*application.apps, *application.routers)
        for escape in registrar.escapes
        if escape.may_register and escape.module.path in linted
    }
    return list(found)


def reported_routes(
    settings: Settings, paths: Sequence[str], overlay: Mapping[str, bytes]
) -> list[ReportedRoute]:
    """The routes of the files below `paths`, as a report shows them; `overlay` replaces what is on disk."""
    project, _ = load_project(settings, paths, overlay)
    return [_reported(route) for route in routes_in_question(project)]


def _reported(route: Route) -> ReportedRoute:
    return ReportedRoute(
        method=", ".join(route.methods) or route.kind.upper(),
        path=route.path or "/",
        handler=route.handler.label,
        registered=_registered(route),
        handled=_handled(route),
        protected_by=tuple(each.label for each in route.security if each.certainty is not Certainty.UNUSUAL),
    )


def _registered(route: Route) -> Rows:
    last = route.call.end_line if route.call is not None else route.line
    return Rows(route.module.path, route.line, max(route.line, last))


def _handled(route: Route) -> Rows | None:
    if route.function is None:
        return None
    node = route.function.node
    return Rows(route.function.module.path, node.first_line, node.end_line)
