"""Which findings the comments of a file silence, and which of those comments are of no use.

A directive speaks of a row, of a block of rows, or of the file. A row's directive silences the findings of the
whole statement header that it stands in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec

from fastapi_lint.diagnostics import Applicability, Diagnostic, Edit, Fix, Location, Severity
from fastapi_lint.index import nodes
from fastapi_lint.linter import directives
from fastapi_lint.linter.directives import Directive, Item, Mistake, read_directives
from fastapi_lint.linter.own_findings import UNUSED_SUPPRESSION

INVALID_SUPPRESSION = "FAL002"

Header: TypeAlias = Callable[[int], tuple[int, int]]
"""The first and last row of the header of the statement on a row."""

_LAST_ROW = sys.maxsize
_ABOUT_COMMENTS = frozenset({UNUSED_SUPPRESSION, INVALID_SUPPRESSION})


class _Reach(msgspec.Struct, eq=False):
    """Where an item of a directive silences findings of its rules."""

    item: Item
    codes: frozenset[str]
    first: int
    last: int
    is_block: bool = False
    """Whether the findings must lie between these rows, rather than these rows in the header of the findings."""

    def covers(self, diagnostic: Diagnostic, headers: Iterable[tuple[int, int]]) -> bool:
        if self.is_block:
            return self.first <= diagnostic.location.row <= self.last
        return any(first <= self.first and self.last <= last for first, last in headers)


class _Ending(msgspec.Struct, eq=False):
    """An item of an `enable` directive and the items of the `disable` directives that it ends."""

    directive: Directive
    item: Item
    ended: list[Item]


class Suppressions:
    """The directives in the comments of one file: filter first, then ask which were unused."""

    def __init__(self, filename: str, names: Mapping[str, str]) -> None:
        self._filename = filename
        self._names = names
        self._directives: list[Directive] = []
        self._reaches: list[_Reach] = []
        self._open: list[_Reach] = []
        self._endings: list[_Ending] = []

    @classmethod
    def parse(
        cls, comments: Iterable[nodes.Comment], known: Mapping[str, str], filename: str
    ) -> Suppressions:
        """Read the comments of a file; `known` has the code of each rule by that code and by the rule's name."""
        names = {code: name for name, code in known.items() if name != code}
        suppressions = cls(filename, names)
        for comment in comments:
            for directive in read_directives(comment, known):
                suppressions._add(directive)
        return suppressions

    def filter(self, diagnostics: Iterable[Diagnostic], header: Header) -> list[Diagnostic]:
        """The diagnostics that no comment silences; remembers which comments have silenced one."""
        return [diagnostic for diagnostic in diagnostics if not self._is_silenced(diagnostic, header)]

    def unused(self, selected_codes: Collection[str]) -> list[Diagnostic]:
        """FAL001 for what has silenced nothing so far, if all the rules it names were selected in this run.

        What names FAL001 or FAL002 is not judged: that is known only after this.
        """
        found: list[Diagnostic] = []
        for directive in self._directives:
            items = [item for item in directive.items if self._is_unused(directive, item, selected_codes)]
            if items:
                found.append(self._unused_diagnostic(directive, items))
        return found

    def invalid(self) -> list[Diagnostic]:
        """FAL002 for directives and names of rules that have no effect."""
        return [
            Diagnostic(
                code=INVALID_SUPPRESSION,
                name="invalid-suppression",
                severity=Severity.WARNING,
                message=mistake.message,
                filename=self._filename,
                location=_location(directive.comment, mistake.start),
                end_location=_location(directive.comment, mistake.end),
                help=mistake.help,
                noqa_row=directive.comment.line,
            )
            for directive in self._directives
            for mistake in directive.mistakes
        ]

    # --- Where directives reach ------------------------------------------------------------------

    def _add(self, directive: Directive) -> None:
        self._directives.append(directive)
        for item in directive.items:
            if directive.verb == directives.ENABLE:
                self._end_blocks(directive, item)
            else:
                reach = _reach(directive, item)
                self._reaches.append(reach)
                if directive.verb == directives.DISABLE:
                    self._open.append(reach)

    def _end_blocks(self, directive: Directive, item: Item) -> None:
        """End the open blocks as far as they are about the rules of `item`."""
        ending = _Ending(directive, item, [])
        still_open: list[_Reach] = []
        for block in self._open:
            if block.codes & item.codes:
                ending.ended.append(block.item)
                remaining = block.codes - item.codes
                block.codes &= item.codes
                block.last = directive.comment.line - 1
                if not remaining:
                    continue
                block = _Reach(block.item, remaining, block.first, _LAST_ROW, is_block=True)
                self._reaches.append(block)
            still_open.append(block)
        self._open = still_open
        if ending.ended:
            self._endings.append(ending)
        elif item.codes:
            what = self._described([item]) or "any rule"
            message = f"no `disable` above is about {what}, so there is nothing to enable"
            mistake = Mistake(message, "Remove it", item.start if item.written else directive.start, item.end)
            directive.mistakes.append(mistake)

    def _is_silenced(self, diagnostic: Diagnostic, header: Header) -> bool:
        about = [reach for reach in self._reaches if diagnostic.code in reach.codes]
        if not about:
            return False
        rows = {diagnostic.location.row, diagnostic.noqa_row or diagnostic.location.row}
        headers = [header(row) for row in rows] + [(row, row) for row in rows]
        covering = [reach for reach in about if reach.covers(diagnostic, headers)]
        for reach in covering:
            reach.item.is_used = True
        return bool(covering)

    # --- What was of no use ----------------------------------------------------------------------

    def _is_unused(self, directive: Directive, item: Item, selected_codes: Collection[str]) -> bool:
        judged = item.codes - _ABOUT_COMMENTS
        if item.is_used or not judged or directive.verb == directives.ENABLE:
            return False
        if directive.verb == directives.NOQA and not item.written:
            return False  # may be meant for another tool
        return judged.issubset(selected_codes)

    def _unused_diagnostic(self, directive: Directive, items: list[Item]) -> Diagnostic:
        is_whole = len(items) == len(directive.items)
        if is_whole:
            advice = "Remove the comment"
            start, end = directive.start, directive.end
        else:
            advice = f"Remove {_enumerated([f'`{item.written}`' for item in items])} from the comment"
            start, end = items[0].start, items[-1].end
        return Diagnostic(
            code=UNUSED_SUPPRESSION,
            name="unused-suppression",
            severity=Severity.WARNING,
            message=self._unused_message(directive, items),
            filename=self._filename,
            location=_location(directive.comment, start),
            end_location=_location(directive.comment, end),
            help=advice,
            fix=Fix(advice, Applicability.SAFE, tuple(self._removal(directive, items))),
            noqa_row=directive.comment.line,
        )

    def _unused_message(self, directive: Directive, items: Sequence[Item]) -> str:
        what = self._described(items)
        verb = "is" if len(items) == 1 else "are"
        if directive.verb == directives.EXPECT:
            return f"{what} {verb} expected here, but nothing was found"
        places = {directives.IGNORE_FILE: "in this file", directives.DISABLE: "where it is disabled"}
        place = places.get(directive.verb, "here")
        if not what:
            return f"nothing is reported {place}, so there is nothing to suppress"
        return f"{what} {verb} not reported {place}, so there is nothing to suppress"

    def _removal(self, directive: Directive, items: list[Item]) -> Iterator[Edit]:
        """Also of what ends the blocks that go: it would have nothing to end."""
        yield from _removal(directive, items)
        endings = [ending for ending in self._endings if all(item in items for item in ending.ended)]
        for ended_by in {ending.directive: None for ending in endings}:
            yield from _removal(ended_by, [ending.item for ending in endings if ending.directive is ended_by])

    def _described(self, items: Iterable[Item]) -> str:
        """Codes with the names of their rules; empty for an item that means every rule."""
        described: list[str] = []
        for item in items:
            [*codes] = item.codes
            if len(codes) == 1 and codes[0] in self._names:
                described.append(f"{codes[0]} ({self._names[codes[0]]})")
            elif item.written:
                described.append(f"`{item.written}`")
        return _enumerated(described)


def _reach(directive: Directive, item: Item) -> _Reach:
    comment = directive.comment
    match directive.verb:
        case directives.IGNORE_FILE:
            return _Reach(item, item.codes, 1, _LAST_ROW, is_block=True)
        case directives.DISABLE:
            return _Reach(item, item.codes, comment.line, _LAST_ROW, is_block=True)
        case directives.NOQA:
            # On a line of its own it is about the statement around it, never about the next one.
            return _Reach(item, item.codes, comment.line, comment.code_line)
        case directives.IGNORE_NEXT_LINE if not comment.own_line:
            return _Reach(item, item.codes, comment.line + 1, comment.line + 1)
        case _:
            return _Reach(item, item.codes, comment.code_line, comment.code_line)


def _removal(directive: Directive, items: list[Item]) -> Iterator[Edit]:
    comment = directive.comment
    changes = directives.without(directive, items)
    for start, end, content in changes:
        yield Edit(_location(comment, start), _location(comment, end), content)
    if not changes:
        line, column, end_line, end_column = comment.removal
        yield Edit(Location(line, column + 1), Location(end_line, end_column + 1), "")


def _location(comment: nodes.Comment, offset: int) -> Location:
    return Location(comment.line, comment.column + offset + 1)


def _enumerated(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
