"""Models that serve as request and as response at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.shapes import Plain

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.models import Model
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Class

_IDENTIFIERS = frozenset({"id", "pk", "uid", "uuid"})
_STAMPS = frozenset(
    {
        "created", "created_at", "created_by", "created_on", "date_created", "date_updated", "modified_at",
        "updated", "updated_at", "updated_by", "updated_on",
    }
)  # fmt: skip
"""What the server sets when it stores something."""
_REQUEST_WORDS = frozenset({"create", "in", "input", "patch", "update"})
"""Words at the start or end of the names of models for requests: `UserCreate`, `UpdateUser`, `UserIn`."""
_CHANGING = frozenset({"PATCH", "POST", "PUT"})


class ReusedModel(NamedTuple):
    """A route at which one model is too few."""

    model: Model
    settable: tuple[str, ...]
    """The fields of the server's that clients may set; none where the answer lacks what the server sets."""


class ReusedModels:
    """The routes of a project that use a model both ways, found once."""

    def __init__(self, application: Application) -> None:
        self._application = application

    @cached_property
    def by_route(self) -> Mapping[Route, ReusedModel]:
        """By route: of a request model as the response, of a response model as the request."""
        found = {}
        for route in self._application.routes:
            reused = self._as_request(route) or self._as_response(route)
            if reused is not None:
                found[route] = reused
        return found

    def _as_request(self, route: Route) -> ReusedModel | None:
        for model in self._bodies.get(route, ()):
            if model.cls in self._answered:
                settable = _settable(model, route)
                if settable:
                    return ReusedModel(model, settable)
        return None

    def _as_response(self, route: Route) -> ReusedModel | None:
        for model in self._answers.get(route, ()):
            if model.cls in self._taken and _is_for_requests(model.name):
                return ReusedModel(model, ())
        return None

    @cached_property
    def _answers(self) -> Mapping[Route, list[Model]]:
        """The models that each route answers with."""
        found = {}
        for route in self._application.routes:
            shape = self._application.responses.shape(route) if route.kind == "http" else None
            if shape is not None:
                found[route] = [each for each in self._application.models.in_shape(shape) if _counts(each)]
        return found

    @cached_property
    def _bodies(self) -> Mapping[Route, list[Model]]:
        """The models that each route takes from the body, to create or change something."""
        routing, models = self._application.routing, self._application.models
        found: dict[Route, list[Model]] = {}
        for route in self._application.routes:
            if route.kind != "http" or _CHANGING.isdisjoint(route.methods):
                continue
            for parameter in routing.signatures.of(route.handler, route.path_parameters):
                if parameter.role == "body" and isinstance(parameter.shape, Plain):
                    model = models.of(parameter.shape.cls)
                    if model is not None and _counts(model):
                        found.setdefault(route, []).append(model)
        return found

    @cached_property
    def _answered(self) -> frozenset[Class]:
        return frozenset(each.cls for found in self._answers.values() for each in found)

    @cached_property
    def _taken(self) -> frozenset[Class]:
        return frozenset(each.cls for found in self._bodies.values() for each in found)


def _counts(model: Model) -> bool:
    return model.kind in ("pydantic", "sqlmodel") and not model.is_table


def _settable(model: Model, route: Route) -> tuple[str, ...]:
    names = _STAMPS | _IDENTIFIERS if "POST" in route.methods else _STAMPS
    return tuple(name for name in model.fields if name in names)


def _is_for_requests(name: str) -> bool:
    words = [each.lower() for each in re.findall(r"[A-Z][a-z0-9]*|[a-z0-9]+", name)]
    return bool(words) and (words[-1] in _REQUEST_WORDS or words[0] in _REQUEST_WORDS - {"in", "input"})
