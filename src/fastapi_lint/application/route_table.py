"""The route table as plain data: the rows of `fastapi-lint routes`."""

from __future__ import annotations

import msgspec

from fastapi_lint.application.assembly.values import UNKNOWN_TEXT
from fastapi_lint.application.registrars import Certainty
from fastapi_lint.application.routes import Route


class RouteRow(msgspec.Struct, frozen=True, kw_only=True):
    """One route; `{?}` stands for what is not known statically, and `unknown` says why."""

    kind: str
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
