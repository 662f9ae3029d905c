"""FAL114 cached-coroutine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Function
from fastapi_lint.diagnostics import Severity
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application

_CACHES = frozenset({"functools.cache", "functools.lru_cache"})


class CachedCoroutine(Rule):
    """
    ## What it does
    Reports `functools.lru_cache` and `functools.cache` on an `async def`.

    ## Why it is bad
    What is cached is the coroutine, not its result. The second caller awaits one that has already run:
    `RuntimeError: cannot reuse already awaited coroutine`.

    ## Use instead
    A cache made for coroutines (`async_lru.alru_cache`, `aiocache`), or cache the plain function that computes.
    """

    code = "FAL114"
    name = "cached-coroutine"
    severity = Severity.ERROR

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Cached coroutine functions."""
        for function in app.functions(app.linted(app.async_modules)):
            if function.is_async and app.inference.has_decorator(function, _CACHES):
                yield Place(function.module, function.node.line)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """A cached coroutine function."""
        function = self.definition(node)
        if not isinstance(function, Function) or not function.is_async or function.node.is_generator:
            return
        for decorator, name in zip(
            node.decorators, self.app.inference.decorator_names(function), strict=True
        ):
            if name in _CACHES:
                self.report(
                    decorator,
                    f"`{name}` caches the coroutine of `{function.name}`, which can be awaited only once",
                    help="use a cache made for coroutines, such as `async_lru.alru_cache`",
                )
