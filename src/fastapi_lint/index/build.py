"""From the bytes of a file to its `ModuleIndex`.

The standard library's parser does the reading (it is written in C); what follows is one table-driven walk
that turns each `ast` node into its reduced counterpart. Lines count from 1, columns are characters.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from typing import cast

from fastapi_lint.index import nodes
from fastapi_lint.index.comments import find_comments
from fastapi_lint.index.grammar import parse
from fastapi_lint.index.recursion import deep_recursion
from fastapi_lint.index.reduction import Reduction, docstring_line, first_line
from fastapi_lint.index.source import UnreadableSource, decode, split_lines


def build_index(data: bytes) -> nodes.ModuleIndex:
    """Index one file. Never raises: a file that cannot be read gives an index with a `problem`."""
    try:
        text = decode(data).text
    except UnreadableSource as problem:
        return _unreadable(problem)
    return build_index_of_text(text)


def build_index_of_text(text: str) -> nodes.ModuleIndex:
    """Index source text that is already decoded."""
    try:
        parsed = parse(text)
    except UnreadableSource as problem:
        return _unreadable(problem)
    lines = split_lines(text)
    if not text.isascii():
        _count_columns_in_characters(parsed.tree, lines)
    builder = Reduction(parsed.type_parameters)
    try:
        with deep_recursion():
            body = builder.statements(parsed.tree.body)
    except RecursionError:
        return _unreadable(UnreadableSource("nested too deeply to analyse", 1, 0))
    return nodes.ModuleIndex(
        body=body,
        docstring=docstring_line(parsed.tree),
        regions=_regions(parsed.tree.body),
        comments=tuple(find_comments(text, lines)),
        problem=None,
        line_count=len(lines),
        has_named_expressions=":=" in text,
        called=tuple(sorted(builder.called)),
        imports=tuple(builder.imports),
    )


def build_expression(code: str) -> nodes.Expression | None:
    """The reduced form of one expression given as source text; None when it does not parse."""
    try:
        tree = ast.parse(code.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return Reduction({}).expression(tree.body)


def _unreadable(problem: UnreadableSource) -> nodes.ModuleIndex:
    found = nodes.Problem(problem.message, problem.line, problem.column)
    return nodes.ModuleIndex((), None, (), (), found, 0, False, (), ())


def _count_columns_in_characters(tree: ast.Module, lines: list[str]) -> None:
    """`ast` counts UTF-8 bytes; rewrite the columns of nodes on lines where that differs."""
    wide = {number: line.encode() for number, line in enumerate(lines, 1) if not line.isascii()}
    numbers = sorted(wide)
    stack: list[ast.AST] = [tree]
    while stack:
        for node in ast.iter_child_nodes(stack.pop()):
            first: int | None = getattr(node, "lineno", None)
            if first is None:
                stack.append(node)
                continue
            located = cast("ast.expr", node)
            last = located.end_lineno or first
            decorators = getattr(node, "decorator_list", None)
            start = decorators[0].lineno if decorators else first
            position = bisect_left(numbers, start)
            if position == len(numbers) or numbers[position] > last:
                continue  # no such line in all of it
            if first in wide:
                located.col_offset = _characters(wide[first], located.col_offset)
            if last in wide and located.end_col_offset is not None:
                located.end_col_offset = _characters(wide[last], located.end_col_offset)
            stack.append(node)


def _characters(line: bytes, offset: int) -> int:
    return len(line[:offset].decode(errors="ignore"))


def _regions(body: list[ast.stmt]) -> tuple[nodes.Region, ...]:
    regions: list[nodes.Region] = []
    for statement in body:
        first, last = first_line(statement), statement.end_lineno or statement.lineno
        if regions and first <= regions[-1].last_line:
            regions[-1].last_line = max(last, regions[-1].last_line)
        else:
            regions.append(nodes.Region(first, last))
    return tuple(regions)
