"""Which calls change stored data, and how."""

from __future__ import annotations

import enum
from functools import cache

import msgspec

from fastapi_lint.knowledge.catalogue import Catalogue, find
from fastapi_lint.knowledge.data import read


class Effect(str, enum.Enum):
    """What a call does."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    ENQUEUE = "enqueue"
    """It leaves work to be done after the answer, or by another process."""


class _Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    effect: Effect
    functions: list[str] = []
    methods: dict[str, list[str]] = {}


class _Effects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    groups: list[_Group]


@cache
def effect_of(name: str) -> Effect | None:
    """What calling the function, or the method `class.method`, does; None for what has no such effect."""
    group = find(name, lambda _: _catalogue())
    return group.effect if group is not None else None


@cache
def changing_names() -> frozenset[str]:
    """The last parts of the names of everything that has an effect; an import may rename a function."""
    return frozenset(name.rpartition(".")[2] for _, names in _catalogue().names() for name in names)


@cache
def _catalogue() -> Catalogue[_Group]:
    return Catalogue(read("effects.toml", _Effects).groups)
