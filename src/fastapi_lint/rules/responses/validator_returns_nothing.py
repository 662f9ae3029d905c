"""FAL311 validator-returns-nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.flow import NeverReturns, goes_on
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope
from fastapi_lint.rules.validator_rule import ValidatorRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.validators import Validator
    from fastapi_lint.diagnostics import Fix


class ValidatorReturnsNothing(ValidatorRule):
    """
    ## What it does
    Reports validators of Pydantic models with a path that ends without returning the value: it falls off the end, or
    meets a `return` without one.

    ## Why it is bad
    What a validator returns is what the model gets. The field is None from then on, whatever its type; a validator of
    the whole model makes None of a request body, and the handler gets that in place of the model.

    ## Use instead
    Return the value, `self` in a `model_validator(mode="after")`.

    ## Fix
    Unsafe: returns the value at the end of the function. Fields keep their values then.
    """

    code = "FAL311"
    name = "validator-returns-nothing"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)
    whole_region = True

    @classmethod
    def is_wrong(cls, app: Application, validator: Validator) -> bool:
        """Whether one of its paths returns nothing."""
        function = validator.function
        if function.node.is_generator or function.is_async or validator.result is None:
            return False
        return _falls_off(app, validator) or any(
            node.value is None for node in find_in_scope(function.node.body, {nodes.Return})
        )

    def report_validator(self, node: cst.FunctionDef, validator: Validator) -> None:
        """Report it, with what becomes of the value."""
        if validator.is_of_fields:
            named = [f"`{name}`" for name in validator.fields if name not in (None, "*")]
            subject = " and ".join(named) or "the field"
            consequence = f"{subject} {'become' if len(named) > 1 else 'becomes'} None"
        else:
            consequence = "a request body becomes None"
        self.report(
            node,
            f"`{validator.function.name}` has a path that does not return `{validator.result}`: {consequence}",
            help=f"end it with `return {validator.result}`",
            fix=self._fix(node, validator) if _falls_off(self.app, validator) else None,
        )

    def _fix(self, node: cst.FunctionDef, validator: Validator) -> Fix | None:
        editor = self.editor()
        editor.insert_statement_after(node.body.body[-1], f"return {validator.result}")
        return self.build_fix(f"Return `{validator.result}`", Applicability.UNSAFE, editor)


def _falls_off(app: Application, validator: Validator) -> bool:
    function, never_returns = validator.function, NeverReturns(app.inference)
    return goes_on(function.node.body, lambda call: never_returns(call, function.body_scope))
