"""What opens sessions, connections and pools of them."""

from __future__ import annotations

from functools import cache

import msgspec

from fastapi_lint.knowledge.catalogue import Catalogue, find
from fastapi_lint.knowledge.data import read


class ResourceGroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Calls that open alike."""

    kind: str
    """How people call what is opened."""
    is_pool: bool = False
    """It opens connections of its own, and keeps them for reuse."""
    functions: list[str] = []
    methods: dict[str, list[str]] = {}


class _Resources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    groups: list[ResourceGroup]


@cache
def opened(name: str) -> ResourceGroup | None:
    """What calling the function or class, or the method `class.method`, opens; None for what opens nothing."""
    return find(name, lambda _: _catalogue())


@cache
def _catalogue() -> Catalogue[ResourceGroup]:
    return Catalogue(read("resources.toml", _Resources).groups)


def openers() -> tuple[str, ...]:
    """Every function, class and method that opens something, methods as `class.method`."""
    return tuple(name for _, names in _catalogue().names() for name in names)
