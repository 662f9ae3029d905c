"""Which keywords the markers, constructors and decorators of FastAPI accept, by version."""

from __future__ import annotations

from functools import cache

import msgspec

from fastapi_lint.knowledge.data import read
from fastapi_lint.knowledge.libraries import ancestry


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The parameters of some functions that have the same ones."""

    functions: list[str]
    positional: list[str]
    """What can be given by position, in order; by keyword too."""
    keywords: list[str]
    """What can be given by keyword only, in every version."""
    since: dict[str, str] = {}
    """Keyword → first version that accepts it."""
    until: dict[str, str] = {}
    """Keyword → first version that does not accept it any more."""
    ignores_others_until: str | None = None
    """Versions before this one accept any other keyword, and ignore it."""

    @property
    def names(self) -> frozenset[str]:
        """Every keyword that some version accepts."""
        return frozenset((*self.positional, *self.keywords, *self.since, *self.until))


class _Keywords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    misspellings: dict[str, str]
    signatures: list[Signature]


@cache
def _keywords() -> _Keywords:
    return read("keywords.toml", _Keywords)


@cache
def _signatures() -> dict[str, Signature]:
    return {name: signature for signature in _keywords().signatures for name in signature.functions}


@cache
def signature(name: str) -> Signature | None:
    """The parameters of a function, a class, or a method `class.method`, own or inherited; None if not known."""
    known = _signatures()
    if name in known:
        return known[name]
    class_name, _, method = name.rpartition(".")
    inherited = (f"{ancestor}.{method}" for ancestor in ancestry(class_name))
    return next((known[method_name] for method_name in inherited if method_name in known), None)


def meant(keyword: str, accepted: Signature) -> str | None:
    """The accepted keyword that an unknown one is a common misnomer of, or None."""
    name = _keywords().misspellings.get(keyword)
    return name if name in accepted.names else None
