"""FAL110 unawaited-coroutine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from fastapi_lint.application.values import External
from fastapi_lint.diagnostics import Applicability, Location, Severity, TraceStep
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.coroutines import Unawaited
    from fastapi_lint.diagnostics import Fix

_CONSEQUENCES: Mapping[str, str] = {
    "dropped": "it never runs",
    "used": "what is used here is the coroutine, not its result",
    "returned": "FastAPI does not await what is returned, and fails to serialise it",
}


class UnawaitedCoroutine(Rule):
    """
    ## What it does
    Reports calls of coroutine functions, the project's own from any module or a known library's, that are not
    awaited: the coroutine is dropped, used as if it were the result, or returned to FastAPI.

    Coroutines that are handed on (gathered, scheduled, stored, returned to a caller) are left alone.

    ## Why it is bad
    Calling a coroutine function runs nothing. The session is not committed, the message is not sent, a comparison
    is always true, and the only hint is a warning on the server's standard error.

    ## Use instead
    `await` the call, or give the coroutine to `asyncio.gather`, `asyncio.create_task` or a task group.

    ## Fix
    Unsafe: adds `await` where the call stands in an `async def`. What was skipped so far is then executed.
    """

    code = "FAL110"
    name = "unawaited-coroutine"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The calls the model found."""
        return (
            Place(module, each.call.line)
            for module, found in app.unawaited_coroutines.items()
            for each in found.values()
        )

    def visit_Call(self, node: cst.Call) -> None:
        """A call that makes a coroutine."""
        found = self.app.unawaited_coroutines.get(self.module, {}).get(self.visit.span(node))
        if found is not None:
            written = self.visit.code(node.func)
            self.report(
                node,
                f"`{written}(…)` is not awaited: {_CONSEQUENCES[found.how]}",
                help=self._help(written),
                trace=_definition(found),
                fix=self._await(node),
            )

    def _await(self, node: cst.Call) -> Fix | None:
        from fastapi_lint.rules.coroutine_fixes import await_call

        return await_call(self, node, f"Await `{self.visit.code(node.func)}`")

    def _help(self, written: str) -> str:
        if self.function is None or self.function.is_async:
            return f"write `await {written}(…)`"
        return f"make `{self.function.name}` an `async def` and write `await {written}(…)`"


def _definition(found: Unawaited) -> Iterable[TraceStep]:
    """Where the coroutine function is defined, if it is the project's."""
    function = found.function
    if isinstance(function, External):
        return
    node, module = function.node, function.module  # type: ignore[union-attr]  # the only other kind is a function
    yield TraceStep(module.path, Location(node.line, node.column + 1), f"async def {node.name}")  # type: ignore[union-attr]  # likewise
