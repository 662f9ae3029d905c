"""End a dependency before the response is sent: the fix of commit-after-yield.

Imported when there is something to mend: it needs libcst.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from fastapi_lint.diagnostics import Applicability, Location
from fastapi_lint.fixes.regions import RegionEditor, build_fix

if TYPE_CHECKING:
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.diagnostics import Fix
    from fastapi_lint.rules.base import Rule

_SCOPES_SINCE = "0.121"


def exit_scope_fix(rule: Rule, function: Function) -> Fix | None:
    """`scope="function"` for every `Depends(…)` of a dependency, if all of them stand in its own file.

    None where another dependency with `yield` needs it: FastAPI refuses that.
    """
    app, file = rule.app, rule.visit.file
    if app.versions is None or app.versions.at_least("fastapi", _SCOPES_SINCE) is not True:
        return None
    written = app.providers.by_function.get(function, ())
    if not written or any(each.module is not function.module for each in written):
        return None
    for other in app.providers.functions:
        if other.node.is_generator and any(needed is function for _, needed in app.providers.needs(other)):
            return None
    editor = RegionEditor(file.parsed)
    places = {
        Location(each.call.line, each.call.column + 1)
        for each in written
        if each.call.keyword("scope") is None
    }
    for call in _calls(file.parsed.tree):
        if file.line_map.location(file.parsed.span(call).start) in places:
            editor.add_argument(call, 'scope="function"')
    message = f"End `{function.name}` before the response; background tasks and streams find it closed"
    return build_fix(message, Applicability.UNSAFE, editor)


def _calls(node: cst.CSTNode) -> Iterator[cst.Call]:
    if isinstance(node, cst.Call):
        yield node
    for child in node.children:
        yield from _calls(child)
