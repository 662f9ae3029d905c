"""Take a body away that is not sent: the fixes of body-with-bodiless-status.

Imported when there is something to mend: it needs libcst.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from fastapi_lint.diagnostics import Applicability

if TYPE_CHECKING:
    from fastapi_lint.diagnostics import Fix
    from fastapi_lint.rules.base import Rule

_EFFECTS = (cst.Await, cst.Call, cst.NamedExpr, cst.Yield)


def return_nothing(rule: Rule, node: cst.Return) -> Fix | None:
    """`return value` → `return`; what computes the value stays where that may do something."""
    editor = rule.editor()
    if node.value is not None and _has_effects(node.value):
        editor.replace_statement(node, f"{rule.visit.code(node.value)}\nreturn\n")
    else:
        editor.replace(node, "return")
    return rule.build_fix("Return nothing; the status stays as it is", Applicability.UNSAFE, editor)


def declare_nothing(rule: Rule, call: cst.Call) -> Fix | None:
    """The registration of a route without its `response_model`."""
    editor = rule.editor()
    for argument in call.args:
        if argument.keyword is not None and argument.keyword.value == "response_model":
            editor.remove_argument(call, argument)
    message = "Remove `response_model`; the status stays as it is"
    return rule.build_fix(message, Applicability.UNSAFE, editor)


def empty_response(rule: Rule, call: cst.Call) -> Fix | None:
    """`JSONResponse(content, status_code=204)` → `Response(status_code=204)`."""
    row = rule.visit.span(call)[0]
    response = rule.visit.imports.require(
        "fastapi", "Response", row=row, equivalents=("fastapi.responses", "starlette.responses")
    )
    if response is None or any(argument.star for argument in call.args):
        return None
    editor = rule.editor()
    editor.replace(call.func, response.expression)
    for place, argument in enumerate(call.args):
        name = (
            argument.keyword.value
            if argument.keyword is not None
            else ("content", "status_code", "")[min(place, 2)]
        )
        if name == "content" and not _has_effects(argument.value):
            editor.remove_argument(call, argument)
        elif name == "status_code" and argument.keyword is None:
            editor.replace(argument, f"status_code={rule.visit.code(argument.value)}")
        elif name in ("", "content"):
            return None
    message = "Send an empty response; the status stays as it is"
    return rule.build_fix(message, Applicability.UNSAFE, editor, imports=response.edits)


def _has_effects(node: cst.CSTNode) -> bool:
    """Whether evaluating an expression may do something."""
    return isinstance(node, _EFFECTS) or any(map(_has_effects, node.children))
