"""Write suppression comments for the findings there are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from fastapi_lint.config.settings import Settings
from fastapi_lint.diagnostics import Diagnostic
from fastapi_lint.fixes.files import WriteError, write_fixed
from fastapi_lint.fixes.positions import Change, LineMap, apply_changes
from fastapi_lint.index import lexer, nodes
from fastapi_lint.index.build import build_index
from fastapi_lint.index.grammar import is_valid
from fastapi_lint.index.source import decode, encode
from fastapi_lint.linter import directives
from fastapi_lint.linter.directives import Directive, read_directives
from fastapi_lint.linter.fixing import FixedFile
from fastapi_lint.linter.headers import Headers
from fastapi_lint.linter.project import load_project
from fastapi_lint.linter.report import Report
from fastapi_lint.linter.run import Progress, ProjectLinter, without_garbage_collection
from fastapi_lint.linter.suppression import Suppressions

_NEVER_IGNORED = frozenset({"FAL000", "FAL001", "FAL002"})
"""About files that cannot be read, and about the comments themselves."""


class IgnoreReport(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of writing suppression comments."""

    report: Report
    """What remains."""
    ignored: int
    """How many findings are suppressed now."""
    changes: Sequence[FixedFile]
    """Every file that changed, or would."""


def add_ignores(
    settings: Settings,
    paths: Sequence[str],
    reason: str = "",
    *,
    only: Collection[str] | None = None,
    write: bool = True,
    progress: Progress | None = None,
) -> IgnoreReport:
    """Suppress every finding below `paths` by a comment on its statement.

    Args:
        settings: which rules run.
        paths: where.
        reason: what the comments say after the codes.
        only: files to which the run is limited, relative to the project root.
        write: write the files that change.
        progress: told of each file.
    """
    with without_garbage_collection():
        loaded, problems = load_project(settings, paths, only=only)
        linter = ProjectLinter(loaded)
        found: list[Diagnostic] = []
        for number, path in enumerate(loaded.linted):
            if progress is not None:
                progress("linting", number, len(loaded.linted))
            found += linter.diagnostics(path)
        found = linter.beyond_baseline(found)
        wanted: dict[str, list[Diagnostic]] = {}
        for diagnostic in found:
            if diagnostic.code not in _NEVER_IGNORED:
                wanted.setdefault(diagnostic.filename, []).append(diagnostic)
        done: list[_Commented] = []
        for path, here in wanted.items():
            data = loaded.files.read(path)
            commented = _commented(path, data, here, " ".join(reason.split()), linter.spellings)
            if commented is None:
                continue
            try:
                if write:
                    write_fixed(Path(settings.root) / path, data, commented.file.after)
                done.append(commented)
            except WriteError as refused:
                problems.append(f"{path}: no comments were written: {refused}")
        silenced = {id(diagnostic) for commented in done for diagnostic in commented.silenced}
        remaining = [diagnostic for diagnostic in found if id(diagnostic) not in silenced]
        report = Report(
            root=Path(settings.root),
            diagnostics=sorted(remaining, key=lambda diagnostic: diagnostic.sort_key),
            failures=list(linter.failures),
            problems=problems,
            checked=len(loaded.linted),
        )
        changes = [commented.file for commented in done]
        return IgnoreReport(report=report, ignored=len(silenced), changes=changes)


class _Commented(NamedTuple):
    file: FixedFile
    silenced: Sequence[Diagnostic]


def _commented(
    path: str, data: bytes, found: Sequence[Diagnostic], reason: str, known: Mapping[str, str]
) -> _Commented | None:
    """A file with comments for its findings; None when none can be written that works and changes nothing."""
    if not found:
        return None
    source = decode(data)
    try:
        comments = _Comments(source.text, build_index(data), found, reason, known)
        after = apply_changes(source.text, comments.changes)
        file = FixedFile(filename=path, before=source.text, after=after, data=encode(after, source))
    except (lexer.LexicalError, UnicodeEncodeError):
        return None
    if not _means_the_same(file.before, after):
        return None
    silenced = _silenced(found, file, comments.added_rows, known)
    if len(silenced) < len(found):
        return _commented(path, data, silenced, reason, known)
    return _Commented(file, silenced)


