"""Models that clients fill in: those that routes take, and not those that they answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.models import Model
    from fastapi_lint.application.scopes import Class
    from fastapi_lint.application.shapes import Shape

_SENT_BY_CLIENTS = frozenset({"body", "cookie", "form", "header", "query"})


class RequestModels:
    """Answers for the routes of one project."""

    def __init__(self, application: Application) -> None:
        self._application = application

    @cached_property
    def only_taken(self) -> dict[Class, Model]:
        """The models of request bodies, forms and parameters, to any depth, that no route is known to answer."""
        taken = {model.cls: model for model in self._within(self._parameter_shapes())}
        answered = {model.cls for model in self._within(self._answer_shapes())}
        return {cls: model for cls, model in taken.items() if cls not in answered}

    def _parameter_shapes(self) -> Iterator[Shape]:
        for _, readings in self._application.routing.readings.parameters:
            parameter = readings[0].parameter
            if parameter.role in _SENT_BY_CLIENTS:
                yield parameter.shape

    def _answer_shapes(self) -> Iterator[Shape]:
        for route in self._application.routes:
            shape = self._application.responses.shape(route)
            if shape is not None:
                yield shape

    def _within(self, start: Iterable[Shape]) -> Iterator[Model]:
        """The models that shapes mention, and those in the fields of these."""
        waiting = list(start)
        seen: set[Class] = set()
        while waiting:
            for model in self._application.models.in_shape(waiting.pop()):
                if model.cls not in seen:
                    seen.add(model.cls)
                    waiting += [field.shape for field in model.fields.values()]
                    yield model
