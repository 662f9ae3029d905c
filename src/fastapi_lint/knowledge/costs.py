"""What calls of libraries cost a coroutine that awaits nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec

from fastapi_lint.knowledge.data import read


class _Costs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    cheap: frozenset[str]
    bound_to_the_loop: frozenset[str]


@cache
def _costs() -> _Costs:
    return read("costs.toml", _Costs)


def is_cheap(name: str) -> bool:
    """Whether a call takes next to no time; False says nothing."""
    return any(part in _costs().cheap for part in _prefixes(name))


def is_bound_to_the_loop(name: str) -> bool:
    """Whether a call works in a coroutine only, or differently in a thread."""
    return any(part in _costs().bound_to_the_loop for part in _prefixes(name))


def _prefixes(name: str) -> Iterator[str]:
    yield name
    while "." in name:
        name = name.rpartition(".")[0]
        yield name
