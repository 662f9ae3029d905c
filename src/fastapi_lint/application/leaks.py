"""Secrets that routes send to their clients."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import Constant
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.shapes import Plain
from fastapi_lint.application.values import Method
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.sensitive import is_issued, issues, masks

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.assembly.values import Given, Value
    from fastapi_lint.application.exposures import Exposure
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Scope

_CALLS_FOLLOWED = 2
_LEAVING_OUT = (
    "response_model_exclude_unset",
    "response_model_exclude_defaults",
    "response_model_exclude_none",
)
_OFF = Constant(False)


class Leaks:
    """Finds the fields that hold secrets, and are sent with nothing to speak against it."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._inference = application.inference
        self._masking: dict[Function, bool] = {}

    def through_model(self, route: Route) -> list[Exposure]:
        """The secrets that a route's response model lets through."""
        responses = self._application.responses
        found = [
            exposure
            for exposure in responses.exposures(route)
            if self._application.sensitive_fields.holds(exposure.field)
            and not self.is_handed_out(route, exposure)
        ]
        function = route.function
        if not found or function is None:
            return found
        if responses.returns.only_responses(function) or self.is_masked_in(function):
            return []  # the model is for the documentation; somebody thought of it
        return [
            exposure
            for exposure in found
            if not self._is_never_set(route, exposure) and not self._may_stay_unset(route, exposure)
        ]

    def is_handed_out(self, route: Route, exposure: Exposure) -> bool:
        """Whether a secret exists to be handed out by the route, to whom it was made for."""
        names = (exposure.field.name, exposure.field.alias or exposure.field.name)
        if not any(map(is_issued, names)):
            return False
        if any(words(name)[-1] in words(exposure.model.name) for name in names):
            return True  # `ApiKey.api_key`, `KeyRow.api_key`
        writes = not set(route.methods) <= {"GET", "HEAD"}
        return writes and len(exposure.way) == 1 and issues(route.handler.name)

    def is_masked_in(self, function: Function) -> bool:
        """Whether a function, or what it calls, masks or redacts something."""
        if function not in self._masking:
            self._masking[function] = any(
                masks(name) for name in self._names_called(function, _CALLS_FOLLOWED)
            )
        return self._masking[function]

    def _names_called(self, function: Function, depth: int) -> Iterator[str]:
        for call in function.calls:
            if isinstance(call.func, nodes.Attribute):
                yield call.func.attr
            elif isinstance(call.func, nodes.Name):
                yield call.func.id
            target = self._inference.infer(call.func, function.body_scope) if depth else None
            called = target.function if isinstance(target, Method) else target
            if isinstance(called, Function) and called is not function:
                called.reveal(SOMETHING)
                yield from self._names_called(called, depth - 1)

    def _is_never_set(self, route: Route, exposure: Exposure) -> bool:
        """Whether the handler only returns models that it makes itself, without a value for the field."""
        if len(exposure.way) > 1 or not _is_empty(exposure.field.default):
            return False
        values = self._application.responses.returned(route)
        return bool(values) and all(
            self._leaves_out(each.node, exposure.field.name, each.scope) for each in values
        )

    def _may_stay_unset(self, route: Route, exposure: Exposure) -> bool:
        """Whether the route leaves out what nobody sets: all of a row is set, of other models one cannot tell."""
        given = (route.option(name) for name in _LEAVING_OUT)
        if not _is_empty(exposure.field.default) or all(each in (None, _OFF) for each in map(_value, given)):
            return False
        return not any(
            isinstance(each.shape, Plain) and self._is_row(each.shape.cls)
            for each in self._application.responses.returned(route)
        )

    def _is_row(self, cls: Class) -> bool:
        model = self._application.models.of(cls)
        return model is not None and model.kind in ("orm", "sqlmodel")

    def _leaves_out(self, node: nodes.Expression, name: str, scope: Scope) -> bool:
        return (
            isinstance(node, nodes.Call)
            and isinstance(self._inference.infer(node.func, scope), Class)
            and not node.args
            and all(keyword.name not in (None, name) for keyword in node.keywords)
        )


def _value(given: Given | None) -> Value | None:
    return given.value if given is not None else None


def _is_empty(default: nodes.Expression | None) -> bool:
    """Whether a field's default holds nothing: `None`, `""`, `Field(default=None)`."""
    if isinstance(default, nodes.Call):
        default = default.argument(0, "default")
    return isinstance(default, nodes.Constant) and not default.value


def words(name: str) -> list[str]:
    """The words of a name in any case style, in lower case and without a final `s`."""
    found = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return [word.lower().rstrip("s") for word in found]
