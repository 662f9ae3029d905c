"""FAL406 yield-swallows-exception."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fastapi_lint.application.providers import function_of
from fastapi_lint.application.yield_points import YieldPoint, yield_points
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import last_name, walk_scope
from fastapi_lint.rules.yield_rule import YieldRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.diagnostics import Fix

_RAISES_AGAIN = "0.110"
"""Before this version FastAPI raised the exception of the request again, whatever a dependency did with it."""
_NOT_THROWN = frozenset({"GeneratorExit", "CancelledError", "StopIteration", "StopAsyncIteration"})
_BROAD = frozenset({"BaseException", "Exception", "HTTPException"})
_SUPPRESS = "contextlib.suppress"
_LEAVING = frozenset({"builtins.exit", "builtins.quit", "os._exit", "sys.exit"})


class YieldSwallowsException(YieldRule):
    """
    ## What it does
    Reports an `except` around the `yield` of a dependency that neither raises the exception again nor another one,
    and `contextlib.suppress` around it. Silent before FastAPI 0.110, which raised the exception again itself.

    ## Why it is bad
    The exceptions of handlers arrive at the `yield`, an `HTTPException(404)` as much as a bug. FastAPI needs them to
    answer the request. Once they are swallowed there is neither response nor error: it raises a `FastAPIError`, the
    client gets a 500 in the place of its 404, and the bug leaves no trace.

    ## Use instead
    Roll back, and `raise`.

    ## Fix
    Unsafe: adds `raise` at the end of the handler. Requests that ended in a 500 then end as the handler meant.

    ## References
    - [Dependencies with yield and except](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
    """

    code = "FAL406"
    name = "yield-swallows-exception"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)
    whole_region = True

    @classmethod
    def find(cls, app: Application, function: Function) -> Sequence[nodes.ExceptHandler | nodes.With]:
        """The handlers that keep the exception to themselves."""
        if app.versions is not None and app.versions.below("fastapi", _RAISES_AGAIN):
            return ()
        found: list[nodes.ExceptHandler | nodes.With] = []
        for point in yield_points(function):
            if not point.is_in_loop:
                found += _swallowing_handlers(app, function, point)
                found += _suppressing_blocks(app, function, point)
        return list(dict.fromkeys(found))

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        """An `except` around the `yield`."""
        if self.found_at(self.visit.span(node)[0]):
            caught = f" {self.visit.code(node.type)}" if node.type is not None else ""
            self._report(node, f"`except{caught}` swallows", fix=self._fix(node))

    def visit_With(self, node: cst.With) -> None:
        """A `with suppress(…)` around the `yield`."""
        if self.found_at(self.visit.span(node)[0]):
            self._report(node.items[0], "`suppress` swallows")

    def _report(self, node: cst.CSTNode, what: str, fix: Fix | None = None) -> None:
        self.report(
            node,
            f"{what} what the handler raises{_broadly(node)}: FastAPI is left without a response, and answers 500",
            help="end it with `raise`",
            fix=fix,
        )

    def _fix(self, node: cst.ExceptHandler) -> Fix | None:
        import libcst

        block = node.body
        if not isinstance(block, libcst.IndentedBlock):
            return None
        last = block.body[-1]
        editor = self.editor()
        if isinstance(last, libcst.SimpleStatementLine) and isinstance(last.body[-1], libcst.Pass):
            editor.replace(last.body[-1], libcst.Raise())
        elif isinstance(last, libcst.SimpleStatementLine) and isinstance(last.body[-1], libcst.Return):
            return None
        else:
            editor.insert_statement_after(last, "raise")
        return self.build_fix("raise the exception again", Applicability.UNSAFE, editor)


def _broadly(node: cst.CSTNode) -> str:
    """Whether `HTTPException` is among what is caught, in words."""
    import libcst

    caught = node.type if isinstance(node, libcst.ExceptHandler) else None
    is_broad = caught is None or (isinstance(caught, libcst.Name) and caught.value in _BROAD)
    return ", `HTTPException` too" if is_broad else ""


def _swallowing_handlers(
    app: Application, function: Function, point: YieldPoint
) -> Iterator[nodes.ExceptHandler]:
    if any(isinstance(node, nodes.Raise) for node in walk_scope(point.after_success())):
        return  # it may raise then what it has caught
    for each in point.tries:
        for handler in each.handlers:
            if not _is_never_thrown(handler) and not _may_raise(app, function, handler):
                yield handler


def _is_never_thrown(handler: nodes.ExceptHandler) -> bool:
    """Whether it catches only what no handler's failure raises at the `yield`."""
    caught = handler.exception
    each = caught.elements if isinstance(caught, nodes.Sequence) else [caught]
    return all(last_name(node) in _NOT_THROWN for node in each)


def _may_raise(app: Application, function: Function, handler: nodes.ExceptHandler) -> bool:
    """Whether an exception may leave the handler: by `raise`, or by a function of the project that raises."""
    for node in walk_scope(handler.body):
        if isinstance(node, nodes.Raise):
            return True
        if isinstance(node, nodes.Call):
            target = app.inference.infer(node.func, function.body_scope)
            if app.inference.name_of(target) in _LEAVING:
                return True
            called = function_of(target)
            if called is not None and any(
                isinstance(each, nodes.Raise) for each in walk_scope(called.node.body)
            ):
                return True
    return False


def _suppressing_blocks(app: Application, function: Function, point: YieldPoint) -> Iterator[nodes.With]:
    for block in point.withs:
        for item in block.items:
            if isinstance(item.context, nodes.Call):
                if app.inference.qualified_name(item.context.func, function.body_scope) == _SUPPRESS:
                    yield block
