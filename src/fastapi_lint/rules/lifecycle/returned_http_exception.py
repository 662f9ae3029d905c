"""FAL604 returned-http-exception."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.answers import makes_exception, returned
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.diagnostics import Fix


class ReturnedHttpException(Rule):
    """
    ## What it does
    Reports `return HTTPException(…)` in handlers and dependencies, and in functions whose result they return,
    in any module.

    ## Why it is bad
    FastAPI serialises what is returned: the client gets the exception's attributes as JSON with status 200, or a 500
    where a response model is declared. A dependency that returns its refusal lets everybody in.

    ## Use instead
    `raise` it.

    ## Fix
    Unsafe: `return` becomes `raise`. Clients then get the error they should have got all along.
    """

    code = "FAL604"
    name = "returned-http-exception"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """`return` statements that may give an exception, in the functions that answer requests."""
        functions = app.functions(app.linted_modules) if app.lints_few else app.answering_functions
        for function in functions:
            if app.is_linted(function.module):
                for value, line in returned(function):
                    made = app.inference.infer(value, function.body_scope)
                    if makes_exception(made, app.inference) and function in app.answering_functions:
                        yield Place(function.module, line)

    def visit_Return(self, node: cst.Return) -> None:
        """A `return` of such a function."""
        if self.function not in self.app.answering_functions or node.value is None:
            return
        for value in _alternatives(node.value):
            if makes_exception(self.infer(value), self.app.inference):
                name = self.function.name if self.function is not None else ""
                self.report(
                    node,
                    f"`{name}` returns the exception instead of raising it: the client gets it as JSON with "
                    "status 200",
                    help=f"`raise {self._shortened(value)}`",
                    fix=self._raise(node),
                )
                return

    def _raise(self, node: cst.Return) -> Fix | None:
        """`raise` in the place of `return`, where the exception is all that is returned."""
        import libcst

        from fastapi_lint.fixes.regions import build_fix

        if not makes_exception(self.infer(node.value), self.app.inference):
            return None
        editor = self.visit.editor()
        editor.replace(
            node, libcst.Raise(exc=node.value, whitespace_after_raise=node.whitespace_after_return)
        )
        return build_fix("raise the exception", Applicability.UNSAFE, editor)

    def _shortened(self, value: cst.BaseExpression) -> str:
        code = " ".join(self.visit.code(value).split())
        return code if len(code) <= _LONGEST_QUOTE else code[: code.find("(")] + "(…)"


_LONGEST_QUOTE = 60


def _alternatives(value: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The branches of a conditional expression, the sides of an `or`; other expressions themselves."""
    import libcst

    match value:
        case libcst.IfExp(body=body, orelse=orelse):
            yield from _alternatives(body)
            yield from _alternatives(orelse)
        case libcst.BooleanOperation(left=left, right=right):
            yield from _alternatives(left)
            yield from _alternatives(right)
        case libcst.Await(expression=expression):
            yield from _alternatives(expression)
        case _:
            yield value
