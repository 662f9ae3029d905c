"""FAL302 untyped-response-model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.returned import Nature
from fastapi_lint.application.shapes import (
    NONE,
    Anything,
    Collection,
    Dictionary,
    Scalar,
    Shape,
    Union,
)
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.route_rule import RouteRule, shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route

_BASE = Scalar("pydantic.BaseModel")


class UntypedResponseModel(RouteRule):
    """
    ## What it does
    Reports routes whose response model says nothing of the answer: `dict`, `dict[str, Any]`, `Any`, `list`, `object`,
    `BaseModel`, and lists of these.

    ## Why it is bad
    FastAPI checks and filters nothing: whatever the handler puts in is sent, and clients generated from OpenAPI get
    `any`. `BaseModel` has no fields, so that nothing at all is sent.

    ## Use instead
    A model, a `TypedDict`, or at least the type of the values: `dict[str, int]`.

    ## References
    - [FastAPI: Response Model - Return Type](https://fastapi.tiangolo.com/tutorial/response-model/)
    """

    code = "FAL302"
    name = "untyped-response-model"
    preset = Preset.STRICT

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Whether it answers with JSON of which its model says nothing."""
        return _is_untyped_route(app, route)

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report the registration."""
        route = next((each for each in routes if _is_untyped_route(self.app, each)), None)
        if route is None or route.response_model is None:
            return
        text = route.response_model.text
        shape = self.app.responses.shape(route)
        nothing = shape is not None and _is_empty(shape)
        self.report(
            node,
            f"`{text}` has no fields: `{shown(route)}` sends none"
            if nothing
            else f"`{text}` says nothing of what `{shown(route)}` sends: no field is validated, filtered or documented",
            help="declare a model with the fields of the answer",
        )


def _is_untyped_route(app: Application, route: Route) -> bool:
    if route.kind != "http" or not route.include_in_schema or not app.responses.is_json(route):
        return False
    if route.function is not None and route.function.node.is_generator:
        return False
    shape = app.responses.shape(route)
    if shape is None or not _is_untyped(shape):
        return False
    returned = app.responses.returned(route)
    return not returned or any(each.nature is not Nature.RESPONSE for each in returned)


def _is_untyped(shape: Shape) -> bool:
    match shape:
        case Anything():
            return True
        case Scalar():
            return shape == _BASE
        case Dictionary(value=value):
            return _is_untyped(value)
        case Collection(elements=elements):
            return all(_is_untyped(each) for each in elements)
        case Union(members=alternatives):
            return all(_is_untyped(each) for each in alternatives if each != NONE)
    return False


def _is_empty(shape: Shape) -> bool:
    """Whether it is a `BaseModel`, or a list of them."""
    if isinstance(shape, Collection):
        return all(_is_empty(each) for each in shape.elements)
    return shape == _BASE
