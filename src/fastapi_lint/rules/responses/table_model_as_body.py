"""FAL314 table-model-as-body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.shapes import Collection, Plain, Shape, members
from fastapi_lint.rules.parameter_rule import ParameterRule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.application.scopes import Class


class TableModelAsBody(ParameterRule):
    """
    ## What it does
    Reports request bodies that are SQLModel classes with `table=True`.

    ## Why it is bad
    SQLModel does not validate table models: wrong types and missing fields get through, and fail in the database or
    later. And clients may set every column, `id`, `is_admin` and all.

    ## Use instead
    A model of its own for the request, with the fields that clients may set: `User.model_validate(data)` makes the row
    of it, validated.

    ## References
    - [SQLModel: Multiple Models with FastAPI](https://sqlmodel.tiangolo.com/tutorial/fastapi/multiple-models/)
    """

    code = "FAL314"
    name = "table-model-as-body"

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether the parameter is read from the body into a table model."""
        return readings[0].parameter.role == "body" and _table(app, readings[0].parameter.shape) is not None

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report the parameter."""
        parameter, signature = readings[0]
        table = _table(self.app, parameter.shape)
        route = signature.routes[0] if signature.routes else None
        if table is not None and route is not None:
            self.report(
                node,
                f"`{table.name}` is a table: `{shown(route)}` does not validate `{parameter.name}`, and clients may "
                "set every column",
                help=f"take a model without `table=True`, and make the `{table.name}` of it",
            )


def _table(app: Application, shape: Shape) -> Class | None:
    """The table model of which a body is, or which it lists."""
    for each in members(shape):
        if isinstance(each, Plain):
            model = app.models.of(each.cls)
            if model is not None and model.kind == "sqlmodel" and model.is_table:
                return each.cls
        elif isinstance(each, Collection) and each.elements:
            return _table(app, each.elements[0])
    return None
