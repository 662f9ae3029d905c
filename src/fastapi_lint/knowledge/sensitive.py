"""Which fields hold something that must not reach a client, by their name and type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import msgspec

from fastapi_lint.knowledge.data import read


class _Sensitive(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    names: tuple[str, ...]
    parameters: tuple[str, ...]
    exceptions: tuple[str, ...]
    issued: tuple[str, ...]
    issuing: tuple[str, ...]
    masking: tuple[str, ...]
    masked: frozenset[str]
    types: frozenset[str]
    collections: frozenset[str]
    numbers: tuple[str, ...]


@cache
def _sensitive() -> _Sensitive:
    return read("sensitive.toml", _Sensitive)


class SensitiveNames:
    """The names of sensitive fields: the built-in list or a project's own, and the project's additions.

    Names given by a project are patterns in which `*` stands for any characters. They hold without the built-in
    exceptions; a type that cannot hold a secret in the clear excepts any field.
    """

    def __init__(self, names: Sequence[str] | None = None, additional: Sequence[str] = ()) -> None:
        self._names = _sensitive().names if names is None else ()
        self._own = tuple(_snake_case(name) for name in (*(names or ()), *additional))

    def is_sensitive(self, name: str, annotation: str | None = None) -> bool:
        """Whether a field of that name, in any case style, and type must not be sent to a client.

        `annotation` is the type as source text, or the names of its parts; None when it is not known.
        """
        return self._is_secret(name, annotation, self._names)

    def is_secret_parameter(self, name: str, annotation: str | None = None) -> bool:
        """Whether a parameter of that name and type must not be read from a query string."""
        built_in = (*self._names, *_sensitive().parameters) if self._names else ()
        return self._is_secret(name, annotation, built_in)

    def _is_secret(self, name: str, annotation: str | None, built_in: tuple[str, ...]) -> bool:
        known = _snake_case(name)
        if not _matches(known, self._own):
            if not _matches(known, built_in) or _matches(known, _sensitive().exceptions):
                return False
        return annotation is None or _can_hold(known, annotation)


def is_sensitive(name: str, annotation: str | None = None) -> bool:
    """Whether a field of that name and type must not be sent to a client, by the built-in list."""
    return SensitiveNames().is_sensitive(name, annotation)


def is_issued(name: str) -> bool:
    """Whether a secret of that name may exist to be handed out, once, to whom it is made for."""
    return _matches(_snake_case(name), _sensitive().issued)


def issues(function: str) -> bool:
    """Whether a function of that name makes secrets."""
    return _matches(_snake_case(function), _sensitive().issuing)


def masks(function: str) -> bool:
    """Whether a function of that name takes secrets out of what it is given."""
    return _matches(_snake_case(function), _sensitive().masking)


def _can_hold(name: str, annotation: str) -> bool:
    """Whether a value of the type can be the secret itself."""
    known = _sensitive()
    annotation = re.sub(r"\bLiteral\[[^\]]*\]", "", annotation)
    parts = {part.rpartition(".")[2] for part in re.findall(r"[A-Za-z_][\w.]*", annotation)}
    if parts & known.masked:
        return False
    if parts & known.types:
        return True
    if "int" in parts and _matches(name, known.numbers):
        return True
    return bool(parts & known.collections) and parts <= known.collections | {
        "Annotated",
        "None",
        "Optional",
        "Union",
    }


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return _compiled(patterns).fullmatch(name) is not None


@cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(pattern).replace(r"\*", ".*") for pattern in patterns) or r"(?!)")


def _snake_case(name: str) -> str:
    separated = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.replace("-", "_"))
    return separated.lower()
