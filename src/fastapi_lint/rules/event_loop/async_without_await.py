"""FAL113 async-without-await."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Function
from fastapi_lint.application.waiting import awaits, is_trivial, needs_the_loop
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.roots import Root
    from fastapi_lint.diagnostics import Fix

_KINDS = frozenset({"http", "dependency"})


class AsyncWithoutAwait(Rule):
    """
    ## What it does
    Reports routes and dependencies that are `async def`, await nothing, and call code of which it is not known how
    long it takes.

    Trivial ones, which compute next to nothing, are left alone unless `trivial-async` asks for them. So are those
    that need the event loop: they create tasks, or set context variables. Blocking calls in them are the business
    of FAL101 to FAL108.

    ## Why it is bad
    An `async def` runs on the event loop: whatever it computes, no other request is answered meanwhile. A plain
    `def` runs in a worker thread.

    ## Use instead
    `def`, unless all that it calls is known to be quick.

    ## Fix
    A hint: removes `async`. Code that awaits the function has to change, too.

    ## Options
    `trivial-async`

    ## References
    - [Concurrency and async / await](https://fastapi.tiangolo.com/async/)
    """

    code = "FAL113"
    name = "async-without-await"
    preset = Preset.STRICT
    fixes = (Applicability.HINT,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Async routes and dependencies that await nothing."""
        for function in app.event_loop.candidates():
            if function.is_async and not awaits(function) and function in app.event_loop.framework_roots:
                yield Place(function.module, function.node.line)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """A route or dependency that waits for nothing."""
        function = self.definition(node)
        if not isinstance(function, Function) or not self._should_be_plain(function):
            return
        root = next(self._roots(function))
        what = "route" if root.kind == "http" else "dependency"
        self.report(
            node.name,
            f"the {what} `{function.name}` awaits nothing: all that it calls runs on the event loop, "
            "and no other request is answered meanwhile",
            help=f"make `{function.name}` a plain `def`, which FastAPI runs in a worker thread",
            hints=filter(None, [self._plain(node)]),
        )

    def _roots(self, function: Function) -> Iterator[Root]:
        return (root for root in self.app.event_loop.framework_roots.get(function, ()) if root.kind in _KINDS)

    def _should_be_plain(self, function: Function) -> bool:
        if not function.is_async or function.node.is_generator or not any(self._roots(function)):
            return False
        loop = self.app.event_loop
        if awaits(function) or needs_the_loop(function, loop.steps) or loop.blocks(function):
            return False
        if loop.decorated.is_awaited_by_wrapper(function):
            return False
        return self.app.options.trivial_async or not is_trivial(function, loop.steps)

    def _plain(self, node: cst.FunctionDef) -> Fix | None:
        from fastapi_lint.rules.coroutine_fixes import make_plain

        return make_plain(self, node)
