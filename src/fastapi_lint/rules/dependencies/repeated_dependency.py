"""FAL410 repeated-dependency."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability, Location, TraceStep
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.diagnostics import Fix


class RepeatedDependency(Rule):
    """
    ## What it does
    Reports a dependency in `dependencies=[…]` that every route concerned has already from a level further out: the
    app, an `include_router`, the router; or earlier in the same list. Levels of all modules are taken together.

    Other security scopes, `use_cache=False` and factories make another dependency of it.

    ## Why it is bad
    FastAPI calls it once per request, however often it is listed: this one does nothing. It looks as if the route
    needed its own protection, and whoever removes the outer one, or keeps both in step, is misled.

    ## Use instead
    List it on one level: the outermost whose routes all need it.

    ## Fix
    Safe: removes the inner one.
    """

    code = "FAL410"
    name = "repeated-dependency"
    fixes = (Applicability.SAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The lists that repeat something."""
        return (Place(module, line) for module, line, _ in app.repeated_dependencies)

    def visit_Call(self, node: cst.Call) -> None:
        """A `Depends(…)` in a list."""
        self._check(node)

    def visit_Arg(self, node: cst.Arg) -> None:
        """A list that a variable holds."""
        import libcst

        if node.keyword is not None and node.keyword.value == "dependencies":
            if not isinstance(node.value, (libcst.List, libcst.Tuple)):
                self._check(node.value)

    def _check(self, node: cst.BaseExpression) -> None:
        line, column, _, _ = self.visit.span(node)
        outer = self.app.repeated_dependencies.get((self.module, line, column))
        if outer is None:
            return
        name = outer.dependency.callee.name
        where = f"`{outer.hop.text}`" if outer.hop is not None else "the same list"
        place = outer.place
        self.report(
            node,
            f"`{name}` is a dependency of {where} already: FastAPI calls it once, and this one does nothing",
            help="remove it here",
            trace=(TraceStep(place[0].path, Location(place[1], place[2] + 1), f"`{name}` is listed here"),),
            fix=self._fix(node),
        )

    def _fix(self, node: cst.BaseExpression) -> Fix | None:
        import libcst

        editor = self.editor()
        element = editor.region.parent(node)
        display = editor.region.parent(element) if isinstance(element, libcst.Element) else None
        if not isinstance(display, libcst.List) or not isinstance(element, libcst.Element):
            return None
        argument = editor.region.parent(display)
        call = editor.region.parent(argument) if isinstance(argument, libcst.Arg) else None
        if len(display.elements) > 1:
            editor.remove_element(display, element)
        elif isinstance(argument, libcst.Arg) and isinstance(call, libcst.Call):
            editor.remove_argument(call, argument)
        else:
            return None
        return self.build_fix("Remove the repeated dependency", Applicability.SAFE, editor)
