"""FAL421 hand-driven-dependency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.names import imported_as
from fastapi_lint.application.providers import function_of
from fastapi_lint.application.yield_points import yield_points
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.scopes import Function, Scope

_STEPS = frozenset({"builtins.next", "builtins.anext"})
_STEP_METHODS = frozenset({"__next__", "__anext__", "asend", "send"})
_ASSIGNED_AND_ADVANCED = 2
"""How often a generator's variable is mentioned when nothing else happens to it."""


class HandDrivenDependency(Rule):
    """
    ## What it does
    Reports dependencies with `yield` and clean-up that the project's own code drives: `next(get_db())`,
    `await anext(get_db())`, `get_db().__anext__()`, and loops (`async for db in get_db():`).

    `contextmanager(get_db)()`, `yield from get_db()` and a generator that is closed again are fine.

    ## Why it is bad
    Nobody holds the generator of `next(get_db())`: it is closed on the spot, and hands out a session that has been
    cleaned up already, or that nobody cleans up any more. In a loop, an exception of the loop's body never gets to
    the `yield`: the `except` that rolls back does not run, and the rest only when the generator is collected.

    ## Use instead
    `with contextmanager(get_db)() as db:`, `async with asynccontextmanager(get_db)() as db:`, or put what both need
    into a context manager that the dependency uses too.
    """

    code = "FAL421"
    name = "hand-driven-dependency"

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Where such a dependency is advanced."""
        for module in _modules(app):
            for call, scope in app.located(module).calls.values():
                if _stepped(app, call, scope) is not None or _made(app, call, scope) is not None:
                    yield Place(module, call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """`next(…)` and the like."""
        call = self.call(node)
        function = _stepped(self.app, call, self.scope) if call is not None else None
        if function is not None:
            written = " ".join(self.visit.code(node).split())
            self._report(
                node,
                function,
                f"`{written}` abandons the generator: `{function.name}` cleans up while its value is still in use",
            )

    def visit_For(self, node: cst.For) -> None:
        """A loop over a dependency."""
        self._check_iterable(node.iter)

    def visit_CompFor(self, node: cst.CompFor) -> None:
        """A comprehension over a dependency."""
        self._check_iterable(node.iter)

    def _check_iterable(self, node: cst.BaseExpression) -> None:
        function = _made(self.app, self.call(node), self.scope)
        if function is not None:
            self._report(
                node,
                function,
                f"`{function.name}` does not learn what fails in this loop: its `except` never runs, its clean-up "
                "only when the generator is collected",
            )

    def _report(self, node: cst.CSTNode, function: Function, message: str) -> None:
        manager = "asynccontextmanager" if function.is_async else "contextmanager"
        entered = "async with" if function.is_async else "with"
        self.report(node, message, help=f"write `{entered} {manager}({function.name})() as …:`")


def _modules(app: Application) -> Iterator[Module]:
    """The modules in which a dependency with `yield` is called by its name."""
    names = {function.name for function in app.providers.yielding}
    for module in app.linted(app.async_modules):
        if not names.isdisjoint(module.index.called) or imported_as(module.scope, names):
            yield module


def _stepped(app: Application, call: nodes.Call, scope: Scope) -> Function | None:
    """The dependency that a call advances: `next(get_db())`, `get_db().__anext__()`, `next(generator)`."""
    if isinstance(call.func, nodes.Attribute) and call.func.attr in _STEP_METHODS:
        source: nodes.Expression = call.func.value
    elif call.args and app.inference.qualified_name(call.func, scope) in _STEPS:
        source = call.args[0]
    else:
        return None
    if isinstance(source, nodes.Name):
        return _held(app, source, scope)
    return _made(app, source if isinstance(source, nodes.Call) else None, scope)


def _held(app: Application, source: nodes.Name, scope: Scope) -> Function | None:
    """The dependency whose generator a local variable holds, if nothing else happens to it."""
    function = scope.function
    bindings = scope.bindings.get(source.id, ())
    if function is None or len(bindings) != 1 or not isinstance(bindings[0].value, nodes.Call):
        return None
    mentions = [
        node for node in walk(function.node.body) if isinstance(node, nodes.Name) and node.id == source.id
    ]
    if len(mentions) > _ASSIGNED_AND_ADVANCED:
        return None
    return _made(app, bindings[0].value, scope)


def _made(app: Application, call: nodes.Call | None, scope: Scope) -> Function | None:
    """The dependency with clean-up whose generator a call makes."""
    function = function_of(app.inference.infer(call.func, scope)) if call is not None else None
    if function is None or function not in app.providers.yielding or not _cleans_up(function):
        return None
    return function


def _cleans_up(function: Function) -> bool:
    points = yield_points(function)
    return len(points) == 1 and (
        any(points[0].withs) or any(points[0].tries) or any(points[0].after_success())
    )
