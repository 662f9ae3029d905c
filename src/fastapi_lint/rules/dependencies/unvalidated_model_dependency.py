"""FAL425 unvalidated-model-dependency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.model_dependencies import (
    dependency_class,
    dependency_model,
    is_documented_alike,
    refusing_validator,
)
from fastapi_lint.application.shapes import Collection, Dictionary, members
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.depends_rule import DependsRule
from fastapi_lint.rules.traces import definition_step

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.providers import DependsCall
    from fastapi_lint.application.signatures import Parameter
    from fastapi_lint.diagnostics import Fix, TraceStep
    from fastapi_lint.fixes.regions import RegionEditor

_SINCE = "0.115"
"""Models of query parameters."""
_WITH_SIBLINGS_SINCE = "0.157"
"""Beside other query parameters of the same function."""


class UnvalidatedModelDependency(DependsRule):
    """
    ## What it does
    Reports Pydantic models as dependencies, `page: Page = Depends()`, that have validators of their own or fields that
    are lists. Silent where FastAPI is older than 0.115.

    ## Why it is bad
    FastAPI reads the fields one by one, and then makes the model: when a validator refuses the values, that is a 500
    and not a 422. A list is read from the request body.

    ## Use instead
    `page: Annotated[Page, Query()]`, since FastAPI 0.115.

    ## Fix
    Puts `Query()` in the place of `Depends()`. Safe where the OpenAPI document stays the same: where all fields are
    plain, and the model documents none of them; unsafe elsewhere, as the descriptions and limits of the fields are then
    in the document. Before FastAPI 0.157 there is none beside other query parameters.

    ## References
    - [FastAPI: Query Parameter Models](https://fastapi.tiangolo.com/tutorial/query-param-models/)
    """

    code = "FAL425"
    name = "unvalidated-model-dependency"
    preset = Preset.STRICT
    fixes = (Applicability.SAFE, Applicability.UNSAFE)

    @classmethod
    def is_wrong(cls, app: Application, depends: DependsCall) -> bool:
        """Whether it is a model that FastAPI does not validate as one, and that may fail."""
        return _problem(app, depends) is not None

    def report_depends(self, node: cst.Call, depends: DependsCall) -> None:
        """Report the dependency."""
        given = dependency_class(self.app, depends)
        problem = _problem(self.app, depends)
        if given is not None and problem is not None:
            self.report(
                node,
                f"{problem}: FastAPI reads the fields of `{given.name}` one by one, and makes the model afterwards",
                help=f"write `Annotated[{given.name}, Query()]`",
                trace=self._trace(depends),
                fix=self._fix(node, depends),
            )

    def _trace(self, depends: DependsCall) -> Iterator[TraceStep]:
        model = dependency_model(self.app, depends)
        validator = refusing_validator(self.app, model) if model is not None else None
        if model is not None:
            yield definition_step(model.cls, f"`{model.name}` is defined here")
        if validator is not None:
            yield definition_step(validator, f"`{validator.name}` refuses values")

    def _fix(self, node: cst.Call, depends: DependsCall) -> Fix | None:
        import libcst

        from fastapi_lint.fixes.bindings import Imported

        if self._has_siblings(depends) and not self._allows_siblings():
            return None
        row = self.visit.span(node)[0]
        wanted = [Imported("fastapi", "Query")]
        editor = self.editor()
        parameter = editor.region.parent(node)
        if isinstance(parameter, libcst.Param):
            wanted.append(Imported("typing", "Annotated"))
        required = self.visit.imports.require_all(wanted, row=row, equivalents=("typing_extensions",))
        if required is None:
            return None
        names, imports = required
        if isinstance(parameter, libcst.Param):
            if parameter.annotation is None or not _may_lose_default(editor, parameter):
                return None
            code = self.visit.code(parameter.annotation.annotation)
            annotation = libcst.parse_expression(f"{names[1]}[{code}, {names[0]}()]")
            changed = parameter.with_changes(
                annotation=parameter.annotation.with_changes(annotation=annotation),
                default=None,
                equal=libcst.MaybeSentinel.DEFAULT,
            )
            editor.replace(parameter, changed)
        else:
            editor.replace(node, f"{names[0]}()")
        applicability = Applicability.SAFE if is_documented_alike(self.app, depends) else Applicability.UNSAFE
        return self.build_fix("Read the model from the query string", applicability, editor, imports=imports)

    def _has_siblings(self, depends: DependsCall) -> bool:
        """Whether a signature with this dependency has other query parameters, or will have."""
        for _, readings in self.app.routing.readings.parameters:
            for parameter, signature in readings:
                if parameter.marker_call is depends.call:
                    others = (each for each in signature.parameters if each is not parameter)
                    if any(each.role == "query" or self._becomes_query(each) for each in others):
                        return True
        return False

    def _becomes_query(self, parameter: Parameter) -> bool:
        call = parameter.marker_call
        found = (
            self.app.providers.written.get(parameter.module, {}).get(call.span) if call is not None else None
        )
        return found is not None and self.is_wrong(self.app, found)

    def _allows_siblings(self) -> bool:
        versions = self.app.versions
        return versions is not None and versions.at_least("fastapi", _WITH_SIBLINGS_SINCE) is True


def _may_lose_default(editor: RegionEditor, parameter: cst.Param) -> bool:
    """Whether no parameter before it has a default, which Python would demand of it too."""
    import libcst

    parameters = editor.region.parent(parameter)
    if not isinstance(parameters, libcst.Parameters):
        return False
    positional = [*parameters.posonly_params, *parameters.params]
    before = positional[: positional.index(parameter)] if parameter in positional else []
    return all(each.default is None for each in before)


def _problem(app: Application, depends: DependsCall) -> str | None:
    """What goes wrong; None where nothing does."""
    model = dependency_model(app, depends)
    if model is None or (app.versions is not None and app.versions.below("fastapi", _SINCE)):
        return None
    refusing = refusing_validator(app, model)
    if refusing is not None:
        return f"what `{refusing.name}` refuses is a 500, not a 422"
    for name, field in model.fields.items():
        if any(isinstance(each, (Collection, Dictionary)) for each in members(field.shape)):
            return f"`{name}` is read from the request body, not from the query string"
    return None
