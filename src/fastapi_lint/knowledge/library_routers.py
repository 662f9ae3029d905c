"""Routers of libraries that have routes of their own."""

from __future__ import annotations

from functools import cache

import msgspec

from fastapi_lint.knowledge.data import read


class OwnRoute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A route that every object of the class has; its handler is an `async def`."""

    method: str
    """`get` …, or `websocket`."""
    label: str
    """`module:qualname` of its handler."""


class LibraryRouter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A class that derives from `APIRouter`."""

    cls: str
    position: int
    """The positional argument of its constructor that is the path of its routes."""
    keyword: str
    """The name of that argument."""
    handlers: tuple[OwnRoute, ...]


class _LibraryRouters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    routers: tuple[LibraryRouter, ...]


@cache
def library_routers() -> dict[str, LibraryRouter]:
    """What is known, by qualified name of the class."""
    return {each.cls: each for each in read("library_routers.toml", _LibraryRouters).routers}
