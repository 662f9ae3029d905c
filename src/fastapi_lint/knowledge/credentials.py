"""What the names in code say of its finding out who is asking."""

from __future__ import annotations

import re
from functools import cache

import msgspec

from fastapi_lint.knowledge.data import read

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class _Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    secrets: frozenset[str]
    secret_endings: frozenset[str]
    neutral_headers: frozenset[str]
    neutral_attributes: frozenset[str]
    words: frozenset[str]
    checks: frozenset[str]
    objects: frozenset[str]
    issuing: frozenset[str]
    identities: frozenset[str]
    contexts: frozenset[str]


@cache
def _credentials() -> _Credentials:
    return read("credentials.toml", _Credentials)


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of a name in any case style, in lower case."""
    return tuple(word.lower() for word in _WORD.findall(name))


def is_secret(name: str) -> bool:
    """Whether what a client sends under that name may prove who it is."""
    known = "_".join(words(name))
    return known in _credentials().secrets or ends_as_secret(name)


def ends_as_secret(name: str) -> bool:
    """The same by the end of the name alone."""
    return words(name)[-1:] != () and words(name)[-1] in _credentials().secret_endings


def speaks_of_identity(name: str) -> bool:
    """Whether something of that name may find out who is asking, refuse who may not, or give somebody an identity."""
    known = set(words(name))
    if known & _credentials().words or name in _credentials().issuing:
        return True
    return bool(known & _credentials().checks) and bool(known & _credentials().objects)


def is_current_somebody(name: str) -> bool:
    """Whether a variable of that name may hold who is asking."""
    known = set(words(name))
    return bool(known & _credentials().contexts) and bool(known & _credentials().identities)


def is_neutral_header(name: str) -> bool:
    """Whether a header says nothing about who is asking."""
    return name.lower().replace("_", "-") in _credentials().neutral_headers


def is_neutral_attribute(name: str) -> bool:
    """Whether an attribute of a request says nothing about who is asking."""
    return name in _credentials().neutral_attributes


def is_identity_in_state(name: str) -> bool:
    """Whether an attribute of `request.state` may hold who is asking."""
    return not _credentials().identities.isdisjoint(words(name))


def may_hold_identity(variable: str) -> bool:
    """Whether a context variable of that name may hold who is asking: it says so, or not what else it holds."""
    known = set(words(variable))
    return bool(known & _credentials().identities) or known <= _credentials().contexts
