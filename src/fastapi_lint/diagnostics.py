"""What a run reports: diagnostics, their traces and their fixes.

Paths are POSIX strings relative to the project root, so that a diagnostic means the same on every
machine; the reporters make them absolute where a format asks for that. Rows and columns are 1-based,
columns count characters, ends are exclusive.
"""

from __future__ import annotations

import enum

import msgspec


class Severity(str, enum.Enum):
    """How much a finding matters; ordered through `rank`."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return _RANKS[self]

    def lowered(self) -> Severity:
        """One step less severe; `info` stays `info`."""
        return Severity.WARNING if self is Severity.ERROR else Severity.INFO


_RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class Applicability(str, enum.Enum):
    """Who may apply a fix."""

    SAFE = "safe"
    """The application behaves the same afterwards: `--fix` applies it."""
    UNSAFE = "unsafe"
    """May change behaviour, in the way its message states: needs `--unsafe-fixes`."""
    HINT = "hint"
    """One of several ways out, for a person to choose: only editors and `--show-fixes` offer it."""


class Location(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """A place in a file."""

    row: int
    column: int


class Edit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Replace the text between two places by `content`; equal places insert."""

    location: Location
    end_location: Location
    content: str


class Fix(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Edits to one file that belong together: all are applied or none."""

    message: str
    applicability: Applicability
    edits: tuple[Edit, ...]


class TraceStep(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One hop of the chain that proves a finding."""

    filename: str
    location: Location
    message: str


class Diagnostic(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One finding."""

    code: str
    name: str
    severity: Severity
    message: str
    filename: str
    location: Location
    end_location: Location
    help: str | None = None
    """What to write instead, as one sentence."""
    trace: tuple[TraceStep, ...] = ()
    fix: Fix | None = None
    """The fix that `--fix` (safe) or `--unsafe-fixes` would apply."""
    hints: tuple[Fix, ...] = ()
    """Alternatives for a person to choose from."""
    url: str | None = None
    noqa_row: int | None = None
    """The row on which a `# noqa` comment silences this finding."""

    @property
    def sort_key(self) -> tuple[str, Location, str, str]:
        """Order of every report: by file, place, code, message."""
        return (self.filename, self.location, self.code, self.message)


class RuleFailure(msgspec.Struct, frozen=True, kw_only=True):
    """A rule raised while it looked at a region: our bug, reported as such, and the run goes on."""

    code: str
    filename: str
    row: int
    error: str
    traceback: str
