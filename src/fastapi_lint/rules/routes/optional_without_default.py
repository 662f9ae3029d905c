"""FAL230 optional-without-default."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application import shapes
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place
from fastapi_lint.rules.parameter_rule import ParameterRule, is_ordinary
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.models import Field
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.diagnostics import Fix

_ROLES = frozenset({"body", "cookie", "file", "form", "header", "query"})
_VALIDATORS = ("pydantic.model_validator", "pydantic.root_validator")
_POSITIONAL = frozenset({"positional", "positional-only"})


class OptionalWithoutDefault(ParameterRule):
    """
    ## What it does
    Reports parameters of type `X | None`, and fields of that type in models that routes take and do not answer, that
    have no default.

    ## Why it is bad
    They are required: a request that leaves one out gets a 422. `None` is only one of the values that a client may
    send; in a query string it cannot even do that. Before Pydantic 2 a field of such a type had the default `None`.

    ## Use instead
    `q: str | None = None`; or `q: str` where it is meant to be required.

    ## Fix
    Hint: adds the default `None`. Requests that leave the value out are then accepted.
    """

    code = "FAL230"
    name = "optional-without-default"
    preset = Preset.STRICT
    fixes = (Applicability.HINT,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Such parameters and fields."""
        yield from super().suspects(app)
        for each in app.classes(app.linted_modules) if app.lints_few else app.request_models.only_taken:
            for field in _required(app, each):
                yield Place(each.module, field.line)

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether it may be None, and is required."""
        return is_ordinary(readings) and all(map(_is_required, readings))

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        parameter, signature = readings[0]
        self.report(
            node.name,
            f"`{parameter.name}` of `{shown(signature.routes[0])}` may be `None`, and is required all the same: "
            "without it the answer is a 422",
            help="give it the default `None`",
            hints=self._hints(node, readings[0]),
        )

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        """A model that routes take."""
        cls = self.definition(node)
        fields = {field.line: field for field in _required(self.app, cls)} if isinstance(cls, Class) else {}
        if not fields:
            return
        import libcst

        for line in node.body.body:
            for statement in line.body if isinstance(line, libcst.SimpleStatementLine) else ():
                field = fields.get(self.visit.span(statement)[0])
                if field is not None and isinstance(statement, libcst.AnnAssign):
                    self._report_field(statement, field)

    def _report_field(self, node: cst.AnnAssign, field: Field) -> None:
        editor = self.editor()
        editor.replace(
            node, f"{self.visit.code(node.target)}: {self.visit.code(node.annotation.annotation)} = None"
        )
        fix = self.build_fix("Give it the default `None`", Applicability.HINT, editor)
        self.report(
            node,
            f"`{field.name}` of `{field.declared_in.name}` may be `None`, and is required all the same: without it "
            "the answer is a 422",
            help="give it the default `None`",
            hints=[fix] if fix is not None else (),
        )

    def _hints(self, node: cst.Param, reading: ParameterReading) -> Iterator[Fix]:
        written = reading.signature.function.node.parameters
        place = next((i for i, each in enumerate(written) if each is reading.parameter.node), len(written))
        later = written[place:] if place < len(written) and written[place].kind in _POSITIONAL else []
        if node.annotation is None or any(
            each.kind in _POSITIONAL and each.default is None for each in later[1:]
        ):
            return  # a parameter without a default may not follow
        editor = self.editor()
        editor.replace(node, f"{node.name.value}: {self.visit.code(node.annotation.annotation)} = None")
        fix = self.build_fix("Give it the default `None`", Applicability.HINT, editor)
        if fix is not None:
            yield fix


def _may_be_none(shape: shapes.Shape) -> bool:
    """Whether a type is written as one that may be None; `Any` and what is not known are not."""
    return (
        isinstance(shape, shapes.Union)
        and shapes.NONE in shape.members
        and shapes.UNKNOWN not in shape.members
    )


def _is_required(reading: ParameterReading) -> bool:
    """Whether a parameter may be None, and has no default: neither its own nor one of its marker."""
    parameter = reading.parameter
    if parameter.role not in _ROLES or parameter.default is not None or not _may_be_none(parameter.shape):
        return False
    call = parameter.marker_call
    if call is None:
        return parameter.marker is None
    return all(each.name not in (None, "default", "default_factory") for each in call.keywords)


def _required(app: Application, cls: Class) -> list[Field]:
    """The fields that a model which routes take declares itself, of types that may be None, without a default."""
    model = app.models.of(cls)
    if (
        model is None
        or model.kind not in ("pydantic", "sqlmodel")
        or model.is_table
        or _may_fill_in(app, cls)
    ):
        return []
    if app.versions is not None and app.versions.below("pydantic", "2"):
        return []
    fields = [
        field
        for field in model.fields.values()
        if field.declared_in is cls
        and field.default is None
        and not field.is_computed
        and not field.is_transformed
        and _may_be_none(field.shape)
    ]
    return fields if fields and cls in app.request_models.only_taken else []


def _may_fill_in(app: Application, cls: Class) -> bool:
    """Whether a model makes up what is missing: in an `__init__` of its own, or before it is validated."""
    return any(
        method.name == "__init__" or app.inference.has_decorator(method, _VALIDATORS)
        for base in app.inference.mro(cls)
        if isinstance(base, Class)
        for method in base.body_scope.definitions()
        if isinstance(method, Function)
    )
