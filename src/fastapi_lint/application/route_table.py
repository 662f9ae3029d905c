"""The route table as plain data: the rows of `fastapi-lint routes`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi_lint.application.assembly.values import UNKNOWN_TEXT
from fastapi_lint.application.routes import Route


def rows(routes: Iterable[Route]) -> list[dict[str, Any]]:
    """One row for each route, in match order."""
    return [row(route) for route in routes]


def row(route: Route) -> dict[str, Any]:
    """The row of a route; `{?}` stands for what is not known statically."""
    unknown = route.unknowns
    model = route.response_model
    return {
        "kind": route.kind,
        "path": route.path,
        "methods": list(route.methods),
        "name": route.name,
        "handler": route.handler.label,
        "filename": route.module.path,
        "line": route.line,
        "is_async": route.is_async,
        "status_code": UNKNOWN_TEXT if "status_code" in unknown else route.status_code,
        "response_model": model.text if model is not None else None,
        "tags": list(route.tags),
        "include_in_schema": UNKNOWN_TEXT if "include_in_schema" in unknown else route.include_in_schema,
        "dependencies": [dependency.label for dependency in route.dependencies],
        "security": [dependency.label for dependency in route.security],
        "app": route.app.name if route.app is not None else None,
        "conditional": route.conditional,
        "unknown": unknown,
    }
