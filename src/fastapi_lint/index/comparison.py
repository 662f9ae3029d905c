"""How two versions of a file differ, as far as the index knows."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cache
from typing import NamedTuple

from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

_POSITIONS = frozenset({"first_line", "line", "column", "end_line", "end_column", "body_line"})
_BODY = frozenset({"content", "called_names"})
_OF_MODULE = ("docstring", "has_named_expressions", "imports")


class FunctionVersions(NamedTuple):
    """An outermost function of a file, as it was and as it is."""

    before: nodes.FunctionDef
    now: nodes.FunctionDef
    is_edited: bool
    """Whether its body does something else now."""


def function_versions(before: nodes.ModuleIndex, now: nodes.ModuleIndex) -> list[FunctionVersions] | None:
    """The outermost functions of a file with what became of them, if nothing but their bodies has changed.

    None when the file defines, declares or imports something else, or a body has other definitions in it, or makes
    its function another kind of function. Where things stand does not matter, and what comments say.
    """
    if before.problem is not None or now.problem is not None:
        return None
    try:
        return _function_versions(before, now)
    except RecursionError:
        return None


def _function_versions(before: nodes.ModuleIndex, now: nodes.ModuleIndex) -> list[FunctionVersions] | None:
    functions_before: list[nodes.FunctionDef] = []
    functions_now: list[nodes.FunctionDef] = []
    if any(_content(getattr(before, name)) != _content(getattr(now, name)) for name in _OF_MODULE):
        return None
    if _content(before.body, functions_before) != _content(now.body, functions_now):
        return None
    found = [
        FunctionVersions(one, other, _content(one.body) != _content(other.body))
        for one, other in zip(functions_before, functions_now, strict=True)
    ]
    is_inside = all(_definitions(one) == _definitions(other) for one, other, is_edited in found if is_edited)
    return found if is_inside else None


def _content(part: object, functions: list[nodes.FunctionDef] | None = None) -> Hashable:
    """What a part of a syntax tree says: equal for parts that say the same, wherever they stand.

    Args:
        part: a node, a sequence of nodes, or what else is a field of nodes.
        functions: takes the functions whose bodies are left out, in source order; None to leave nothing out.
    """
    if isinstance(part, tuple):
        return tuple(_content(each, functions) for each in part)
    if not isinstance(part, nodes.Node):
        return (type(part), part)
    fields = (_content(getattr(part, name), functions) for name in _fields(type(part)))
    if not isinstance(part, nodes.FunctionDef):
        return (type(part), *fields)
    if functions is None:
        return (type(part), *fields, _content(part.body))
    functions.append(part)
    return (type(part), *fields)


@cache
def _fields(kind: type[nodes.Node]) -> Sequence[str]:
    """The fields of a node, but for where it stands and what the body of a function does."""
    return [name for name in kind.__struct_fields__ if name not in _POSITIONS and name not in _BODY]


def _definitions(function: nodes.FunctionDef) -> list[Hashable]:
    """The functions and classes defined in a body at any depth, without what the functions do."""
    if not function.has_definitions:
        return []
    kinds = (nodes.FunctionDef, nodes.ClassDef)
    return [_content(node, []) for node in walk(function.body) if isinstance(node, kinds)]
