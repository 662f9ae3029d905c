"""FAL316 http-exception-in-validator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.answers import HTTP_EXCEPTIONS
from fastapi_lint.application.validators import all_validators, validators_of
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.diagnostics import Fix


class HttpExceptionInValidator(Rule):
    """
    ## What it does
    Reports `HTTPException` raised in a validator of a Pydantic model.

    ## Why it is bad
    Pydantic collects a ValueError and goes on, any other exception ends the validation there and then: clients are told
    of this one mistake only, in another form than of all others, and OpenAPI does not know of the status. Where
    the model is made outside of a request, in a test, a job or for an answer, an HTTP error comes out of it.

    ## Use instead
    Raise a ValueError: FastAPI answers with 422 and the place of the mistake. What needs another status belongs into
    the handler or a dependency.

    ## Fix
    Unsafe: raises a ValueError with the detail. The status becomes 422.
    """

    code = "FAL316"
    name = "http-exception-in-validator"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """`raise` statements in validators."""
        for validator in all_validators(app):
            for node in _raised(app, validator.function):
                yield Place(validator.function.module, node.line)

    def visit_Raise(self, node: cst.Raise) -> None:
        """A `raise`, perhaps in a validator."""
        function = self.function
        if function is None or not any(validators_of(self.app.inference, function)):
            return
        if self.visit.span(node)[0] in [each.line for each in _raised(self.app, function)]:
            self.report(
                node,
                f"`{function.name}` ends the validation with an HTTP error: the client hears of no other mistake, and "
                "code that makes the model elsewhere gets an `HTTPException`",
                help="raise a `ValueError`: FastAPI makes a 422 of it",
                fix=self._fix(node),
            )

    def _fix(self, node: cst.Raise) -> Fix | None:
        import libcst

        if not isinstance(node.exc, libcst.Call):
            return None
        arguments = node.exc.args
        named = [each for each in arguments if each.keyword is not None and each.keyword.value == "detail"]
        positional = [each for each in arguments if each.keyword is None and not each.star]
        detail = named[0] if named else positional[1] if len(positional) > 1 else None
        if detail is None:
            return None
        editor = self.editor()
        editor.replace(node.exc, f"ValueError({self.visit.code(detail.value)})")
        return self.build_fix("Raise a `ValueError`", Applicability.UNSAFE, editor)


def _raised(app: Application, function: Function) -> Iterator[nodes.Raise]:
    """The statements of a function that raise an HTTP error."""
    for node in find_in_scope(function.node.body, {nodes.Raise}):
        value = app.inference.infer(node.exception, function.body_scope)
        if app.inference.is_instance(value, HTTP_EXCEPTIONS):
            yield node
