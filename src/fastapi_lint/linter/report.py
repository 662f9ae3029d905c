"""What a run gives back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from fastapi_lint.diagnostics import Diagnostic, RuleFailure

if TYPE_CHECKING:
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
    revealed: Revealed | None = None
    """What of other files the findings lean on; None when they come from an earlier run."""
    used_ignores: dict[str, set[str]] = {}
    """The files in which entries of `per-file-ignores` have silenced something, by the entry's pattern."""
