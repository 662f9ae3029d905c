"""Have a handler take a variable of its path: the fix of unused-path-parameter.

Imported when there is something to mend: it needs libcst.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from fastapi_lint.diagnostics import Applicability
from fastapi_lint.fixes.parameters import with_first_parameter

if TYPE_CHECKING:
    from fastapi_lint.diagnostics import Edit, Fix
    from fastapi_lint.rules.base import Rule

_BUILT_IN = {"int": "int", "float": "float"}


def take_parameter(rule: Rule, registration: cst.Call, name: str, path: str) -> Fix | None:
    """A parameter of that name, first of the function which a call decorates."""
    editor = rule.editor()
    decorated = [each for each in editor.region.ancestors(registration) if isinstance(each, cst.FunctionDef)][
        :1
    ]
    if not decorated or all(each.decorator is not registration for each in decorated[0].decorators):
        return None
    function = decorated[0]
    type_name = "str"
    edits: tuple[Edit, ...] = ()
    found = re.search(rf"{{{name}:(\w+)}}", path)
    if found is not None and found[1] == "uuid":
        needed = rule.visit.imports.require("uuid", "UUID", row=rule.visit.span(registration)[0])
        if needed is None:
            return None
        type_name, edits = needed.expression, needed.edits
    elif found is not None:
        type_name = _BUILT_IN.get(found[1], "str")
    added = cst.Param(cst.Name(name), cst.Annotation(cst.parse_expression(type_name)))
    parameters = with_first_parameter(function, added)
    if parameters is None:
        return None
    editor.replace(function.params, parameters)
    message = f"Add the parameter `{name}` to `{function.name.value}`; it is in the OpenAPI document then"
    return rule.build_fix(message, Applicability.UNSAFE, editor, imports=edits)
