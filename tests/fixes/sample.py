"""Fixes made by hand, and ways to apply them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import libcst as cst
import libcst.matchers as m

from fastapi_lint.diagnostics import Applicability, Diagnostic, Edit, Fix, Location, Severity
from fastapi_lint.fixes.apply import apply_edits
from fastapi_lint.fixes.positions import Change, LineMap
from fastapi_lint.fixes.regions import ParsedRegion, RegionEditor, build_fix
from fastapi_lint.index.source import split_lines

Node = TypeVar("Node", bound=cst.CSTNode)


def fix(text: str, *changes: tuple[int, int, str], message: str = "mend it") -> Fix:
    """A fix of changes given in offsets of `text`."""
    lines = LineMap(text)
    return Fix(message, Applicability.SAFE, tuple(lines.edit(Change(*change)) for change in changes))


def diagnostic(
    found: Fix, *, code: str = "FAL999", filename: str = "app.py", message: str = "bad"
) -> Diagnostic:
    """A finding at the first edit of its fix."""
    start = found.edits[0].location if found.edits else Location(1, 1)
    return Diagnostic(
        code=code,
        name="sample-rule",
        severity=Severity.WARNING,
        message=message,
        filename=filename,
        location=start,
        end_location=start,
        fix=found,
    )


def edit(row: int, column: int, end_row: int, end_column: int, content: str) -> Edit:
    return Edit(Location(row, column), Location(end_row, end_column), content)


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The text with these edits, all of them."""
    result = apply_edits(text, [Fix("", Applicability.SAFE, tuple(edits))])
    assert not result.invalid
    return result.text


class Editing:
    """One region, an editor for it, and the result of what the editor did."""

    def __init__(
        self, text: str, *, first_line: int = 1, last_line: int | None = None, line_feeds: bool = False
    ) -> None:
        """`line_feeds` gives every line of the tree one, whatever ends it in the text."""
        self.text = text
        self.lines = LineMap(text)
        end = self.lines.row_start(last_line + 1) if last_line else len(text)
        region = text[self.lines.row_start(first_line) : end]
        if line_feeds:
            region = "".join(f"{line}\n" for line in split_lines(region))
        self.region = ParsedRegion(cst.parse_module(region), self.lines, first_line)
        self.editor = RegionEditor(self.region)

    def node(self, code: str, kind: type[Node]) -> Node:
        """The first node of a kind that is written like this."""
        for found in m.findall(self.region.tree, m.MatchIfTrue(lambda node: isinstance(node, kind))):
            if self.region.code(found) == code:
                return found  # type: ignore[return-value]
        raise AssertionError(f"no {kind.__name__} is written {code!r}")

    def argument(self, code: str) -> tuple[cst.Call, cst.Arg]:
        """The first argument written like this, with its call."""
        found = self.node(code, cst.Arg)
        call = self.region.parent(found)
        assert isinstance(call, cst.Call)
        return call, found

    def fix(self) -> Fix | None:
        return build_fix("mend it", Applicability.SAFE, self.editor)

    def result(self) -> str | None:
        """The text with the fix applied; None when there is no fix."""
        made = self.fix()
        if made is None:
            return None
        applied = apply_edits(self.text, [made])
        assert applied.applied == (made,)
        return applied.text
