"""Source text to a syntax tree, also when it is written for a newer Python than the one that runs the linter."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from typing import NoReturn, cast

import msgspec

from fastapi_lint.index.source import UnreadableSource, split_lines

_HAS_TYPE_PARAMETERS = re.compile(r"(?:def|class)\s+\w+\s*\[")
_UNKNOWN_SYNTAX = ("invalid syntax", "expected")
_TOO_DEEP = (RecursionError, MemoryError, SystemError)


class ParsedModule(msgspec.Struct, frozen=True):
    """What the parser saw."""

    tree: ast.Module
    """With lines and columns of the text as written, even where it had to be read in another spelling.

    Such a tree has no node that the running Python does not know: `type X = int` is an annotated assignment
    with the annotation `TypeAlias`, a t-string an f-string.
    """
    type_parameters: dict[int, list[str]]
    """Names of the type parameters in `def f[T]` and `class C[T]`, by the line of the keyword."""


def is_valid(text: str) -> bool:
    """Whether source text can be parsed."""
    try:
        parse(text)
    except UnreadableSource:
        return False
    return True


def parse(text: str) -> ParsedModule:
    """The syntax tree of a file; raises UnreadableSource with the place of the error, counted as in `text`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            return _parse_respelled(text, error)
        except _TOO_DEEP:
            _refuse_depth()
        except ValueError as error:
            raise UnreadableSource(str(error)) from None
    return ParsedModule(tree, _type_parameters(tree, text))


def _parse_respelled(text: str, first_error: SyntaxError) -> ParsedModule:
    from fastapi_lint.index.respelling import respell

    respelling = respell(text, sys.version_info[:2])
    if respelling is None:
        raise _unreadable(first_error, *_place(first_error, text)) from None
    try:
        tree = ast.parse(respelling.text)
        respelling.restore(tree)
    except SyntaxError as error:
        place = respelling.places.place(*_place(error, respelling.text))
        raise _unreadable(error, *place, needs=respelling.version) from None
    except (*_TOO_DEEP, ValueError):
        _refuse_depth()
    return ParsedModule(tree, _type_parameters(tree, text) | respelling.type_parameters)


def _type_parameters(tree: ast.Module, text: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    if sys.version_info >= (3, 12) and _HAS_TYPE_PARAMETERS.search(text):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.type_params:
                found[node.lineno] = [cast("ast.TypeVar", each).name for each in node.type_params]
    return found


def _refuse_depth() -> NoReturn:
    raise UnreadableSource("nested too deeply to analyse") from None


def _unreadable(
    error: SyntaxError, line: int, column: int, needs: tuple[int, int] | None = None
) -> UnreadableSource:
    message = error.msg
    running = sys.version_info[:2]
    if needs is not None and needs > running and message.startswith(_UNKNOWN_SYNTAX):
        message += (
            f" (the file uses syntax of Python {needs[0]}.{needs[1]} or later,"
            f" and fastapi-lint runs on Python {running[0]}.{running[1]})"
        )
    return UnreadableSource(message, line, column)


def _place(error: SyntaxError, text: str) -> tuple[int, int]:
    """Line and column (characters from 0) of an error, within the text."""
    lines = split_lines(text)
    line = min(max(error.lineno or 1, 1), max(len(lines), 1))
    length = len(lines[line - 1]) if lines else 0
    return line, min(max((error.offset or 1) - 1, 0), length)
