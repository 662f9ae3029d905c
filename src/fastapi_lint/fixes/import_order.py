"""The order of imports as isort and Ruff keep it: sections of a file, lines of a section, names of a line."""

from __future__ import annotations

import ast
import bisect
import sys
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from fastapi_lint.fixes.positions import Change, LineMap

ImportStatement: TypeAlias = ast.Import | ast.ImportFrom

_FUTURE, _STANDARD, _INSTALLED, _OWN, _RELATIVE = range(5)


class Section(NamedTuple):
    """Imports on successive lines; nothing but comments between them."""

    statements: list[ImportStatement]
    at_head: bool
    """Before any other code of the file."""


def place_of_name(names: Sequence[str], name: str) -> int:
    """Where a name goes among those of a `from` import: in their order when they have one, else at the end."""
    for key in (_by_kind, str.casefold, str):
        keys = [key(each) for each in names]
        if keys == sorted(keys):
            return bisect.bisect(keys, key(name))
    return len(names)


def _by_kind(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    kind = 0 if len(name) > 1 and name.isupper() else 1 if name[:1].isupper() else 2
    return (kind, name.casefold())


class ImportLines:
    """The import statements at the top level of a file, and where another one goes."""

    def __init__(self, tree: ast.Module, lines: LineMap, package: str) -> None:
        self._body = tree.body
        self._lines = lines
        self._package = package
        self.statements = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]

    def insertion(self, module: str, line: str, *, is_from: bool, row: int) -> Change:
        """Add a line that imports from `module`, above row `row`, in the section that fits best."""
        sections = [each for each in self._sections() if (each.statements[-1].end_lineno or row) < row]
        root, kind = module.partition(".")[0], self._kind(module)
        for section in sections:
            if any(_module(each).partition(".")[0] == root for each in section.statements):
                return self._in_section(section, module, line, is_from=is_from)
        head = [section for section in sections if section.at_head]
        for section in head:
            if any(self._kind_of(each) == kind for each in section.statements):
                return self._in_section(section, module, line, is_from=is_from)
        for section in head:
            if self._kind_of(section.statements[0]) > kind:
                return self._section_above(section, line)
        if head:
            return self._section_below(head[-1].statements[-1], line)
        return self._first_section(line)

    def has_comment(self, statement: ast.stmt) -> bool:
        """Whether a comment stands within or behind an import, which itself has no character `#`."""
        return "#" in self._text_of_rows(statement)

    def is_alone(self, statement: ast.stmt) -> bool:
        """Whether no other statement shares its lines."""
        rows = range(statement.lineno, (statement.end_lineno or 0) + 1)
        return not any(
            each is not statement and (each.lineno in rows or each.end_lineno in rows) for each in self._body
        )

    def removal(self, statement: ast.stmt) -> Change:
        """Remove the lines of a statement, and blank ones that would join those above."""
        first, next_row = statement.lineno, (statement.end_lineno or 0) + 1
        above = first - 1
        while self._has_row(next_row) and self._is_blank(next_row):
            if first > 1 and (above < 1 or not self._is_blank(above)):
                break
            above, next_row = above - 1, next_row + 1
        return Change(self._lines.row_start(first), self._lines.row_start(next_row), "")

    def _sections(self) -> list[Section]:
        """Imports without a blank line or other code between them; each `__future__` stands alone."""
        sections: list[Section] = []
        at_head = True
        before: ast.stmt | None = None
        for node in self._body:
            if not isinstance(node, ast.Import | ast.ImportFrom):
                at_head = at_head and node is self._body[0] and _is_docstring(node)
            elif (
                sections
                and before is sections[-1].statements[-1]
                and _FUTURE not in (self._kind_of(node), self._kind_of(sections[-1].statements[-1]))
                and not self._has_blank_line(before, node)
            ):
                sections[-1].statements.append(node)
            else:
                sections.append(Section([node], at_head))
            before = node
        return sections

    def _in_section(self, section: Section, module: str, line: str, *, is_from: bool) -> Change:
        """In the order of the section: plain imports first, or all by module; else behind its own kind."""
        statements = section.statements
        if len({self._kind_of(each) for each in statements}) == 1:
            for order in (_plain_first, _by_module):
                keys = [order(_module(each), isinstance(each, ast.ImportFrom)) for each in statements]
                if keys == sorted(keys):
                    place = bisect.bisect(keys, order(module, is_from))
                    return (
                        self._below(statements[place - 1], line)
                        if place
                        else self._above(statements[0], line)
                    )
        akin = [each for each in statements if self._kind_of(each) == self._kind(module)]
        return self._below((akin or statements)[-1], line)

    def _section_above(self, section: Section, line: str) -> Change:
        first = section.statements[0]
        if first.col_offset:
            return self._below(section.statements[-1], line)
        place = self._lines.row_start(self._row_of_comments_above(first.lineno))
        return Change(place, place, line + 2 * self._lines.newline)

    def _first_section(self, line: str) -> Change:
        if not self._body:
            return self._at(len(self._lines.text), line)
        first = self._body[0]
        if _is_docstring(first):
            return self._section_below(first, line)
        row = min([first.lineno, *(each.lineno for each in getattr(first, "decorator_list", ()))])
        place = self._lines.row_start(self._row_of_comments_above(row))
        return Change(place, place, line + 2 * self._lines.newline)

    def _section_below(self, statement: ast.stmt, line: str) -> Change:
        row, newline = self._end_row(statement) + 1, self._lines.newline
        return self._at(self._lines.row_start(row), newline + line + ("" if self._is_blank(row) else newline))

    def _above(self, statement: ast.stmt, line: str) -> Change:
        if statement.col_offset:
            return self._below(statement, line)
        place = self._lines.row_start(statement.lineno)
        return Change(place, place, line + self._lines.newline)

    def _below(self, statement: ast.stmt, line: str) -> Change:
        return self._at(self._lines.row_start(self._end_row(statement) + 1), line)

    def _at(self, place: int, line: str) -> Change:
        """A line of its own at the start of a line, or behind an unfinished last one."""
        newline = self._lines.newline
        unfinished = place > self._lines.line_start(place)
        return Change(place, place, newline + line if unfinished else line + newline)

    def _end_row(self, statement: ast.stmt) -> int:
        """The last row of a statement and of those that begin on its rows."""
        row = statement.end_lineno or statement.lineno
        for each in self._body:
            if statement.lineno <= each.lineno <= row:
                row = max(row, each.end_lineno or 0)
        return row

    def _row_of_comments_above(self, row: int) -> int:
        """The first of the comment lines directly above a row; the row itself when they begin the file."""
        first = row
        while first > 1 and self._row(first - 1).startswith("#"):
            first -= 1
        return first if first > 1 else row

    def _has_blank_line(self, before: ast.stmt, after: ast.stmt) -> bool:
        return any(self._is_blank(row) for row in range((before.end_lineno or 0) + 1, after.lineno))

    def _text_of_rows(self, statement: ast.stmt) -> str:
        start = self._lines.row_start(statement.lineno)
        return self._lines.text[start : self._lines.row_start((statement.end_lineno or 0) + 1)]

    def _has_row(self, row: int) -> bool:
        return self._lines.row_start(row) < len(self._lines.text)

    def _is_blank(self, row: int) -> bool:
        return not self._row(row)

    def _row(self, row: int) -> str:
        start = self._lines.row_start(row)
        return self._lines.text[start : self._lines.line_end(start)].strip()

    def _kind_of(self, statement: ImportStatement) -> int:
        if isinstance(statement, ast.ImportFrom) and statement.level:
            return _RELATIVE
        return self._kind(_module(statement))

    def _kind(self, module: str) -> int:
        root = module.partition(".")[0]
        if root == "__future__":
            return _FUTURE
        if root in sys.stdlib_module_names:
            return _STANDARD
        return _OWN if root == self._package.partition(".")[0] else _INSTALLED


def _plain_first(module: str, is_from: bool) -> tuple[str, str]:
    return (str(int(is_from)), module.casefold())


def _by_module(module: str, is_from: bool) -> tuple[str, str]:
    return (module.casefold(), str(int(is_from)))


def _module(statement: ImportStatement) -> str:
    if isinstance(statement, ast.Import):
        return statement.names[0].name
    return "." * statement.level + (statement.module or "")


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
