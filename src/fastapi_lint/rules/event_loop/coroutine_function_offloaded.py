"""FAL112 coroutine-function-offloaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.called_parameters import callback_arguments
from fastapi_lint.application.scopes import Function
from fastapi_lint.application.values import Awaitable, Display, Method, Partial
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.callbacks import Place as RunningPlace
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Scope
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
        """Calls of what takes functions, with one that makes coroutines."""
        names = app.event_loop.steps.callbacks.last_names
        for module in app.linted(app.async_modules):
            if names.isdisjoint(module.index.called):
                continue
            for call, scope in app.located(module).calls.values():
                name = app.inference.qualified_name(call.func, scope)
                if name is not None and any(_lost(app, call, name, scope)):
                    yield Place(module, call.line)

    def visit_Await(self, node: cst.Await) -> None:
        """A call that is awaited, and could be replaced by awaiting the function."""
        self._awaited = node.expression

    def visit_Call(self, node: cst.Call) -> None:
        """A call that takes a function."""
        call, name = self.call(node), self.qualified_name(node.func)
        if call is None or name is None:
            return
        for argument, given in _lost(self.app, call, name, self.visit.scope):
            is_name = isinstance(argument, (nodes.Name, nodes.Attribute))
            self.report(
                node,
                f"`{given}` is an `async def`: called here it only makes a coroutine, which never runs",
                help=f"`await` `{given}`, or make it a plain `def`",
                fix=self._await(node, name) if is_name else None,
            )

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


def _lost(
    app: Application, call: nodes.Call, name: str, scope: Scope
) -> Iterator[tuple[nodes.Expression, str]]:
    """The arguments of a call that are coroutine functions and never run, with what to call them."""
    callback = app.event_loop.steps.callbacks.taken_by(name)
    if callback is None or callback.coroutine_function is not RunningPlace.NEVER:
        return
    if callback.function is RunningPlace.HERE:  # what `map` gives may be awaited yet
        return
    for argument in callback_arguments(callback, call):
        given = _coroutine_function(app, app.inference.infer(argument, scope))
        if given is not None:
            yield argument, given


def _coroutine_function(app: Application, value: Value | None) -> str | None:
    """What to call a value that makes coroutines; None for any other."""
    match value:
        case Function():
            return value.name if app.event_loop.decorated.gives_coroutine(value) else None
        case Method(function=function) | Partial(function=function):
            return _coroutine_function(app, function)
        case Display(node=nodes.Lambda(body=body), scope=scope):
            made = app.inference.infer(body, scope)
            return _coroutine_function(app, made.function) if isinstance(made, Awaitable) else None
    return None
