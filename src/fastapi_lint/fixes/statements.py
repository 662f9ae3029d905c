"""Insert and remove statements and decorators by whole lines, or within a line that several share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import libcst as cst

from fastapi_lint.fixes.comments import is_pragma
from fastapi_lint.fixes.positions import Change
from fastapi_lint.fixes.separated import Span
from fastapi_lint.fixes.snippets import parse_statements, render
from fastapi_lint.fixes.tree import ParsedRegion


def insertion(region: ParsedRegion, anchor: cst.CSTNode, code: str, *, after: bool) -> Change | None:
    """Put statements before or after the statement that `anchor` is or stands in.

    None when the place takes only small statements and `code` has others: `if x: return` has no room for `for`.
    """
    body, footer = parse_statements(code, region.tree)
    shared = _shared_line(region, anchor, after=after)
    if shared is not None:
        return _inline(region, shared, body, after=after)
    statement = region.statement_of(anchor)
    start, end = region.statement_span(statement)
    if not region.is_in_block(statement):
        return None
    content = render(body, footer, region.indentation(start), region.tree)
    text, lines = region.lines.text, region.lines
    if not after:
        place = _above_comments(region, lines.line_start(start))
        return Change(place, place, content)
    place = lines.next_line_start(end)
    if place == len(text) and lines.line_start(place) != place:
        content = lines.newline + content.rstrip("\r\n")
    return Change(place, place, content)


def _shared_line(region: ParsedRegion, anchor: cst.CSTNode, *, after: bool) -> cst.BaseSmallStatement | None:
    """The small statement beside which the insertion has to go on the same line."""
    for small in (anchor, *region.ancestors(anchor)):
        if isinstance(small, cst.BaseSmallStatement):
            line = region.parent(small)
            if isinstance(line, cst.SimpleStatementSuite):
                return small
            if isinstance(line, cst.SimpleStatementLine):
                edge = line.body[-1 if after else 0]
                return small if small is not edge else None
    return None


def _inline(
    region: ParsedRegion, small: cst.BaseSmallStatement, body: Sequence[cst.CSTNode], *, after: bool
) -> Change | None:
    codes = []
    for line in body:
        if not isinstance(line, cst.SimpleStatementLine):
            return None
        codes += [
            region.tree.code_for_node(each.with_changes(semicolon=cst.MaybeSentinel.DEFAULT))
            for each in line.body
        ]
    start, end = region.span(small)
    code = "; ".join(codes)
    return Change(end, end, f"; {code}") if after else Change(start, start, f"{code}; ")


def _above_comments(region: ParsedRegion, line_start: int) -> int:
    """Above the comments of the region that stand directly over a line."""
    while line_start > region.start:
        previous = region.lines.line_start(line_start - 1)
        line = region.lines.text[previous : region.lines.line_end(previous)]
        if not line.strip().startswith("#"):
            break
        line_start = previous
    return line_start


def removal(region: ParsedRegion, removed: Sequence[cst.CSTNode]) -> list[Change]:
    """Remove statements; a body that would be left without any gets a `pass`.

    Comments above a statement stay. One behind it stays on a line of its own, unless it was meant for a tool.
    """
    changes: list[Change] = []
    whole: dict[cst.CSTNode, list[cst.CSTNode]] = defaultdict(list)
    for line, smalls in _by_line(region, removed).items():
        if isinstance(line, cst.SimpleStatementLine | cst.SimpleStatementSuite) and len(smalls) < len(
            line.body
        ):
            changes += _within_line(region, line, smalls)
        elif isinstance(line, cst.SimpleStatementSuite):
            start, end = region.span(smalls[0]).start, region.span(smalls[-1]).end
            changes.append(Change(start, end, "pass"))
        else:
            block = region.parent(line)
            if block is None or not region.is_in_block(line):
                raise ValueError("this statement is part of another one")
            whole[block].append(line)
    for block, statements in whole.items():
        emptied = isinstance(block, cst.IndentedBlock) and len(statements) == len(block.body)
        if emptied:
            changes.append(Change(*region.statement_span(statements[0]), "pass"))
        lines = [_whole_lines(region, block, each) for each in statements[1 if emptied else 0 :]]
        changes += _merged(lines)
    return changes


def _merged(deletions: Sequence[Change]) -> list[Change]:
    """Deletions in order, those that overlap as one: neighbours may both claim the blank lines between them."""
    merged: list[Change] = []
    for deletion in deletions:
        if merged and deletion.start < merged[-1].end:
            merged[-1] = merged[-1]._replace(end=max(merged[-1].end, deletion.end))
        else:
            merged.append(deletion)
    return merged


def _by_line(
    region: ParsedRegion, removed: Sequence[cst.CSTNode]
) -> dict[cst.CSTNode, list[cst.BaseSmallStatement]]:
    """The lines and compound statements concerned, in order, with what is removed of each line."""
    lines: dict[cst.CSTNode, list[cst.BaseSmallStatement]] = defaultdict(list)
    for node in sorted(removed, key=lambda node: region.span(node)):
        if isinstance(node, cst.BaseSmallStatement):
            lines[region.statement_of(node)].append(node)
        elif isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite):
            lines[node] = list(node.body)
        else:
            lines[node] = []
    return lines


def _within_line(
    region: ParsedRegion,
    line: cst.SimpleStatementLine | cst.SimpleStatementSuite,
    removed: Sequence[cst.BaseSmallStatement],
) -> list[Change]:
    """Remove some of the statements that share a line, with a semicolon each."""
    changes: list[Change] = []
    kept_end: int | None = None
    pending: Span | None = None
    for small in line.body:
        span = region.span(small)
        if any(small is each for each in removed):
            pending = Span(pending.start if pending else span.start, span.end)
            continue
        if pending and kept_end is None:
            changes.append(Change(pending.start, span.start, ""))
        elif pending and kept_end is not None:
            changes.append(Change(kept_end, span.start, "; "))
        kept_end, pending = span.end, None
    if pending and kept_end is not None:
        changes.append(Change(kept_end, pending.end, ""))
    return changes


def _whole_lines(region: ParsedRegion, block: cst.CSTNode, statement: cst.CSTNode) -> Change:
    """Remove the lines of a statement, and blank ones that set it apart from what is left."""
    lines, text = region.lines, region.lines.text
    start, end = region.statement_span(statement)
    line_start, next_line = lines.line_start(start), lines.next_line_start(end)
    comment = text[end : lines.line_end(end)].strip(" \t\f;")
    if isinstance(statement, cst.SimpleStatementLine) and comment and not is_pragma(comment):
        return Change(start, text.index("#", end), "")
    above = _blank_lines_above(region, line_start)
    body = block.body if isinstance(block, cst.IndentedBlock) else (None,)
    if body[-1] is statement or not text[next_line:].strip():
        for _ in range(above):
            line_start = lines.line_start(line_start - 1)
        return Change(line_start, next_line, "")
    while (above or body[0] is statement or line_start == 0) and _is_blank_line(region, next_line):
        next_line = lines.next_line_start(next_line)
        above -= 1
    return Change(line_start, next_line, "")


def _blank_lines_above(region: ParsedRegion, line_start: int) -> int:
    count = 0
    while line_start > 0:
        line_start = region.lines.line_start(line_start - 1)
        if not _is_blank_line(region, line_start):
            break
        count += 1
    return count


def _is_blank_line(region: ParsedRegion, line_start: int) -> bool:
    return not region.lines.text[line_start : region.lines.line_end(line_start)].strip()


def decorator_removal(region: ParsedRegion, decorator: cst.Decorator) -> Change:
    """Remove the line of a decorator; a comment behind it stays, unless it was addressed to a tool."""
    lines, text = region.lines, region.lines.text
    start, end = region.span(decorator)
    comment = text[end : lines.line_end(end)].strip()
    if comment and not is_pragma(comment):
        return Change(start, text.index("#", end), "")
    return Change(lines.line_start(start), lines.next_line_start(end), "")


def decorator_insertion(
    region: ParsedRegion, definition: cst.FunctionDef | cst.ClassDef, code: str, after: cst.Decorator | None
) -> Change:
    """Add a decorator above the others, or below the one given."""
    start = region.statement_span(definition).start
    place = region.lines.line_start(start)
    if after is not None:
        place = region.lines.next_line_start(region.span(after).end)
    return Change(place, place, f"{region.indentation(start)}@{code}{region.lines.newline}")
