"""Classes of which Pydantic makes no schema, so that FastAPI cannot validate or serialise by them."""

from __future__ import annotations

from functools import cache

import msgspec

from fastapi_lint.knowledge.data import read


class _Schemaless(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    classes: frozenset[str]
    bases: frozenset[str]


@cache
def _schemaless() -> _Schemaless:
    return read("schemaless.toml", _Schemaless)


def is_schemaless(name: str) -> bool:
    """Whether a library's class has surely no schema; False says nothing."""
    return name in _schemaless().classes


def gives_no_schema(name: str) -> bool:
    """Whether deriving from a library's class gives surely no schema; False says nothing."""
    known = _schemaless()
    return name in known.bases or name in known.classes
