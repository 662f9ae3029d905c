"""FAL323 widened-response-union."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.shapes import Collection, Plain, Scalar, Shape, Union
from fastapi_lint.diagnostics import Location, TraceStep
from fastapi_lint.index import nodes
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.route_rule import RouteRule, shown
from fastapi_lint.rules.wording import listed

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.models import Model
    from fastapi_lint.application.returned import Returned
    from fastapi_lint.application.routes import Route

_LITERAL = Scalar("typing.Literal")


class WidenedResponseUnion(RouteRule):
    """
    ## What it does
    Reports `-> Public | Internal` where `Internal` has all fields of `Public` and more, and the handler returns an
    object that is neither: a row of the database, another model, a dump.

    Handlers that return a `Public` or an `Internal`, and unions with a discriminator, are left alone. Silent with
    Pydantic 1, which takes the first member that fits.

    ## Why it is bad
    Pydantic takes the member that fits with the most fields: always `Internal`. What `Public` was there to leave out is
    sent to everybody.

    ## Use instead
    Make the object in the handler, which knows for whom it is: `return Public.model_validate(user)`. Or declare the
    one model that all clients may see.

    ## References
    - [Pydantic: Smart mode of unions](https://docs.pydantic.dev/latest/concepts/unions/#smart-mode)
    """

    code = "FAL323"
    name = "widened-response-union"
    preset = Preset.STRICT

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Whether the wider member of its response model takes what the handler returns."""
        return _widening(app, route) is not None

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report the registration."""
        for route in routes:
            found = _widening(self.app, route)
            if found is None:
                continue
            extra = [name for name in found.wide.fields if name not in found.narrow.fields]
            statement = found.returned.statement
            place = Location(statement.line, statement.column + 1)
            self.report(
                node,
                f"`{shown(route)}` never sends a `{found.narrow.name}`: what it returns fits `{found.wide.name}`, "
                f"with {listed(extra)}",
                help=f"make the `{found.narrow.name}` in the handler, or leave `{found.wide.name}` out of the union",
                trace=(TraceStep(found.returned.scope.module.path, place, "this is neither of the two"),),
            )
            return


class _Widening(NamedTuple):
    """Two members of a union, and a value that only ever becomes the wider one."""

    narrow: Model
    wide: Model
    returned: Returned


def _widening(app: Application, route: Route) -> _Widening | None:
    if route.kind != "http" or not app.responses.is_json(route):
        return None
    if app.versions is not None and app.versions.below("pydantic", "2"):
        return None  # there, the first member that fits is taken
    shape = app.responses.shape(route)
    if isinstance(shape, Collection) and len(shape.elements) == 1:
        shape = shape.elements[0]
    if not isinstance(shape, Union):
        return None
    models = [
        model
        for each in shape.members
        if isinstance(each, Plain) and (model := app.models.of(each.cls, each.arguments)) is not None
        if model.kind == "pydantic" and not _is_tagged(model)
    ]
    for returned in app.responses.returned(route):
        names = _names(app, returned, models)
        for narrow, wide in _pairs(models):
            if _required(wide) <= names and not names.isdisjoint(wide.fields.keys() - narrow.fields.keys()):
                return _Widening(narrow, wide, returned)
    return None


def _pairs(models: list[Model]) -> Iterator[tuple[Model, Model]]:
    """Each with every wider one."""
    for narrow in models:
        for wide in models:
            if narrow.fields.keys() < wide.fields.keys():
                yield narrow, wide


def _names(app: Application, returned: Returned, models: list[Model]) -> frozenset[str]:
    """The fields of an object that is of none of these models; none where that is not certain."""
    node = returned.node
    shape: Shape = returned.shape
    if isinstance(shape, Collection) and len(shape.elements) == 1:
        shape = shape.elements[0]
    if (
        isinstance(node, nodes.Call)
        and isinstance(node.func, nodes.Attribute)
        and node.func.attr == "model_dump"
    ):
        shape = app.responses.values.of(node.func.value, returned.scope) if not node.keywords else shape
    if not isinstance(shape, Plain):
        return frozenset()
    model = app.models.of(shape.cls, shape.arguments)
    line = app.inference.mro(shape.cls)
    if model is None or any(each.cls in line for each in models):
        return frozenset()
    return frozenset(model.fields)


def _required(model: Model) -> frozenset[str]:
    return frozenset(name for name, field in model.fields.items() if field.default is None)


def _is_tagged(model: Model) -> bool:
    return any(field.shape == _LITERAL for field in model.fields.values())
