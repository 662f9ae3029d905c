"""Where the time of a run goes: what `--profile` prints."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_SHORTEST = 0.001
"""Seconds that a rule takes to be listed."""


class Timings:
    """Seconds by stage, and by rule for the stage in which rules say where to look."""

    def __init__(self) -> None:
        self._stages: dict[str, float] = {}
        self.rules: dict[str, float] = {}
        """Seconds by code."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage of the run."""
        started = time.perf_counter()
        yield
        self._stages[name] = self._stages.get(name, 0.0) + time.perf_counter() - started

    @contextmanager
    def rule(self, code: str) -> Iterator[None]:
        """Time a rule."""
        started = time.perf_counter()
        yield
        self.add({code: time.perf_counter() - started})

    def add(self, rules: Mapping[str, float]) -> None:
        """Add seconds by rule, measured elsewhere."""
        for code, seconds in rules.items():
            self.rules[code] = self.rules.get(code, 0.0) + seconds

    def lines(self) -> Iterator[str]:
        """The table: stages in their order, then rules, the slowest first.

        What several rules ask of the model is on the account of the first of them.
        """
        for name, seconds in self._stages.items():
            yield f"{seconds:8.3f} s  {name}"
        for code, seconds in sorted(self.rules.items(), key=lambda each: -each[1]):
            if seconds >= _SHORTEST:
                yield f"{seconds:8.3f} s  {code}"
