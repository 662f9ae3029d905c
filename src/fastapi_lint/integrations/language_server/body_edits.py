"""Recognises that an edit has changed the body of one function, and gives the model the new body.

That is what happens at nearly every key that is pressed. The function stays the same object to everything that
knows it: what was worked out of other functions, routes, classes and modules still holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from fastapi_lint.application.modules import Module
from fastapi_lint.index import nodes
from fastapi_lint.index.build import build_index
from fastapi_lint.integrations.language_server.spacing import SpacedText, changed_rows, functions_with_room

_OF_BODY = (
    "content",
    "end_line",
    "end_column",
    "docstring",
    "body_line",
    "called_names",
    "has_definitions",
    "stores_attributes",
)
_OF_MODULE = ("comments", "docstring", "line_count", "has_named_expressions", "called", "imports")


class BodyEdit(NamedTuple):
    """An edit within one function."""

    text: SpacedText
    """The file as it is now."""
    node: nodes.FunctionDef
    """The function, as the model knew it before."""
    file: nodes.ModuleIndex
    """The index of the file as it is now, with room."""
    counterpart: nodes.FunctionDef
    """The function in that index."""


def find_body_edit(
    module: Module, before: SpacedText, text: str, index: nodes.ModuleIndex
) -> BodyEdit | None:
    """The edit that leads to a text, if it is one within the body of a function; the model stays as it is.

    Args:
        module: the file as the model knows it.
        before: its text.
        text: its text now.
        index: the index of the text now, without room.
    """
    functions = list(functions_with_room(index.body))
    lines = SpacedText(text, (), ()).lines
    first, end, end_now = changed_rows(before.lines, lines)
    number = sum(1 for function in functions if function.line < first) - 1
    if number < 0 or len(functions) != len(before.rooms):
        return None
    rooms = list(before.rooms)
    rooms[number] -= end_now - end
    if rooms[number] < 0:
        return None
    after = SpacedText(text, [function.end_line for function in functions], rooms)
    spaced_index = build_index(after.text.encode("utf-8", "surrogatepass"))
    known = list(functions_with_room(module.index.body))
    found = list(functions_with_room(spaced_index.body))
    if spaced_index.problem is not None or len(known) != len(found):
        return None
    edit = BodyEdit(after, known[number], spaced_index, found[number])
    return edit if _is_all(module.index, edit) else None


def take_in(module: Module, edit: BodyEdit) -> None:
    """Change the file as the model knows it."""
    index = module.index
    _copy(_OF_BODY, edit.counterpart, edit.node)
    _copy(_OF_MODULE, edit.file, index)
    for region, region_now in zip(index.regions, edit.file.regions, strict=True):
        region.last_line = region_now.last_line
    for cls, cls_now in zip(_classes(index.body), _classes(edit.file.body), strict=True):
        cls.end_line, cls.end_column = cls_now.end_line, cls_now.end_column


def _is_all(index: nodes.ModuleIndex, edit: BodyEdit) -> bool:
    """Whether nothing but the body differs."""
    before, now = edit.node, edit.counterpart
    starts = [region.first_line for region in index.regions]
    return starts == [region.first_line for region in edit.file.regions] and (
        _outside(index, before) == _outside(edit.file, now)
    )


def _outside(index: nodes.ModuleIndex, function: nodes.FunctionDef) -> bytes:
    """What a file says outside the body of a function, and where."""
    classes = _classes(index.body)
    ends = [(each.end_line, each.end_column) for each in classes]
    of_function = [getattr(function, name) for name in _OF_BODY]
    try:
        for each in classes:
            each.end_line = each.end_column = 0
        for name in _OF_BODY:
            setattr(function, name, None)
        return msgspec.msgpack.encode(index.body)
    finally:
        for each, (end_line, end_column) in zip(classes, ends, strict=True):
            each.end_line, each.end_column = end_line, end_column
        for name, value in zip(_OF_BODY, of_function, strict=True):
            setattr(function, name, value)


def _classes(body: Sequence[nodes.Statement]) -> list[nodes.ClassDef]:
    found = []
    for statement in body:
        if isinstance(statement, nodes.ClassDef):
            found += [statement, *_classes(statement.body)]
    return found


def _copy(names: Sequence[str], source: nodes.Node, target: nodes.Node) -> None:
    for name in names:
        setattr(target, name, getattr(source, name))
