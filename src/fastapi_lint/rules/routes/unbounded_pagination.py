"""FAL223 unbounded-pagination."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.bounds import field_may_be_bounded, may_be_bounded
from fastapi_lint.application.injected_classes import class_of
from fastapi_lint.application.scopes import Class
from fastapi_lint.application.shapes import NoneType, Scalar, Shape, members
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.index import nodes
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place
from fastapi_lint.rules.parameter_rule import ParameterRule, is_ordinary, markers
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.models import Field
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.application.routes import Route
    from fastapi_lint.diagnostics import Fix

_SIZES = frozenset(
    {"itemsperpage", "limit", "maxresults", "pagelimit", "pagesize", "perpage", "resultsperpage"}
)
_SIZES_BESIDE = {
    "first": frozenset({"after", "before"}),
    "size": frozenset({"offset", "page", "skip", "start"}),
    "take": frozenset({"offset", "page", "skip"}),
}
"""Names that mean the size of a page where another parameter says which page."""
_INTEGERS = frozenset(
    f"{module}.{name}"
    for module in ("pydantic", "pydantic.types")
    for name in ("NonNegativeInt", "PositiveInt", "StrictInt")
) | {"builtins.int"}
_USUAL = 100


class UnboundedPagination(ParameterRule):
    """
    ## What it does
    Reports query parameters for the size of a page (`limit`, `page_size`, `per_page` …), also in a model of query
    parameters, that have no upper bound: neither `le=` or `lt=`, nor a comparison or `min(…)` in the function that
    takes them.

    ## Why it is bad
    `?limit=100000000` reads the whole table into memory, once for every request that asks for it.

    ## Use instead
    `limit: Annotated[int, Query(ge=1, le=100)] = 20`.

    ## Fix
    Hint: adds `le=100`, in `Query(…)`. Clients that ask for more then get a 422.
    """

    code = "FAL223"
    name = "unbounded-pagination"
    preset = Preset.STRICT
    fixes = (Applicability.HINT,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Such parameters, and such fields of parameter models."""
        yield from super().suspects(app)
        for field, _ in _fields(app):
            yield Place(field.declared_in.module, field.line)

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether every reading takes it from the query string, and nothing limits it."""
        parameter, signature = readings[0]
        others = {each.name for each in signature.parameters}
        if (
            not is_ordinary(readings)
            or not _is_size(parameter.name, others)
            or not _is_integer(parameter.shape)
        ):
            return False
        return all(
            each.parameter.role == "query"
            and each.signature.routes[0].kind == "http"
            and not may_be_bounded(app.inference, each)
            for each in readings
        )

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        parameter, signature = readings[0]
        instead = f"`{parameter.name}: Annotated[int, Query(le={_USUAL})]`"
        hints = self._hints(node, readings[0])
        self._report(node.name, parameter.name, signature.routes[0], instead, hints)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        """A model whose fields are query parameters."""
        cls = self.definition(node)
        if not isinstance(cls, Class) or self.app.models.of(cls) is None:
            return
        fields = {
            field.line: (field, route) for field, route in _fields(self.app) if field.declared_in is cls
        }
        if not fields:
            return
        import libcst

        for line in node.body.body:
            for statement in line.body if isinstance(line, libcst.SimpleStatementLine) else ():
                found = fields.get(self.visit.span(statement)[0])
                if found is not None and isinstance(statement, libcst.AnnAssign):
                    field, route = found
                    self._report(statement.target, field.name, route, f"`Field(le={_USUAL})`")

    def _report(
        self, node: cst.CSTNode, name: str, route: Route, instead: str, hints: Iterable[Fix] = ()
    ) -> None:
        self.report(
            node,
            f"`{shown(route)}` gives as much at once as a client asks for: `{name}` has no upper bound",
            help=f"limit it: {instead}",
            hints=hints,
        )

    def _hints(self, node: cst.Param, reading: ParameterReading) -> Iterator[Fix]:
        """Limit it, in the marker that stands there or in a new one."""
        parameter = reading.parameter
        default = parameter.default
        if parameter.marker_call is not None and not parameter.in_annotated:
            default = parameter.marker_call.argument(0, "default")
        most = default.value if isinstance(default, nodes.Constant) else None
        limit = f"le={max(_USUAL, most) if type(most) is int else _USUAL}"
        if parameter.marker is None:
            fix = self.marked(node, "Query", Applicability.HINT, limit)
        else:
            call = next((each for each in markers(node) if self.call(each) is parameter.marker_call), None)
            if call is None:
                return
            editor = self.editor()
            editor.add_argument(call, limit)
            fix = self.build_fix(f"Add `{limit}`", Applicability.HINT, editor)
        if fix is not None:
            yield fix


def _fields(app: Application) -> Iterator[tuple[Field, Route]]:
    """The fields for the size of a page of models that are read from the query string, without an upper bound."""
    seen: set[Class] = set()
    for _, readings in app.routing.readings.parameters:
        parameter, signature = readings[0]
        cls = class_of(parameter.shape) if parameter.role == "query" else None
        model = app.models.of(cls) if cls is not None else None
        if cls is None or model is None or model.kind != "pydantic" or cls in seen:
            continue
        seen.add(cls)
        for field in model.fields.values():
            is_size = _is_size(field.name, set(model.fields)) and _is_integer(field.shape)
            if is_size and not field_may_be_bounded(app.inference, field, signature.function):
                yield field, signature.routes[0]


def _is_size(name: str, others: set[str]) -> bool:
    plain = name.replace("_", "").lower()
    return plain in _SIZES or not others.isdisjoint(_SIZES_BESIDE.get(plain, frozenset()))


def _is_integer(shape: Shape) -> bool:
    found = [each for each in members(shape) if not isinstance(each, NoneType)]
    return len(found) == 1 and isinstance(found[0], Scalar) and found[0].name in _INTEGERS
