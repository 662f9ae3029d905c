"""FAL418 uncached-settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Function
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.diagnostics import Fix


class UncachedSettings(Rule):
    """
    ## What it does
    Reports dependencies that make a `BaseSettings` object for each request. FAL427 is about the class itself as a
    dependency.

    ## Why it is bad
    Every request reads the environment, and the `.env` file from disk, and validates all of it again.

    ## Use instead
    A function with `@lru_cache` that returns the settings. `dependency_overrides` goes on working.

    ## Fix
    Unsafe: adds `@lru_cache` to a function without parameters. Later changes of the environment are not seen any more.

    ## References
    - [FastAPI: Settings and Environment Variables](https://fastapi.tiangolo.com/advanced/settings/)
    """

    code = "FAL418"
    name = "uncached-settings"
    preset = Preset.STRICT
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Functions that make settings."""
        for function in app.settings_dependencies.uncached:
            yield Place(function.module, function.node.line)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """A function, perhaps one that makes settings."""
        function = self.definition(node)
        if not isinstance(function, Function):
            return
        settings = self.app.settings_dependencies.uncached.get(function)
        if settings is not None:
            self.report(
                node.name,
                f"`{function.name}` makes the `{settings.name}` anew for each request: the environment is read and "
                "validated every time",
                help="make it a plain function with `@lru_cache`"
                if function.is_async
                else "add `@lru_cache`",
                fix=self._fix(node, function),
            )

    def _fix(self, node: cst.FunctionDef, function: Function) -> Fix | None:
        if function.is_async or function.node.parameters or node.decorators:
            return None
        needed = self.visit.imports.require("functools", "lru_cache", row=self.visit.span(node)[0])
        if needed is None:
            return None
        editor = self.editor()
        editor.add_decorator(node, needed.expression)
        return self.build_fix("Cache the settings", Applicability.UNSAFE, editor, imports=needed.edits)
