"""The examples of the rules, as their pages print them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

DATA = Path(__file__).with_name("examples.json")
"""Made from the fixtures by `docs/generate_rules.py`: those are not installed with the package."""


class Examples(msgspec.Struct, frozen=True, kw_only=True):
    """The sources of one rule's examples."""

    bad: str
    """Lines on which a finding starts end with a comment that has its code."""
    good: str
    fixed: str | None = None
    """What `--fix --unsafe-fixes` makes of `bad`; None when the rule has no such example."""


@cache
def all_examples() -> Mapping[str, Examples]:
    """The examples of every rule of this package, by code."""
    return msgspec.json.decode(DATA.read_bytes(), type=dict[str, Examples])
