"""What rules about validators share: where data models define them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Function
from fastapi_lint.application.validators import all_validators, validators_of
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.validators import Validator


class ValidatorRule(Rule):
    """Base of rules that look at each validator of a data model."""

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The validators that the rule judges to be wrong."""
        for validator in all_validators(app):
            if cls.is_wrong(app, validator):
                yield Place(validator.function.module, validator.function.node.line)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """A method of a class, perhaps a validator."""
        function = self.definition(node)
        if not isinstance(function, Function) or function.owner is None:
            return
        for validator in validators_of(self.app.inference, function):
            if self.is_wrong(self.app, validator):
                self.report_validator(node, validator)
                return

    @classmethod
    def is_wrong(cls, app: Application, validator: Validator) -> bool:
        """Whether there is something to say of a validator."""
        raise NotImplementedError

    def report_validator(self, node: cst.FunctionDef, validator: Validator) -> None:
        """Say it."""
        raise NotImplementedError
