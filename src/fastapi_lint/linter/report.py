"""What a run gives back."""

from __future__ import annotations

from pathlib import Path

import msgspec

from fastapi_lint.diagnostics import Diagnostic, RuleFailure
from fastapi_lint.linter.revealed import Revealed


class StandardInput(msgspec.Struct, frozen=True):
    """A file given on standard input: linted in place of the file of that name."""

    filename: str
    data: bytes


class Report(msgspec.Struct, kw_only=True):
    """The outcome of a run, sorted as it is to be shown."""

    root: Path
    diagnostics: list[Diagnostic]
    failures: list[RuleFailure]
    """Rules that raised: bugs of ours."""
    problems: list[str]
    """Why part of the work could not be done: a path that does not exist, a process that died."""
    checked: int
    """How many files were linted."""
    incomplete: frozenset[str] = frozenset()
    """Codes of rules that may have missed something."""
    revealed: Revealed = msgspec.field(default_factory=Revealed)
    """What a later run has to know about this one."""
