"""What database queries give: one row or none, a list of them, a query to be read later."""

from __future__ import annotations

import enum
from functools import cache

import msgspec

from fastapi_lint.knowledge.catalogue import Catalogue, find
from fastapi_lint.knowledge.data import read


class Source(str, enum.Enum):
    """Where the class of the rows is written."""

    CLASS = "class"
    """The first argument."""
    STATEMENT = "statement"
    """In the statement that is the first argument."""
    RECEIVER = "receiver"
    """In the query or result whose method is called."""
    OWNER = "owner"
    """It is the class whose method is called."""
    NONE = "none"


class Gives(str, enum.Enum):
    """What a call gives of the rows."""

    SELECTION = "selection"
    """A statement, query or result to be read."""
    ONE = "one"
    OPTIONAL = "optional"
    """One, or None where there is none."""
    LIST = "list"


class QueryGroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Calls that query alike."""

    source: Source
    gives: Gives
    rows: bool = False
    """Each is a row of columns."""
    entities: bool = False
    """Each is an object, also where the selection was one of rows."""
    functions: list[str] = []
    methods: dict[str, list[str]] = {}


class _Queries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    groups: list[QueryGroup]


@cache
def query(name: str) -> QueryGroup | None:
    """What calling the function, or the method `class.method`, gives; None for what is no query."""
    return find(name, lambda _: _catalogue())


@cache
def _catalogue() -> Catalogue[QueryGroup]:
    return Catalogue(read("queries.toml", _Queries).groups)
