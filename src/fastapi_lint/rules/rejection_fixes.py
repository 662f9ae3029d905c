"""Fixes for what FastAPI refuses, where it is certain what is meant.

Imported when there is something to mend: it needs libcst.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.rules.marker_calls import default_argument, without_default

if TYPE_CHECKING:
    from fastapi_lint.application.rejections import Rejection
    from fastapi_lint.diagnostics import Fix
    from fastapi_lint.rules.base import Rule


def fix_at_call(rule: Rule, node: cst.Call, argument: cst.Arg | None, found: Rejection) -> Fix | None:
    """The fix for something that is refused at a call, or at one of its arguments; None where none is certain."""
    match found.kind:
        case "prefix" if argument is not None:
            return _correct_slashes(rule, argument)
        case "dependency-list" if argument is not None:
            editor = rule.editor()
            editor.replace(argument.value, f"[{rule.visit.code(argument.value)}]")
            return rule.build_fix("Make it a list", Applicability.SAFE, editor)
        case "dependency" if argument is not None:
            return _wrap_in_depends(rule, argument)
        case "path-default":
            return _leave_default_out(rule, node)
        case "default-in-annotated":
            return _move_default_out(rule, node)
    return None


def _correct_slashes(rule: Rule, argument: cst.Arg) -> Fix | None:
    value = argument.value
    if not isinstance(value, cst.SimpleString):
        return None
    text = value.raw_value.strip("/")
    if not text:
        return None
    editor = rule.editor()
    editor.replace(value, f"{value.prefix}{value.quote}/{text}{value.quote}")
    return rule.build_fix("Correct its slashes", Applicability.SAFE, editor)


def _wrap_in_depends(rule: Rule, argument: cst.Arg) -> Fix | None:
    """Put `Depends(…)` around what is only a name of a function or class."""
    if not isinstance(argument.value, (cst.List, cst.Tuple)):
        return None
    needed = rule.visit.imports.require("fastapi", "Depends", row=rule.visit.span(argument)[0])
    if needed is None:
        return None
    editor = rule.editor()
    for element in argument.value.elements:
        if isinstance(rule.infer(element.value), (Class, Function)):
            editor.replace(element.value, f"{needed.expression}({rule.visit.code(element.value)})")
    return rule.build_fix("Wrap it in `Depends(…)`", Applicability.SAFE, editor, imports=needed.edits)


def _leave_default_out(rule: Rule, marker: cst.Call) -> Fix | None:
    argument = default_argument(marker)
    if argument is None:
        return None
    editor = rule.editor()
    editor.remove_argument(marker, argument)
    return rule.build_fix("Remove the default", Applicability.SAFE, editor)


def _move_default_out(rule: Rule, marker: cst.Call) -> Fix | None:
    """`x: Annotated[int, Query(1)]` becomes `x: Annotated[int, Query()] = 1`, where a default may stand."""
    editor = rule.editor()
    argument = default_argument(marker)
    around = list(editor.region.ancestors(marker))
    parameter = next((each for each in around if isinstance(each, cst.Param)), None)
    if argument is None or parameter is None or not _may_have_default(around, parameter):
        return None
    equal = cst.AssignEqual()
    moved = cst.ensure_type(parameter.deep_replace(marker, without_default(marker)), cst.Param)
    editor.replace(parameter, moved.with_changes(equal=equal, default=argument.value))
    return rule.build_fix("Move the default out", Applicability.SAFE, editor)


def _may_have_default(around: list[cst.CSTNode], parameter: cst.Param) -> bool:
    """Whether a parameter has no default yet, and no parameter behind it needs it to have none."""
    parameters = next((each for each in around if isinstance(each, cst.Parameters)), None)
    if parameters is None or parameter.default is not None:
        return False
    if parameter in parameters.kwonly_params:
        return True
    by_position = [*parameters.posonly_params, *parameters.params]
    return parameter in by_position and all(
        each.default is not None for each in by_position[by_position.index(parameter) + 1 :]
    )
