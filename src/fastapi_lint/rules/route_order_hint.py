"""Register a route before the one that takes its requests: the hint of shadowed-route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability, Fix
from fastapi_lint.fixes.positions import Change
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

if TYPE_CHECKING:
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.fixes.positions import LineMap
    from fastapi_lint.rules.visit import VisitedFile


def move_before(file: VisitedFile, lost: Route, earlier: Route) -> Fix | None:
    """The handler of a route, moved above that of another one, where both stand in one module, decorated once each.

    None where something that the moved handler is declared with is not known there yet.
    """
    moved, anchor = (_decorated(route, file.module) for route in (lost, earlier))
    if moved is None or anchor is None or moved is anchor:
        return None
    place = _first_row(anchor, file.lines)
    if place > moved.node.line or not _is_known(moved, place):
        return None
    first, last = _first_row(moved, file.lines), moved.node.end_line
    block = file.lines[first - 1 : last]
    while first > 1 and not file.lines[first - 2].strip():
        first -= 1
    start, end = _row_start(file.line_map, first), _row_start(file.line_map, last + 1)
    newline = file.line_map.newline
    code = newline.join([*block, "", "", ""])
    above = _row_start(file.line_map, place)
    edits = [Change(above, above, code), Change(start, end, "")]
    message = f"Declare `{lost.path}` before `{earlier.path}`"
    return Fix(message, Applicability.HINT, tuple(file.line_map.edit(edit) for edit in edits))


def _decorated(route: Route, module: Module) -> Function | None:
    """The function of a route, if a decorator of its own, and nothing else, registers it, at the top of the module."""
    function = route.function
    if function is None or function.scope is not module.scope or function not in module.scope.definitions():
        return None
    is_top = any(statement is function.node for statement in module.index.body)
    decorators = function.node.decorators
    return function if is_top and len(decorators) == 1 and decorators[0] is route.call else None


def _first_row(function: Function, lines: list[str]) -> int:
    """The row of the first decorator, or of the comments directly above it."""
    row = function.node.first_line
    while row > 1 and lines[row - 2].startswith("#"):
        row -= 1
    return row


def _is_known(function: Function, row: int) -> bool:
    """Whether all that decorators, defaults and annotations name is there above a row."""
    node = function.node
    given = [each for parameter in node.parameters for each in (parameter.annotation, parameter.default)]
    used = [each for each in (*node.decorators, *given, node.returns) if each is not None]
    bindings = function.scope.bindings
    return all(
        binding.effective_line < row
        for each in walk(used)
        if isinstance(each, nodes.Name)
        for binding in bindings.get(each.id, ())
    )


def _row_start(lines: LineMap, row: int) -> int:
    return lines.row_start(row) if row <= lines.last_row else len(lines.text)
