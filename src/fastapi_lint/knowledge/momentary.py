"""Functions whose value is another one each time."""

from __future__ import annotations

from functools import cache

import msgspec

from fastapi_lint.knowledge.data import read


class _Momentary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    functions: frozenset[str]


@cache
def momentary() -> frozenset[str]:
    """Their qualified names."""
    return read("momentary.toml", _Momentary).functions
