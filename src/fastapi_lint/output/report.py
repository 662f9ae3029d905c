"""What every reporter is given."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from fastapi_lint.diagnostics import Applicability, Diagnostic, Location, RuleFailure
from fastapi_lint.metadata import RuleMetadata


class Rows(NamedTuple):
    """Successive rows of a file."""

    filename: str
    first: int
    last: int


class ReportedRoute(msgspec.Struct, frozen=True, kw_only=True):
    """One route, as the HTML report's table shows it."""

    method: str
    """`GET` …, or `WEBSOCKET`, `MOUNT`; several methods are joined by commas."""
    path: str
    """The effective path, prefixes included."""
    handler: str
    """`module:qualname`."""
    registered: Rows
    """Its decorator, or the call that adds it."""
    handled: Rows | None = None
    """The handler, its decorators included; None when it is not in the project."""
    protected_by: tuple[str, ...] = ()
    """Names of the dependencies that authenticate."""


class OutputReport(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one run."""

    diagnostics: Sequence[Diagnostic]
    """Sorted by `Diagnostic.sort_key`."""
    root: Path
    """The folder that file names are relative to."""
    checked: int
    """How many files were checked."""
    rules: Mapping[str, RuleMetadata]
    """The rules that ran, by code."""
    source: Callable[[str], Sequence[str] | None]
    """The lines of a file, without their line ends, by the name diagnostics use; None when unreadable."""
    failures: Sequence[RuleFailure] = ()
    routes: Sequence[ReportedRoute] = ()
    """In match order; empty when no format shows them."""
    shows_edits: bool = False
    """Whether what people read shows the text that fixes and hints would give."""
    elapsed: float | None = None
    """Seconds the run took."""
    directory: Path | None = None
    """The folder that names printed for people are relative to, the working directory; default the root."""

    def absolute(self, filename: str) -> str:
        """The file's absolute path, in the spelling of this system."""
        return str(self.root.absolute() / filename)

    def shown(self, filename: str) -> str:
        """The file's name as a person in `directory` would write it."""
        if self.directory is None or self.directory == self.root:
            return filename
        return Path(os.path.relpath(self.root / filename, self.directory)).as_posix()

    def line(self, filename: str, row: int) -> str | None:
        """The text of one row; None where there is none."""
        lines = self.source(filename)
        return lines[row - 1] if lines is not None and 0 < row <= len(lines) else None

    def text(self, filename: str, start: Location, end: Location) -> str | None:
        """The text from `start` up to `end`, rows joined by line feeds; None when the file is unreadable."""
        lines = self.source(filename)
        if lines is None:
            return None
        rows = list(lines[start.row - 1 : end.row]) or [""]
        if len(rows) <= end.row - start.row:
            rows.append("")
        else:
            rows[-1] = rows[-1][: end.column - 1]
        rows[0] = rows[0][start.column - 1 :]
        return "\n".join(rows)

    def fixable_count(self, applicability: Applicability = Applicability.SAFE) -> int:
        """How many findings have a fix of that kind."""
        return sum(1 for found in self.diagnostics if found.fix and found.fix.applicability is applicability)
