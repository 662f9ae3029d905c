"""The comment that suppresses a finding, where one can stand."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi_lint.diagnostics import Diagnostic, Edit, Location
from fastapi_lint.fixes.positions import LineMap, apply_changes
from fastapi_lint.index import nodes
from fastapi_lint.index.build import build_index
from fastapi_lint.index.source import split_lines
from fastapi_lint.linter.directives import IGNORE, read_directives

_INDENTATION = re.compile(r"[ \t]*")


def suppression(text: str, diagnostic: Diagnostic) -> Edit | None:
    """The edit that suppresses a finding; None where no comment can.

    It extends the comment that is there, or writes one at the end of the line, or above a line that ends
    within a string or with a backslash.
    """
    row = diagnostic.noqa_row or diagnostic.location.row
    lines = split_lines(text)
    if not 1 <= row <= len(lines):
        return None
    comment = f"# fastapi-lint: ignore[{diagnostic.name}]"
    content = lines[row - 1]
    end = Location(row, len(content.rstrip()) + 1)
    indentation = _INDENTATION.match(content)
    above = f"{indentation.group() if indentation else ''}{comment}{LineMap(text).newline}"
    known = {diagnostic.code: diagnostic.code, diagnostic.name: diagnostic.code}
    extended = _extended(text, row, diagnostic.name, known)
    candidates = [
        *([extended] if extended is not None else []),
        Edit(end, Location(row, len(content) + 1), f"  {comment}"),
        Edit(Location(row, 1), Location(row, 1), above),
    ]
    return next((edit for edit in candidates if _suppresses(text, edit, row, known)), None)


def _extended(text: str, row: int, name: str, known: Mapping[str, str]) -> Edit | None:
    """The edit that adds a rule to the `ignore` comment on a row."""
    for comment in _comments(text):
        for directive in read_directives(comment, known) if comment.line == row else ():
            if directive.verb == IGNORE and directive.items:
                place = Location(row, comment.column + directive.items[-1].end + 1)
                return Edit(place, place, f", {name}")
    return None


def _suppresses(text: str, edit: Edit, row: int, known: Mapping[str, str]) -> bool:
    """Whether, after an edit, a comment ignores, on a row, the rule whose spellings are `known`."""
    changed = apply_changes(text, [LineMap(text).change(edit)])
    row += changed.count("\n") - text.count("\n")
    return any(
        item.codes
        for comment in _comments(changed)
        for directive in read_directives(comment, known)
        for item in directive.items
        if directive.verb == IGNORE and comment.code_line == row
    )


def _comments(text: str) -> tuple[nodes.Comment, ...]:
    return build_index(text.encode("utf-8", "surrogatepass")).comments
