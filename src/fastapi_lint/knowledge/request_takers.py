"""What libraries take of a request that they are handed: nothing of its path."""

from __future__ import annotations

from functools import cache

import msgspec

from fastapi_lint.knowledge.data import read


class _RequestTakers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    functions: frozenset[str]
    packages: tuple[str, ...]
    dependencies: tuple[str, ...]


@cache
def _request_takers() -> _RequestTakers:
    return read("request_takers.toml", _RequestTakers)


def ignores_path(name: str) -> bool:
    """Whether a function that is handed a request looks neither at its path nor at the parameters in it."""
    known = _request_takers()
    return name in known.functions or _is_below(name, known.packages)


def takes_no_path_parameters(name: str) -> bool:
    """Whether a dependency surely asks for no parameter of the path; False says nothing."""
    return _is_below(name, _request_takers().dependencies)


def _is_below(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)
