"""Excerpts of a region: some of its statements in the place they have, the rest blanked out.

Parsing and laying out a concrete syntax tree costs by the node. What a rule says of one statement often depends
on that statement and the headers around it alone; then nothing else has to be parsed.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from fastapi_lint.index.reduction import first_line

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def excerpt(lines: Sequence[str], wanted: Collection[int]) -> list[str]:
    """The lines of a region in which statements without a wanted line (the first is 1) are blanked out.

    Headers of blocks stay, and so do statements that share a line with one that stays. Other statements become
    a constant over the same lines, so that all that stays keeps its line and column. What the parser of the
    running Python does not accept comes back whole.
    """
    found = list(lines)
    try:
        tree = ast.parse("\n".join(lines) + "\n")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    for first, last in _unwanted(tree.body, wanted, lines):
        _blank(found, first, last)
    return found


def _unwanted(
    body: list[ast.stmt], wanted: Collection[int], lines: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """First and last line of each run of statements that may go."""
    extents = [(first_line(statement), statement.end_lineno or statement.lineno) for statement in body]
    run: tuple[int, int] | None = None
    for number, (statement, (first, last)) in enumerate(zip(body, extents, strict=True)):
        follows = number > 0 and extents[number - 1][1] == first
        is_followed = number + 1 < len(body) and extents[number + 1][0] == last
        stays = follows or is_followed or any(first <= line <= last for line in wanted)
        if not stays and _starts_line(statement, lines[first - 1]):
            run = (run[0] if run else first, last)
            continue
        if run is not None:
            yield run
            run = None
        yield from _unwanted_inside(statement, wanted, lines)
    if run is not None:
        yield run


def _unwanted_inside(
    node: ast.AST, wanted: Collection[int], lines: Sequence[str]
) -> Iterator[tuple[int, int]]:
    for name in _BLOCKS:
        block = getattr(node, name, None)
        if not isinstance(block, list) or not block:
            continue
        if isinstance(block[0], ast.stmt) and not _is_elif(block[0], lines):
            yield from _unwanted(block, wanted, lines)
        else:
            for part in block:
                yield from _unwanted_inside(part, wanted, lines)


def _is_elif(statement: ast.stmt, lines: Sequence[str]) -> bool:
    if not isinstance(statement, ast.If):
        return False
    return lines[statement.lineno - 1].encode()[statement.col_offset :].startswith(b"elif")


def _starts_line(statement: ast.stmt, line: str) -> bool:
    return not line.encode()[: statement.col_offset].strip(b" \t\f")


def _blank(lines: list[str], first: int, last: int) -> None:
    opening = lines[first - 1]
    indent = opening[: len(opening) - len(opening.lstrip(" \t\f"))]
    lines[first - 1 : last] = [""] * (last - first + 1)
    lines[first - 1] = indent + ("0" if first == last else "'''")
    if first != last:
        lines[last - 1] = "'''"
