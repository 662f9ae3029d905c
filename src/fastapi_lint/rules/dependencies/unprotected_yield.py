"""FAL405 unprotected-yield."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fastapi_lint.application.source_text import source_text
from fastapi_lint.application.yield_points import YieldPoint, yield_points
from fastapi_lint.diagnostics import Applicability, Location, TraceStep
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import dotted_name, last_name, walk_scope
from fastapi_lint.rules.yield_rule import YieldRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.diagnostics import Fix

_CLEANING = frozenset(
    {
        "aclose", "cancel", "clean_up", "cleanup", "close", "close_all", "disconnect", "dispose", "expunge_all",
        "kill", "logout", "putconn", "quit", "release", "remove", "reset", "rmdir", "rmtree", "rollback", "shutdown",
        "stop", "tear_down", "teardown", "terminate", "unlink", "unlock", "unsubscribe", "wait_closed", "__aexit__",
        "__exit__",
    }
)  # fmt: skip
"""What methods and functions are called that end, free or undo something."""
_BROAD = frozenset({"BaseException", "Exception"})


class UnprotectedYield(YieldRule):
    """
    ## What it does
    Reports dependencies whose clean-up (`close()`, `release()`, `disconnect()`, `rmtree()`…) follows the `yield`
    without `finally` or `with`.

    ## Why it is bad
    When the request fails, FastAPI raises the exception at the `yield`: what comes after is skipped. An
    `HTTPException` is enough. Each 404 then leaks a connection, until the pool is empty and the application hangs.

    ## Use instead
    `try: yield … finally: …`, or a `with` block around the `yield`.

    ## Fix
    Unsafe: puts the `yield` into `try`, and the clean-up that follows it into `finally`.

    ## References
    - [Dependencies with yield and try](https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/)
    """

    code = "FAL405"
    name = "unprotected-yield"
    fixes = (Applicability.UNSAFE,)
    whole_region = True

    @classmethod
    def find(cls, app: Application, function: Function) -> Sequence[nodes.Yield]:
        """The `yield`s whose clean-up may be skipped."""
        points = [each for each in yield_points(function) if not each.is_in_loop]
        return [each.node for each in points if next(_skipped(each), None) is not None]

    def visit_Yield(self, node: cst.Yield) -> None:
        """The `yield` of a dependency."""
        line = self.visit.span(node)[0]
        if self.function is None or not self.found_at(line):
            return
        point = next(each for each in yield_points(self.function) if each.node.line == line)
        call = next(_skipped(point))
        place = Location(call.line, call.column + 1)
        self.report(
            node,
            f"`{source_text(call)}` is skipped when the request fails: FastAPI raises its exception at this `yield`",
            help="put the clean-up into `finally`, or use `with`",
            trace=(TraceStep(self.module.path, place, f"`{source_text(call)}`"),),
            fix=self._fix(node),
        )

    def _fix(self, node: cst.Yield) -> Fix | None:
        """`try` around the `yield`, if all that follows in its block is clean-up."""
        import libcst

        editor = self.editor()
        statement = editor.region.statement_of(node)
        block = editor.region.parent(statement)
        if not isinstance(block, libcst.IndentedBlock) or not isinstance(
            statement, libcst.SimpleStatementLine
        ):
            return None
        if isinstance(editor.region.parent(block), libcst.Try):
            return None
        following = list(block.body)[list(block.body).index(statement) + 1 :]
        if not following or not all(self._is_clean_up(each) for each in following):
            return None
        last = "\n".join(f"    {self.visit.code(each).strip()}" for each in following)
        editor.replace_statement(
            statement, f"try:\n    {self.visit.code(statement).strip()}\nfinally:\n{last}\n"
        )
        for each in following:
            editor.remove_statement(each)
        return self.build_fix("clean up in `finally`", Applicability.UNSAFE, editor)

    def _is_clean_up(self, statement: cst.CSTNode) -> bool:
        """Whether it is one call, on one line and without a comment, that ends something."""
        import libcst

        if not isinstance(statement, libcst.SimpleStatementLine) or len(statement.body) != 1:
            return False
        expression = statement.body[0]
        if not isinstance(expression, libcst.Expr) or "\n" in self.visit.code(statement).strip():
            return False
        value = expression.value
        call = self.call(value.expression if isinstance(value, libcst.Await) else value)
        return call is not None and last_name(call.func) in _CLEANING


def _skipped(point: YieldPoint) -> Iterator[nodes.Call]:
    """The clean-up calls that run after success only."""
    entered = {name for block in point.withs for name in _names_entered(block)}
    done = {source_text(call) for each in point.tries for call in _done_on_failure(each)}
    for call in _after_success_only(point):
        receiver = (dotted_name(call.func) or "").partition(".")[0]
        if receiver not in entered and source_text(call) not in done:
            yield call


def _after_success_only(point: YieldPoint) -> Iterator[nodes.Call]:
    for each in point.enclosing:
        yield from _clean_up(each.following)
        if isinstance(each.statement, nodes.Try):
            if each.part != "body":
                return
            yield from _clean_up(each.statement.orelse)
            if _swallows(each.statement):
                return


def _clean_up(statements: Sequence[nodes.Statement]) -> Iterator[nodes.Call]:
    for node in walk_scope(statements):
        if isinstance(node, nodes.Call) and last_name(node.func) in _CLEANING:
            yield node


def _done_on_failure(statement: nodes.Try) -> Iterator[nodes.Call]:
    yield from _clean_up(statement.finalbody)
    for handler in statement.handlers:
        if _is_broad(handler):
            yield from _clean_up(handler.body)


def _swallows(statement: nodes.Try) -> bool:
    """Whether a handler takes every exception and lets none out."""
    return any(
        _is_broad(handler) and not any(isinstance(node, nodes.Raise) for node in walk_scope(handler.body))
        for handler in statement.handlers
    )


def _is_broad(handler: nodes.ExceptHandler) -> bool:
    return handler.exception is None or last_name(handler.exception) in _BROAD


def _names_entered(block: nodes.With) -> Iterator[str]:
    """The names that end with the block: what it binds, and what it is made of, as in `with closing(db):`."""
    for item in block.items:
        for expression in (item.context, item.target):
            if expression is not None:
                yield from (node.id for node in walk_scope(expression) if isinstance(node, nodes.Name))
