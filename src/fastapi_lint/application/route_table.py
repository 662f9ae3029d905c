"""The route table as plain data: the rows of `fastapi-lint routes`."""

from __future__ import annotations

import msgspec

from fastapi_lint.application.assembly.values import UNKNOWN_TEXT
from fastapi_lint.application.registrars import App, Certainty, Escape, Registrar
from fastapi_lint.application.routes import Route


class RouteRow(msgspec.Struct, frozen=True, kw_only=True):
    """One route; `{?}` stands for what is not known statically, and `unknown` says why."""

    kind: str
    """`http`, `websocket` or `mount`; `unknown` for routes that there may be besides."""
    path: str
    methods: list[str]
    name: str
    handler: str
    filename: str
    line: int
    is_async: bool | None
    status_code: int | str | None
    response_model: str | None
    tags: list[str]
    include_in_schema: bool | str | None
    dependencies: list[str]
    security: list[str]
    app: str | None
    conditional: bool
    """It exists only under a condition that is not known statically."""
    unknown: dict[str, str]
    """The fields that are not known statically, with the reasons."""


def row_of(route: Route) -> RouteRow:
    """The row of a route."""
    unknown = route.unknowns
    model = route.response_model
    return RouteRow(
        kind=route.kind,
        path=route.path,
        methods=list(route.methods),
        name=route.name,
        handler=route.handler.label,
        filename=route.module.path,
        line=route.line,
        is_async=route.is_async,
        status_code=UNKNOWN_TEXT if "status_code" in unknown else route.status_code,
        response_model=model.text if model is not None else None,
        tags=list(route.tags),
        include_in_schema=UNKNOWN_TEXT if "include_in_schema" in unknown else route.include_in_schema,
        dependencies=[each.label for each in route.dependencies if each.certainty is not Certainty.UNUSUAL],
        security=[each.label for each in route.security if each.certainty is not Certainty.UNUSUAL],
        app=route.app.name if route.app is not None else None,
        conditional=route.conditional,
        unknown=unknown,
    )


def row_of_escape(registrar: Registrar, escape: Escape) -> RouteRow:
    """The row of the routes that an app or router may have besides, because it is passed to unknown code."""
    app = _app_of(registrar)
    return RouteRow(
        kind="unknown",
        path=f"{registrar.level.prefix}{UNKNOWN_TEXT}",
        methods=[UNKNOWN_TEXT],
        name=UNKNOWN_TEXT,
        handler=UNKNOWN_TEXT,
        filename=escape.module.path,
        line=escape.line,
        is_async=None,
        status_code=None,
        response_model=None,
        tags=[],
        include_in_schema=None,
        dependencies=[],
        security=[],
        app=app.name if app is not None else None,
        conditional=True,
        unknown={"path": f"`{registrar.name}` may have more routes: {escape.reason}"},
    )


def _app_of(registrar: Registrar) -> App | None:
    """The app that serves what is registered, by the first way there is."""
    seen = set()
    while not isinstance(registrar, App) and registrar.included_in and registrar not in seen:
        seen.add(registrar)
        registrar = registrar.included_in[0].registrar
    return registrar if isinstance(registrar, App) and not registrar.is_placeholder else None
