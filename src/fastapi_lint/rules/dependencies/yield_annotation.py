"""FAL407 yield-annotation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application import annotations as written
from fastapi_lint.application.scopes import Function
from fastapi_lint.application.values import NONE, External, Instance
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.diagnostics import Fix

_FITTING = written.ITERATORS | {
    "builtins.object",
    "typing.Any",
    "types.GeneratorType",
    "types.AsyncGeneratorType",
}
_ITERATING = frozenset({"__iter__", "__aiter__", "__next__", "__anext__"})


class YieldAnnotation(Rule):
    """
    ## What it does
    Reports dependencies with `yield` whose return annotation is the yielded type: `-> AsyncSession` where the
    function returns an `AsyncGenerator[AsyncSession]`.

    ## Why it is bad
    FastAPI does not look at it. Everything else does: type checkers reject the function, or believe that
    `await get_db()` gives a session, and so does the next reader.

    ## Use instead
    `AsyncIterator[AsyncSession]` for an `async def`, `Iterator[Session]` for a `def`.

    ## Fix
    Safe: wraps the annotation, and adds the import.
    """

    code = "FAL407"
    name = "yield-annotation"
    preset = Preset.STRICT
    fixes = (Applicability.SAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The dependencies whose annotation does not fit."""
        return (
            Place(function.module, function.node.line)
            for function in app.providers.yielding
            if app.is_linted(function.module) and _is_wrong(app, function)
        )

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """A dependency with `yield`."""
        function = self.definition(node)
        if not isinstance(function, Function) or function not in self.app.providers.yielding:
            return
        if node.returns is not None and _is_wrong(self.app, function):
            annotation = self.visit.code(node.returns.annotation)
            iterator = _iterator(function)
            self.report(
                node.name,
                f"`{function.name}` yields, and so returns an `{iterator}`, not `{annotation}`",
                help=f"annotate it as `{iterator}[{annotation}]`",
                fix=self._fix(node, function),
            )

    def _fix(self, node: cst.FunctionDef, function: Function) -> Fix | None:
        if node.returns is None:
            return None
        row = self.visit.span(node)[0]
        needed = self.visit.imports.require(
            "collections.abc", _iterator(function), row=row, equivalents=("typing",)
        )
        if needed is None:
            return None
        annotation = node.returns.annotation
        editor = self.editor()
        editor.replace(annotation, f"{needed.expression}[{self.visit.code(annotation)}]")
        return self.build_fix(
            f"Annotate it as `{_iterator(function)}`", Applicability.SAFE, editor, imports=needed.edits
        )


def _iterator(function: Function) -> str:
    return "AsyncIterator" if function.is_async else "Iterator"


def _is_wrong(app: Application, function: Function) -> bool:
    """Whether the return annotation is a class that no generator is an instance of."""
    node = written.unquoted(app.inference, function.node.returns)
    if node is None:
        return False
    declared = written.declared(app.inference, node, function.scope, function.owner)
    if declared == NONE:
        return True
    if not isinstance(declared, Instance):
        return False
    cls = declared.type
    if isinstance(cls, External):
        return cls.name not in _FITTING
    line = app.inference.mro(cls)
    return not any(
        base.name in _FITTING if isinstance(base, External) else _ITERATING & base.body_scope.bindings.keys()
        for base in line
    )
