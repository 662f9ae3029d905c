"""What routes answer, by their response models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application import shapes
from fastapi_lint.application.assembly.values import NONE, Blueprint, Foreign, TypeExpression
from fastapi_lint.application.decorated import Decorated
from fastapi_lint.application.exposures import Exposure, Exposures, Filter, selection
from fastapi_lint.application.none_checks import NoneChecks
from fastapi_lint.application.returned import Nature, Returned, ReturnedValues
from fastapi_lint.application.sent import SentValues
from fastapi_lint.application.value_shapes import ValueShapes
from fastapi_lint.application.values import External

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.assembly.environment import Environment
    from fastapi_lint.application.routes import Route
    from fastapi_lint.index import nodes

_JSON = "fastapi.responses.JSONResponse"


class Responses:
    """Answers for every route, each worked out once."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._inference = inference = application.inference
        self._types = application.models.shapes
        self._decorated = Decorated(inference)
        self.values = ValueShapes(inference, self._types, self._decorated)
        self.returns = ReturnedValues(inference, application.models, self.values)
        self.sent = SentValues(inference, application.models, self.values)
        self.none_checks = NoneChecks(inference, self.values)
        self._exposures = Exposures(application.models)
        versions = application.versions
        self._flat_filters = versions is not None and versions.below("pydantic", "2") is True

    def shape(self, route: Route) -> shapes.Shape | None:
        """The effective response model; None when the route has none, and the answer is not filtered."""
        model = route.response_model
        return self._shape_of(model.node, model.environment) if model is not None else None

    def exposures(self, route: Route) -> tuple[Exposure, ...]:
        """The fields that its response model sends, to any depth; none when the model or a filter is not known."""
        shape = self.shape(route)
        include, include_known = selection(route.option("response_model_include"))
        exclude, exclude_known = selection(route.option("response_model_exclude"))
        if shape is None or not (include_known and exclude_known):
            return ()
        return tuple(self._exposures.of(shape, Filter(include, exclude, self._flat_filters)))

    def is_unfiltered(self, route: Route) -> bool:
        """Whether data are sent as the handler returns them: no model, or one that lets everything through."""
        shape = self.shape(route)
        return shape is None or all(_lets_through(each) for each in shapes.members(shape))

    def returned(self, route: Route) -> tuple[Returned, ...]:
        """The values that its handler returns; none when what stands between it and FastAPI may return others."""
        function = route.function
        return self.returns.of(function) if function is not None and self._is_read(route) else ()

    def answers_nothing(self, route: Route) -> bool:
        """Whether its handler surely returns nothing but None, to FastAPI itself."""
        function = route.function
        if function is None or not self._is_read(route):
            return False
        return all(each.nature is Nature.NOTHING for each in self.returns.of(function))

    def is_json(self, route: Route) -> bool:
        """Whether data are surely sent as JSON."""
        given = route.response_class
        if given is None or given.value == NONE:
            return True
        match given.value:
            case Blueprint(cls=cls):
                return self._inference.is_subclass(cls, [_JSON])
            case Foreign(value=External() as cls):
                return self._inference.is_subclass(cls, [_JSON])
        return False

    def _is_read(self, route: Route) -> bool:
        """Whether what the handler returns is what FastAPI gets."""
        function = route.function
        if function is None or route.handler.kind == "class" or function.node.is_generator:
            return False
        if not route.resolution.has_own_signature(route.handler):
            return False
        return all(self._decorated.passes_result_on(wrapper) for wrapper in route.handler.wrappers)

    def _shape_of(self, node: nodes.Expression, environment: Environment) -> shapes.Shape:
        return self._types.of(node, environment.scope, self._types_in(environment))

    def _types_in(self, environment: Environment) -> dict[str, shapes.Shape]:
        """The types that variables of running functions hold: arguments of a factory of routes."""
        found: dict[str, shapes.Shape] = {}
        current: Environment | None = environment
        while current is not None and current.parent is not None:
            for name, value in current.variables.items():
                if isinstance(value, Blueprint):
                    found.setdefault(name, shapes.Plain(value.cls))
                elif isinstance(value, TypeExpression) and value.environment is not current:
                    found.setdefault(name, self._shape_of(value.node, value.environment))
            current = current.parent
        return found


def _lets_through(shape: shapes.Shape) -> bool:
    match shape:
        case shapes.Anything() | shapes.NoneType():
            return True
        case shapes.Dictionary(value=value):
            return _lets_through(value)
        case shapes.Collection(elements=elements):
            return all(_lets_through(each) for each in elements)
    return False
