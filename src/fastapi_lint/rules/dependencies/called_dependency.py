"""FAL402 called-dependency."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Function
from fastapi_lint.application.values import Awaitable, Instance, Value
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.index import nodes
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.providers import DependsCall
    from fastapi_lint.diagnostics import Fix

_GENERATORS = ("Generator", "AsyncGenerator")


class CalledDependency(Rule):
    """
    ## What it does
    Reports `Depends(get_db())` where what the call returns cannot be called: a session, a coroutine, a generator,
    an object of a class without `__call__`.

    Factories (`Depends(require_role("admin"))` that returns a function) and callable objects are left alone.

    ## Why it is bad
    FastAPI calls what it is given, for each request. It refuses anything else when the module is imported:
    `TypeError: … is not a callable object`.

    ## Use instead
    Give the function itself: `Depends(get_db)`.

    ## Fix
    Unsafe: removes the parentheses, where the call has no arguments.
    """

    code = "FAL402"
    name = "called-dependency"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Every `Depends(…)` with a call in it that gives nothing callable."""
        return (
            Place(each.module, each.call.line)
            for each in app.providers.calls
            if app.is_linted(each.module) and _is_wrong(app, each)
        )

    def visit_Call(self, node: cst.Call) -> None:
        """A `Depends(…)`."""
        found = self.app.providers.written.get(self.module, {}).get(self.visit.span(node))
        if found is None or not _is_wrong(self.app, found):
            return
        inner = node.args[0].value
        self.report(
            inner,
            f"`{self.visit.code(inner)}` gives {_described(self.app, found.value)}, which FastAPI cannot call: "
            "it refuses the dependency at import",
            help=f"give the function itself: `Depends({self._callee(inner)})`",
            fix=self._fix(inner),
        )

    def _callee(self, inner: cst.BaseExpression) -> str:
        return self.visit.code(getattr(inner, "func", inner))

    def _fix(self, inner: cst.BaseExpression) -> Fix | None:
        if getattr(inner, "args", None):
            return None
        editor = self.editor()
        editor.replace(inner, self._callee(inner))
        return self.build_fix("Give the function itself", Applicability.UNSAFE, editor)


def _is_wrong(app: Application, depends: DependsCall) -> bool:
    if not isinstance(depends.dependency, nodes.Call):
        return False
    value = depends.value
    if isinstance(value, Awaitable) and isinstance(value.function, Function):
        return app.event_loop.decorated.gives_coroutine(value.function)
    return app.class_relations.is_uncallable(value)


def _described(app: Application, value: Value | None) -> str:
    match value:
        case Awaitable():
            return "a coroutine"
        case Instance(type=cls):
            name = app.inference.name_of(cls) or ""
            last = name.rpartition(".")[2]
            return "a generator" if last in _GENERATORS else f"an object of `{last}`"
    return "a constant"
