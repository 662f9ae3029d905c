"""One spelling for each public object that libraries export under several names."""

from __future__ import annotations

from functools import cache

import msgspec

from fastapi_lint.knowledge.data import read


class _Spellings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    names: dict[str, str]
    """A class, function or constant → its canonical name; what is mapped to itself its module does not rename."""
    modules: dict[str, str]
    """A module → the module whose names are the canonical ones."""


@cache
def _spellings() -> _Spellings:
    return read("canonical.toml", _Spellings)


@cache
def _packages() -> frozenset[str]:
    spellings = _spellings()
    return frozenset(name.partition(".")[0] for name in (*spellings.names, *spellings.modules))


@cache
def canonical(name: str) -> str:
    """The canonical spelling of a qualified name; a name that has no other spelling is its own.

    The longest known part decides, so members keep up with their class and module:
    `requests.sessions.Session.get` is `requests.Session.get`.
    """
    if name.partition(".")[0] not in _packages():
        return name
    spellings = _spellings()
    known, rest = name, ""
    while known:
        target = spellings.names.get(known)
        if target is None and rest:
            target = spellings.modules.get(known)
        if target is not None:
            return name if target == known else canonical(target + rest)
        known, _, last = known.rpartition(".")
        rest = f".{last}{rest}"
    return name
