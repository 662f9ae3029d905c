"""FAL423 commit-after-yield."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from fastapi_lint.application.providers import function_of
from fastapi_lint.application.values import Instance, Method
from fastapi_lint.application.yield_points import yield_points
from fastapi_lint.diagnostics import Applicability, Location, TraceStep
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk_scope
from fastapi_lint.rules.yield_rule import YieldRule, exits_after_response

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.diagnostics import Fix

_COMMITTING = (
    "sqlalchemy.orm.Session",
    "sqlalchemy.orm.scoped_session",
    "sqlalchemy.orm.sessionmaker",
    "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.ext.asyncio.async_sessionmaker",
    "sqlalchemy.engine.Engine",
    "sqlalchemy.engine.Connection",
    "sqlalchemy.ext.asyncio.AsyncEngine",
    "sqlalchemy.ext.asyncio.AsyncConnection",
)
"""What commits at the end of `with x.begin():`."""
_MANAGERS = ("contextlib.asynccontextmanager", "contextlib.contextmanager")


class CommitAfterYield(YieldRule):
    """
    ## What it does
    Reports dependencies that commit after their `yield`, also through a context manager around it
    (`with session.begin():`, or one of the project that commits), where
    FastAPI resumes them only after the response: from 0.118 on, and before 0.106, unless every `Depends(…)` says
    `scope="function"`.

    ## Why it is bad
    When the commit fails, the client already has its 200. A constraint that is checked late, a serialisation
    failure or a lost connection loses the data, and nobody but the server's log learns of it. Whoever reads right
    after the response may not see the row yet.

    ## Use instead
    Commit in the handler, or in what it calls. From FastAPI 0.121 on, `Depends(get_db, scope="function")` ends the
    dependency before the response is sent; the session is then closed for background tasks and streams.

    ## Fix
    Unsafe: adds `scope="function"` to every `Depends(…)` of the dependency, from FastAPI 0.121 on, where all of them
    stand in its file. A commit that fails then is a 500; background tasks and streams find the session closed.

    ## References
    - [Dependencies with yield: early exit and scope](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
    """

    code = "FAL423"
    name = "commit-after-yield"
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def find(cls, app: Application, function: Function) -> Sequence[nodes.Call | nodes.With]:
        """The commits, or the `with` statements that commit."""
        if not exits_after_response(app, function):
            return ()
        return list(dict.fromkeys((*_commits(function), *_committing_blocks(app, function))))

    def visit_Call(self, node: cst.Call) -> None:
        """A `commit()`."""
        if self.call(node) in self.found_at(self.visit.span(node)[0]):
            self._report(node, f"`{self.visit.code(node.func)}()` runs")

    def visit_With(self, node: cst.With) -> None:
        """A transaction around the `yield`."""
        function = self.function
        for found in self.found_at(self.visit.span(node)[0]):
            if function is not None and isinstance(found, nodes.With):
                through = [
                    each for item in found.items for each in _commits_of(self.app, item.context, function)
                ]
                self._report(node.items[0], "this transaction is committed", _steps(through))

    def _report(self, node: cst.CSTNode, what: str, trace: Iterable[TraceStep] = ()) -> None:
        versions = self.app.versions
        scoped = versions is None or versions.below("fastapi", "0.121") is not True
        name = self.function.name if self.function is not None else ""
        self.report(
            node,
            f"{what} when the client already has its answer: if it fails, the data are lost behind a 200",
            help="commit in the handler"
            + (f', or use `Depends({name}, scope="function")`' if scoped else ""),
            trace=trace,
            fix=self._fix(),
        )

    def _fix(self) -> Fix | None:
        from fastapi_lint.rules.exit_scope_fix import exit_scope_fix

        return exit_scope_fix(self, self.function) if self.function is not None else None


def _commits(function: Function) -> Iterator[nodes.Call]:
    for point in yield_points(function):
        if not point.is_in_loop:
            for statement in point.after_success():
                for node in walk_scope(statement):
                    if _is_commit(node):
                        yield node


def _is_commit(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.Call) and isinstance(node.func, nodes.Attribute) and node.func.attr == "commit"
    )


def _committing_blocks(app: Application, function: Function) -> Iterator[nodes.With]:
    for point in yield_points(function):
        for block in point.withs:
            for item in block.items:
                if _begins(app, item.context, function) or _commits_of(app, item.context, function):
                    yield block


def _begins(app: Application, context: nodes.Expression, function: Function) -> bool:
    """Whether it is `session.begin()`, which commits in the end."""
    if not isinstance(context, nodes.Call) or not isinstance(context.func, nodes.Attribute):
        return False
    holder = app.inference.infer(context.func.value, function.body_scope)
    return context.func.attr == "begin" and app.inference.is_instance(holder, _COMMITTING)


def _commits_of(
    app: Application, context: nodes.Expression, function: Function
) -> list[tuple[Function, nodes.Call]]:
    """The commits at the end of a context manager of the project: a function with `yield`, or a class."""
    if isinstance(context, nodes.Call):
        manager = function_of(app.inference.infer(context.func, function.body_scope))
        if manager is not None and app.inference.has_decorator(manager, _MANAGERS):
            return [(manager, each) for each in _commits(manager)]
    value = app.inference.infer(context, function.body_scope)
    found = []
    for name in ("__exit__", "__aexit__"):
        method = app.inference.member(value, name) if isinstance(value, Instance) else None
        if isinstance(method, Method):
            body = method.function.node.body
            found += [(method.function, node) for node in walk_scope(body) if _is_commit(node)]
    return found


def _steps(commits: list[tuple[Function, nodes.Call]]) -> Iterator[TraceStep]:
    for function, call in commits:
        place = Location(call.line, call.column + 1)
        yield TraceStep(function.module.path, place, f"{function.qualname} commits")
