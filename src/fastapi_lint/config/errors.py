"""The one error that settings raise."""

from __future__ import annotations

from collections.abc import Iterable


class ConfigError(Exception):
    """The configuration can not be used as it is written: the run ends with exit code 2.

    `source` says where, as a person would look for it (`pyproject.toml`, `environment variable X`); `line` is
    the 1-based line of that file when it is known; `key` is the option concerned.
    """

    def __init__(
        self, message: str, *, source: str | None = None, line: int | None = None, key: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        self.line = line
        self.key = key

    def __str__(self) -> str:
        place = [str(part) for part in (self.source, self.line) if part is not None]
        return ": ".join([":".join(place), self.message]) if place else self.message


def did_you_mean(written: str, valid: Iterable[str]) -> str:
    """`; did you mean X?` for the nearest valid spelling, or nothing when none is near."""
    from difflib import get_close_matches

    spellings = {spelling.lower(): spelling for spelling in valid}
    near = get_close_matches(written.lower().replace("_", "-"), spellings, n=1, cutoff=0.6)
    return f"; did you mean `{spellings[near[0]]}`?" if near else ""