class _Comments:
    """Comments for the findings of one file: one for all those that the same row can speak for."""

    def __init__(
        self,
        text: str,
        index: nodes.ModuleIndex,
        found: Sequence[Diagnostic],
        reason: str,
        known: Mapping[str, str],
    ) -> None:
        self._text = text
        self._reason = reason
        self._known = known
        self._map = LineMap(text)
        tokens = lexer.tokenize(text)
        self._comments = {
            self._map.location(token.start).row: token for token in tokens if token.kind == lexer.COMMENT
        }
        self._closed = set(self._rows_that_end_inside(tokens))
        at_end, above = self._rows(found, Headers(index.body))
        self.added_rows = sorted(above)
        """The rows above which a row is added."""
        self.changes = [self._at_end(row, sorted(codes)) for row, codes in at_end.items()]
        self.changes += [self._above(row, sorted(codes)) for row, codes in above.items()]

    def _rows(
        self, found: Sequence[Diagnostic], headers: Headers
    ) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
        """The codes to write at the end of rows, and those to write above rows."""
        at_end: dict[int, set[str]] = {}
        above: dict[int, set[str]] = {}
        for diagnostic in found:
            first, last = headers.around(diagnostic.location.row)
            row = self._free_row(diagnostic.location.row, first, last)
            rows = above if row is None else at_end
            rows.setdefault(row or first, set()).add(diagnostic.code)
        return at_end, above

    def _free_row(self, row: int, first: int, last: int) -> int | None:
        """The row itself if a comment may end it, or another of the same statement."""
        rows = [row, *range(last, first - 1, -1)]
        return next((each for each in rows if each not in self._closed), None)

    def _at_end(self, row: int, codes: list[str]) -> Change:
        comment = self._comments.get(row)
        if comment is not None:
            directive = _list_in(self._text[comment.start : comment.end], self._known)
            if directive is not None:
                end = comment.start + directive.items[-1].end
                return Change(end, end, "".join(f", {code}" for code in codes))
        start = self._map.row_start(row)
        line = self._text[start : self._map.line_end(start)]
        return Change(start + len(line.rstrip()), start + len(line), f"  {_directive(codes, self._reason)}")

    def _above(self, row: int, codes: list[str]) -> Change:
        start = self._map.row_start(row)
        line = self._text[start : self._map.line_end(start)]
        indent = line[: len(line) - len(line.lstrip())]
        return Change(start, start, f"{indent}{_directive(codes, self._reason)}{self._map.newline}")

    def _rows_that_end_inside(self, tokens: Sequence[lexer.Token]) -> Iterator[int]:
        """Rows whose end belongs to a string, or joins the next one to it."""
        depth, started = 0, 0
        for token in tokens:
            if token.kind == lexer.STRING and depth == 0:
                yield from self._rows_between(token.start, token.end)
            elif token.kind == lexer.FORMATTED_START:
                started = started if depth else token.start
                depth += 1
            elif token.kind == lexer.FORMATTED_END:
                depth -= 1
                if depth == 0:
                    yield from self._rows_between(started, token.end)
        for row in range(1, self._map.last_row + 1):
            start = self._map.row_start(row)
            if self._text[start : self._map.line_end(start)].endswith("\\"):
                yield row

    def _rows_between(self, start: int, end: int) -> range:
        return range(self._map.location(start).row, self._map.location(end).row)


def _directive(codes: Sequence[str], reason: str) -> str:
    return f"# fastapi-lint: {directives.IGNORE}[{', '.join(codes)}] {reason}".rstrip()


def _list_in(comment: str, known: Mapping[str, str]) -> Directive | None:
    """The list of rules that a comment ignores already."""
    as_node = nodes.Comment(comment, 1, 0, False, 1, (1, 0, 1, len(comment)))
    found = [each for each in read_directives(as_node, known) if each.verb == directives.IGNORE]
    return next((each for each in found if each.items), None)


def _means_the_same(before: str, after: str) -> bool:
    """Whether two texts have the same tokens but for comments and empty lines."""
    try:
        return _meaning(before) == _meaning(after) and is_valid(after)
    except lexer.LexicalError:
        return False


def _meaning(text: str) -> list[str]:
    tokens = [
        "" if token.kind == lexer.LINE_END else text[token.start : token.end]
        for token in lexer.tokenize(text)
        if token.kind != lexer.COMMENT
    ]
    return [each for number, each in enumerate(tokens) if each or (number and tokens[number - 1])]


def _silenced(
    found: Sequence[Diagnostic], file: FixedFile, added_rows: Sequence[int], known: Mapping[str, str]
) -> list[Diagnostic]:
    """The findings that the comments of the changed file suppress."""
    index = build_index(file.data)
    suppressions = Suppressions.parse(index.comments, known, file.filename)
    moved = [_moved(each, bisect_right(added_rows, each.location.row)) for each in found]
    kept = suppressions.filter(moved, Headers(index.body).around)
    return [each for each, there in zip(found, moved, strict=True) if there not in kept]


def _moved(diagnostic: Diagnostic, by: int) -> Diagnostic:
    location = msgspec.structs.replace(diagnostic.location, row=diagnostic.location.row + by)
    return msgspec.structs.replace(
        diagnostic, location=location, noqa_row=(diagnostic.noqa_row or diagnostic.location.row) + by
    )
