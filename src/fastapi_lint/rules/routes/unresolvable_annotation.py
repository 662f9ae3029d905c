"""FAL228 unresolvable-annotation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.diagnostics import Applicability, Location, Severity, TraceStep
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.lazy_annotations import Unresolvable
    from fastapi_lint.diagnostics import Fix


class UnresolvableAnnotation(Rule):
    """
    ## What it does
    Reports annotations of handlers, dependencies and models that cannot be evaluated when the application runs: names
    that are imported under `if TYPE_CHECKING` only, and local names in a module with
    `from __future__ import annotations`. Models that the project completes with `model_rebuild()`, in whatever module,
    are left alone.

    ## Why it is bad
    FastAPI needs the types at run time. What it cannot evaluate becomes a query parameter, `Depends(…)` in its metadata
    or not: a required one answers every request with a 422. The OpenAPI document, and `/docs` with it, fails for
    the whole application.

    ## Use instead
    Import the type without the condition, and define what annotations mention at module level. Linters that move
    imports under `TYPE_CHECKING` have settings for FastAPI.

    ## Fix
    Unsafe: imports the name without the condition. That may make a cycle of imports.
    """

    code = "FAL228"
    name = "unresolvable-annotation"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Parameters, return types and fields with such an annotation."""
        for node, readings in app.routing.readings.parameters:
            module = readings[0].signature.function.module
            if app.is_linted(module) and app.lazy_annotations.of_parameter(readings) is not None:
                yield Place(module, node.line)
        for route in app.routes:
            function = route.function
            if function is not None and app.is_linted(function.module):
                if app.lazy_annotations.of_return(route) is not None:
                    yield Place(function.module, function.node.line)
        for model, fields in app.lazy_annotations.fields.items():
            for field, _ in fields:
                yield Place(model.module, field.line)

    def visit_Param(self, node: cst.Param) -> None:
        """A parameter of a handler or dependency."""
        line, column, _, _ = self.visit.span(node.name)
        readings = self.app.routing.readings.at(self.module, line, column)
        found = self.app.lazy_annotations.of_parameter(readings) if readings else None
        if found is not None and node.annotation is not None:
            route = readings[0].signature.routes[0]
            self._report_name(
                node.annotation.annotation,
                found,
                f"`{shown(route)}` reads `{node.name.value}` from the query string, and OpenAPI fails",
            )

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """A handler with a return type."""
        function = self.definition(node)
        if not isinstance(function, Function) or node.returns is None:
            return
        for route in self.app.routes_of(function):
            found = self.app.lazy_annotations.of_return(route)
            if found is not None:
                consequence = f"requests of `{shown(route)}` and OpenAPI fail"
                self._report_name(node.returns.annotation, found, consequence)
                return

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        """A model that routes use."""
        cls = self.definition(node)
        fields = self.app.lazy_annotations.fields.get(cls, []) if isinstance(cls, Class) else []
        if not fields:
            return
        import libcst

        lines = {
            self.visit.span(statement)[0]: statement
            for line in node.body.body
            if isinstance(line, libcst.SimpleStatementLine)
            for statement in line.body
            if isinstance(statement, libcst.AnnAssign)
        }
        for field, found in fields:
            if field.line in lines:
                consequence = (
                    f"`{node.name.value}` is never complete, and the routes that use it and OpenAPI fail"
                )
                self._report_name(lines[field.line].annotation.annotation, found, consequence)

    def _report_name(self, node: cst.CSTNode, found: Unresolvable, consequence: str) -> None:
        where = "a local name" if found.is_local else "imported for type checkers only"
        help_text = f"define `{found.name}` at module level" if found.is_local else None
        self.report(
            node,
            f"`{found.name}` is {where}: {consequence}",
            help=help_text or f"import `{found.name}` outside of `if TYPE_CHECKING`",
            trace=[
                TraceStep(
                    self.module.path, Location(found.binding.line, 1), f"`{found.name}` comes from here"
                )
            ],
            fix=None if found.is_local else self._fix(node, found),
        )

    def _fix(self, node: cst.CSTNode, found: Unresolvable) -> Fix | None:
        from fastapi_lint.rules.runtime_import_fix import runtime_import_fix

        return runtime_import_fix(self.visit.file, found.binding, found.name, self.visit.span(node)[0])
