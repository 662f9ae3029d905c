"""What decorators of libraries make of a function."""

from __future__ import annotations

from functools import cache

import msgspec

from fastapi_lint.knowledge.data import read


class _Decorators(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    transparent: frozenset[str]
    registering: frozenset[str]
    replacing: frozenset[str]


@cache
def _decorators() -> _Decorators:
    return read("decorators.toml", _Decorators)


def keeps_thread(name: str) -> bool:
    """Whether a function decorated with it still runs in its caller's thread; False says nothing."""
    known = _decorators()
    return name in known.transparent or name.rpartition(".")[0] in known.registering


def keeps_signature(name: str) -> bool:
    """Whether the decorated function asks for the same parameters as before; False says nothing."""
    return keeps_thread(name) or replaces(name)


def replaces(name: str) -> bool:
    """Whether it always puts another function in the place of the one that it decorates; False says nothing."""
    return name in _decorators().replacing
