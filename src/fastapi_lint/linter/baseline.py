"""Findings that a project has accepted: a file that names them without saying on which line they stand.

Of equal findings (the same rule, file, line of code and names in the message) the file has the number. More of
them than that are new.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

from fastapi_lint.config.errors import ConfigError
from fastapi_lint.diagnostics import Diagnostic
from fastapi_lint.output.fingerprint import fingerprint

if TYPE_CHECKING:
    from fastapi_lint.config.settings import Settings

DEFAULT_FILE = "fastapi-lint-baseline.json"

_VERSION = 1
_WRITTEN_FINGERPRINT = re.compile(r'"fingerprint":\s*"([^"]+)"')

Source: TypeAlias = Callable[[str], Sequence[str] | None]
"""The lines of a file by its name; None when it cannot be read."""


class Accepted(NamedTuple):
    """What tells an accepted finding from others."""

    filename: str
    code: str
    fingerprint: str


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    fingerprint: str
    count: int
    message: str = ""


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    files: dict[str, dict[str, list[_Entry]]]


class Comparison(NamedTuple):
    """What a run found, seen from a baseline."""

    new: list[Diagnostic]
    """In the order in which they were given."""
    accepted: int
    """How many findings the baseline has and the run too."""
    leftover: Baseline
    """What the baseline has and the run has not."""


class Baseline:
    """Accepted findings, each with how often it is accepted."""

    def __init__(self, counts: Mapping[Accepted, int], messages: Mapping[Accepted, str]) -> None:
        self.counts = {accepted: count for accepted, count in counts.items() if count > 0}
        self._messages = messages

    @classmethod
    def of(cls, diagnostics: Iterable[Diagnostic], source: Source) -> Baseline:
        """Accept these findings."""
        counts: Counter[Accepted] = Counter()
        messages: dict[Accepted, str] = {}
        for diagnostic in diagnostics:
            accepted = _accepted(diagnostic, source)
            counts[accepted] += 1
            messages.setdefault(accepted, diagnostic.message)
        return cls(counts, messages)

    @classmethod
    def parse(cls, data: bytes, name: str) -> Baseline:
        """Read the content of a baseline file; `name` is what errors call it.

        Raises:
            ConfigError: it is no baseline, or one of another version.
        """
        try:
            document = msgspec.json.decode(data, type=_Document)
        except msgspec.DecodeError as error:
            message = f"not a baseline: {error}; `fastapi-lint baseline update` writes it anew"
            raise ConfigError(message, source=name) from None
        if document.version != _VERSION:
            message = f"a baseline of version {document.version}; this fastapi-lint reads version {_VERSION}"
            raise ConfigError(message, source=name)
        entries = {
            Accepted(filename, code, entry.fingerprint): entry
            for filename, rules in document.files.items()
            for code, listed in rules.items()
            for entry in listed
        }
        return cls(
            {accepted: entry.count for accepted, entry in entries.items()},
            {accepted: entry.message for accepted, entry in entries.items()},
        )

    @property
    def total(self) -> int:
        """How many findings are accepted."""
        return sum(self.counts.values())

    def message(self, accepted: Accepted) -> str:
        """What the finding said when it was accepted."""
        return self._messages.get(accepted, "")

    def compare(self, diagnostics: Iterable[Diagnostic], source: Source) -> Comparison:
        """Tell new findings from accepted ones."""
        remaining = dict(self.counts)
        new: list[Diagnostic] = []
        count = 0
        for diagnostic in diagnostics:
            accepted = _accepted(diagnostic, source)
            if remaining.get(accepted, 0) > 0:
                remaining[accepted] -= 1
                count += 1
            else:
                new.append(diagnostic)
        return Comparison(new, count, Baseline(remaining, self._messages))

    def only(self, is_wanted: Callable[[Accepted], bool]) -> Baseline:
        """The part of the baseline for which `is_wanted` says so."""
        chosen = {accepted: count for accepted, count in self.counts.items() if is_wanted(accepted)}
        return Baseline(chosen, self._messages)

    def minus(self, other: Baseline) -> Baseline:
        """This baseline without the findings of another."""
        counts = {accepted: count - other.counts.get(accepted, 0) for accepted, count in self.counts.items()}
        return Baseline(counts, self._messages)

    def plus(self, other: Baseline) -> Baseline:
        """The findings of both, those of `other` in its words."""
        counts = Counter(self.counts)
        counts.update(other.counts)
        return Baseline(counts, {**self._messages, **other._messages})

    def text(self) -> str:
        """The content of the file: JSON with one line for each entry, sorted, so that diffs are easy to read."""
        files: dict[str, dict[str, list[str]]] = {}
        for accepted in sorted(self.counts, key=lambda each: (*each[:2], self.message(each), each[2])):
            entry = {
                "fingerprint": accepted.fingerprint,
                "count": self.counts[accepted],
                "message": self.message(accepted),
            }
            rules = files.setdefault(accepted.filename, {})
            rules.setdefault(accepted.code, []).append(json.dumps(entry, ensure_ascii=False))
        content = _object({name: _object(_lists(rules), 2) for name, rules in files.items()}, 1)
        return _object({"version": str(_VERSION), "files": content}, 0) + "\n"


def baseline_path(root: Path, option: str | None) -> Path:
    """Where the baseline of a project is kept, given the option `baseline`."""
    return root / Path(option or DEFAULT_FILE).expanduser()


class BaselineFile(NamedTuple):
    """A baseline as it is kept."""

    name: str
    """Relative to the project root."""
    content: Baseline
    rows: Mapping[str, int]
    """The row on which each fingerprint stands."""


def read_baseline(settings: Settings) -> BaselineFile | None:
    """The configured baseline; None when the project has none.

    Raises:
        ConfigError: there is no such file, or it is no baseline.
    """
    if settings.baseline is None:
        return None
    path = baseline_path(settings.root, settings.baseline)
    name = Path(os.path.relpath(path, settings.root)).as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        message = f"`baseline` names {name}, which cannot be read: {error.strerror}"
        if isinstance(error, FileNotFoundError):
            message = (
                f"`baseline` names {name}, which does not exist; `fastapi-lint baseline create` makes it"
            )
        raise settings.error("baseline", message) from None
    return BaselineFile(name, Baseline.parse(data, name), _rows(data.decode("utf-8", "replace")))


def _rows(text: str) -> dict[str, int]:
    return {
        match[1]: row
        for row, line in enumerate(text.splitlines(), 1)
        for match in _WRITTEN_FINGERPRINT.finditer(line)
    }


def _accepted(diagnostic: Diagnostic, source: Source) -> Accepted:
    lines = source(diagnostic.filename)
    return Accepted(diagnostic.filename, diagnostic.code, fingerprint(diagnostic, lines))


def _lists(rules: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {code: _indented("[", entries, "]", 3) for code, entries in rules.items()}


def _object(members: Mapping[str, str], depth: int) -> str:
    return _indented("{", [f"{json.dumps(key)}: {value}" for key, value in members.items()], "}", depth)


def _indented(opening: str, members: Sequence[str], closing: str, depth: int) -> str:
    if not members:
        return opening + closing
    inner, outer = "\n" + "  " * (depth + 1), "\n" + "  " * depth
    return f"{opening}{inner}{f',{inner}'.join(members)}{outer}{closing}"
