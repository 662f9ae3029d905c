"""FAL112 coroutine-function-offloaded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.calls import callback_arguments
from fastapi_lint.application.scopes import Function
from fastapi_lint.application.values import Awaitable, Display, Method, Partial
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.callbacks import Place as RunningPlace
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.values import Value
    from fastapi_lint.diagnostics import Fix

_SAME_ARGUMENTS = {
    "anyio.to_thread.run_sync": 0,
    "asyncio.AbstractEventLoop.run_in_executor": 1,
    "asyncio.to_thread": 0,
    "fastapi.concurrency.run_in_threadpool": 0,
}
"""Calls that hand their arguments on to the function, which is the one at this position."""


class CoroutineFunctionOffloaded(Rule):
    """
    ## What it does
    Reports an `async def` that is given to something that calls plain functions only: `run_in_threadpool`,
    `asyncio.to_thread`, an executor, a `Thread`, `loop.call_soon`, and the project's own `offloaders`.

    ## Why it is bad
    What is called in the thread gives a coroutine, which nobody awaits. The function never runs, and all that tells
    is a warning on the server's standard error.

    ## Use instead
    `await` the function, or make it a plain `def`.

    ## Fix
    Unsafe: awaits the function in place of the offloading call, where that is awaited itself. What was skipped so
    far is then executed, on the event loop.

    ## Options
    `offloaders`
    """

    code = "FAL112"
    name = "coroutine-function-offloaded"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    _awaited: cst.BaseExpression | None = None
    """The expression under the last `await` visited."""

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Functions in which something is called that takes functions."""
        names = app.event_loop.steps.callbacks.last_names
        for function in app.functions(app.async_modules):
            if not names.isdisjoint(function.node.called):
                yield Place(function.module, function.node.line)

    def visit_Await(self, node: cst.Await) -> None:
        """A call that is awaited, and could be replaced by awaiting the function."""
        self._awaited = node.expression

    def visit_Call(self, node: cst.Call) -> None:
        """A call that takes a function."""
        call, name = self.call(node), self.qualified_name(node.func)
        callback = self.app.event_loop.steps.callbacks.taken_by(name) if name is not None else None
        if call is None or callback is None or callback.coroutine_function is not RunningPlace.NEVER:
            return
        if callback.function is RunningPlace.HERE:  # what `map` gives may be awaited yet
            return
        for argument in callback_arguments(callback, call):
            given = self._coroutine_function(self.app.inference.infer(argument, self.visit.scope))
            if given is not None:
                is_name = isinstance(argument, (nodes.Name, nodes.Attribute))
                self.report(
                    node,
                    f"`{given}` is an `async def`: called here it only makes a coroutine, which never runs",
                    help=f"`await` `{given}`, or make it a plain `def`",
                    fix=self._await(node, name) if is_name and name is not None else None,
                )

    def _coroutine_function(self, value: Value | None) -> str | None:
        """What to call a value that makes coroutines; None for any other."""
        match value:
            case Function():
                return value.name if self.app.event_loop.decorated.gives_coroutine(value) else None
            case Method(function=function) | Partial(function=function):
                return self._coroutine_function(function)
            case Display(node=nodes.Lambda(body=body), scope=scope):
                made = self.app.inference.infer(body, scope)
                return self._coroutine_function(made.function) if isinstance(made, Awaitable) else None
        return None

    def _await(self, node: cst.Call, name: str) -> Fix | None:
        position = _SAME_ARGUMENTS.get(name)
        if node is not self._awaited or position is None or len(node.args) <= position:
            return None
        function, *rest = node.args[position:]
        if function.keyword is not None:
            return None
        if name.startswith("anyio.") and any(each.keyword for each in rest):
            return None
        editor = self.editor()
        editor.replace(node, node.with_changes(func=function.value, args=rest))
        return self.build_fix(f"Await `{self.visit.code(function.value)}`", Applicability.UNSAFE, editor)
