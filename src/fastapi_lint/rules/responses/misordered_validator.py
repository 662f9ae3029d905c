"""FAL312 misordered-validator."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from fastapi_lint.application.values import External
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.index import nodes
from fastapi_lint.rules.validator_rule import ValidatorRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.validators import Validator
    from fastapi_lint.diagnostics import Fix

_KNOWN_BASES = frozenset(
    {"abc.ABC", "builtins.object", "pydantic.BaseModel", "sqlmodel.SQLModel", "typing.Generic"}
)


class MisorderedValidator(ValidatorRule):
    """
    ## What it does
    Reports validators that Pydantic does not take for such: `@classmethod` above `@field_validator`, a decorator that
    is not called, and a name that no field of the model or its bases has.

    ## Why it is bad
    With `@classmethod` on top the validator is never registered: what it is there to refuse is let in, without a
    word. The other two are refused when the class is made, that is, at import.

    ## Use instead
    `@field_validator("name")` on top, `@classmethod` below it, and the names that the fields have in Python, not their
    aliases.

    ## Fix
    Unsafe: puts the two decorators in order. Values that got through are then refused.
    """

    code = "FAL312"
    name = "misordered-validator"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)
    whole_region = True

    @classmethod
    def is_wrong(cls, app: Application, validator: Validator) -> bool:
        """Whether it is not registered, or refused."""
        return (
            validator.call is None
            or _class_method_above(app, validator) is not None
            or bool(_unknown(app, validator))
        )

    def report_validator(self, node: cst.FunctionDef, validator: Validator) -> None:
        """Report the first of the mistakes."""
        name, function = validator.name, validator.function.name
        above = _class_method_above(self.app, validator)
        if above is not None:
            self.report(
                node,
                f"`{function}` never runs: with `@classmethod` above it, Pydantic does not see `@{name}`",
                help=f"put `@{name}` above `@classmethod`",
                fix=self._swap(node, validator, above),
            )
        elif validator.call is None:
            what = '("name")' if validator.is_of_fields else '(mode="after")'
            self.report(
                node,
                f"`@{name}` above `{function}` is not called: Pydantic refuses the class at import",
                help=f"write `@{name}{what}`",
            )
        else:
            self._report_unknown(node, validator)

    def _report_unknown(self, node: cst.FunctionDef, validator: Validator) -> None:
        owner, unknown = validator.function.owner, _unknown(self.app, validator)
        if owner is None or not unknown:
            return
        model = self.app.models.of(owner)
        fields = list(model.fields) if model is not None else []
        near = get_close_matches(unknown[0], fields, 1)
        aliased = [name for name in fields if model is not None and model.fields[name].alias == unknown[0]]
        meant = next(iter([*aliased, *near]), None)
        self.report(
            node,
            f"`{owner.name}` has no field `{unknown[0]}` for `{validator.function.name}` to validate: Pydantic refuses "
            "the class at import",
            help=f"validate `{meant}`" if meant else f"name a field of `{owner.name}`",
        )

    def _swap(self, node: cst.FunctionDef, validator: Validator, above: int) -> Fix | None:
        position = validator.function.node.decorators.index(validator.decorator)
        upper, lower = node.decorators[above], node.decorators[position]
        editor = self.editor()
        editor.replace(upper.decorator, self.visit.code(lower.decorator))
        editor.replace(lower.decorator, self.visit.code(upper.decorator))
        return self.build_fix(f"Put `@{validator.name}` on top", Applicability.UNSAFE, editor)


def _class_method_above(app: Application, validator: Validator) -> int | None:
    """The position of a `@classmethod` above the validator's own decorator."""
    decorators = validator.function.node.decorators
    for position in range(decorators.index(validator.decorator)):
        if (
            app.inference.qualified_name(decorators[position], validator.function.scope)
            == "builtins.classmethod"
        ):
            return position
    return None


def _unknown(app: Application, validator: Validator) -> list[str]:
    """The names given that no field of the class has, where all of its bases are known."""
    owner, call = validator.function.owner, validator.call
    if owner is None or call is None or not validator.is_of_fields or _is_unchecked(call):
        return []
    model = app.models.of(owner)
    if model is None or model.kind not in ("pydantic", "sqlmodel") or not _is_wholly_known(app, validator):
        return []
    return [name for name in validator.fields if name not in (None, "*") and name not in model.fields]


def _is_unchecked(call: nodes.Call) -> bool:
    given = call.keyword("check_fields")
    return given is not None and not (isinstance(given, nodes.Constant) and given.value is True)


def _is_wholly_known(app: Application, validator: Validator) -> bool:
    line = app.inference.mro(validator.function.owner) if validator.function.owner is not None else []
    written = sum(len(base.node.bases) for base in line if not isinstance(base, External))
    return written < len(line) and all(
        not isinstance(base, External) or base.name in _KNOWN_BASES for base in line
    )
