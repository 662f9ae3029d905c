"""How two versions of a file differ, as far as the index knows."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk

_POSITIONS = frozenset({"first_line", "line", "column", "end_line", "end_column", "body_line"})
_OF_BODY = frozenset({"content", "called_names", "docstring", "has_named_expressions"})


class FunctionVersions(NamedTuple):
    """An outermost function of a file, as it was and as it is."""

    before: nodes.FunctionDef
    now: nodes.FunctionDef
    is_edited: bool
    """Whether its body does something else now."""


class FileVersions(NamedTuple):
    """A file as it was and as it is, where functions do something else, are new or are gone, and nothing more."""

    functions: list[FunctionVersions]
    """Those that there were and are."""
    added: list[nodes.FunctionDef]
    removed: list[nodes.FunctionDef]


def file_versions(before: nodes.ModuleIndex, now: nodes.ModuleIndex) -> FileVersions | None:
    """What an edit has done to a file, where things stand and what comments say apart.

    None when it has done more than can be said: to what the file declares, to other definitions than plain functions
    at module level, to definitions inside of bodies, or to the kind of a function.
    """
    if before.problem is not None or now.problem is not None:
        return None
    try:
        return _file_versions(before.body, now.body)
    except RecursionError:
        return None


def _file_versions(before: Sequence[nodes.Statement], now: Sequence[nodes.Statement]) -> FileVersions | None:
    removed, added = list(_only_in(before, now)), list(_only_in(now, before))
    functions_before: list[nodes.FunctionDef] = []
    functions_now: list[nodes.FunctionDef] = []
    kept_before = tuple(each for each in before if each not in removed)
    kept_now = tuple(each for each in now if each not in added)
    if content_of(kept_before, functions_before) != content_of(kept_now, functions_now):
        return None
    functions = [
        FunctionVersions(one, other, content_of(one.body) != content_of(other.body))
        for one, other in zip(functions_before, functions_now, strict=True)
    ]
    if any(_definitions(each.before) != _definitions(each.now) for each in functions if each.is_edited):
        return None
    return FileVersions(functions, added, removed)


def _only_in(
    body: Sequence[nodes.Statement], other: Sequence[nodes.Statement]
) -> Iterator[nodes.FunctionDef]:
    """The plain functions at module level of which the other version of the file has none of the same name."""
    names = {each.name for each in other if isinstance(each, nodes.FunctionDef)}
    for statement in body:
        if isinstance(statement, nodes.FunctionDef) and statement.name not in names and _is_plain(statement):
            yield statement


def _is_plain(function: nodes.FunctionDef) -> bool:
    """Whether nothing is called when a function is defined, and it binds no variables of its module."""
    header = walk((*function.parameters, *filter(None, [function.returns])))
    if function.decorators or function.global_names:
        return False
    return not any(isinstance(each, nodes.Call) for each in header)


def content_of(part: object, functions: list[nodes.FunctionDef] | None = None) -> Hashable:
    """What a part of a syntax tree says: equal for parts that say the same, wherever they stand.

    Args:
        part: a node, a sequence of nodes, or what else is a field of nodes.
        functions: takes the functions whose bodies are left out, in source order; None to leave nothing out.
    """
    if isinstance(part, tuple):
        return tuple(content_of(each, functions) for each in part)
    if not isinstance(part, nodes.Node):
        return (type(part), part)
    fields = (content_of(getattr(part, name), functions) for name in _fields(type(part)))
    if not isinstance(part, nodes.FunctionDef):
        return (type(part), *fields)
    if functions is None:
        return (type(part), *fields, content_of(part.body))
    functions.append(part)
    return (type(part), *fields)


@cache
def _fields(kind: type[nodes.Node]) -> Sequence[str]:
    """The fields of a node, but for where it stands, what it is said to do, and what the body of a function does."""
    return [name for name in kind.__struct_fields__ if name not in _POSITIONS and name not in _OF_BODY]


def _definitions(function: nodes.FunctionDef) -> list[Hashable]:
    """The functions and classes defined in a body at any depth, without what the functions do."""
    if not function.has_definitions:
        return []
    kinds = (nodes.FunctionDef, nodes.ClassDef)
    return [content_of(node, []) for node in walk(function.body) if isinstance(node, kinds)]
