"""What libraries renamed, deprecated or removed, and since which version."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import msgspec

from fastapi_lint.knowledge.data import read
from fastapi_lint.knowledge.libraries import ancestry


class Rename(msgspec.Struct, frozen=True, kw_only=True):
    """An old name and what became of it."""

    replacement: str | None
    """The new name, qualified where the old one is; None when there is none."""
    library: str
    """The library, or `python`, that the versions are of."""
    since: str | None = None
    """First version that has the new name; None when every version has it."""
    deprecated: str | None = None
    """First version that warns of the old name, or documents it as deprecated."""
    removed: str | None = None
    """First version that refuses the old name, or ignores it."""
    plain: bool = True
    """The new name can be written in place of the old one, and nothing else has to change."""


class DeadLibrary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A package that is no longer maintained."""

    replacement: str
    """The package to import instead."""
    reason: str
    distribution: str | None = None
    """Its name for installers, where that is another one than the name it is imported by."""


class _Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    library: str
    renamed: dict[str, str]
    since: str | None = None
    deprecated: str | None = None
    removed: str | None = None
    plain: bool = True

    def find(self, name: str) -> Rename | None:
        if name not in self.renamed:
            return None
        return Rename(
            replacement=self.renamed[name] or None,
            library=self.library,
            since=self.since,
            deprecated=self.deprecated,
            removed=self.removed,
            plain=self.plain,
        )


class _Members(_Group, frozen=True, rename={"class_name": "class"}):
    class_name: str


class _Arguments(_Group, frozen=True):
    functions: list[str]


class _Renames(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    names: list[_Group]
    members: list[_Members]
    arguments: list[_Arguments]
    settings: list[_Group]
    dead: dict[str, DeadLibrary]


@cache
def _renames() -> _Renames:
    return read("renames.toml", _Renames)


@cache
def renamed_name(name: str) -> Rename | None:
    """What became of a class, function or constant."""
    return _first(_renames().names, name)


@cache
def renamed_member(class_name: str, member: str) -> Rename | None:
    """What became of a method or attribute of the class or of its ancestors; the replacement is a bare name."""
    for ancestor in ancestry(class_name):
        found = _first((group for group in _renames().members if group.class_name == ancestor), member)
        if found:
            return found
    return None


@cache
def renamed_argument(function: str, keyword: str) -> Rename | None:
    """What became of a keyword of the function, class or method; the replacement is a keyword."""
    return _first((group for group in _renames().arguments if function in group.functions), keyword)


@cache
def renamed_setting(key: str) -> Rename | None:
    """What became of a key of Pydantic's `class Config` or `ConfigDict`."""
    return _first(_renames().settings, key)


def dead_library(package: str) -> DeadLibrary | None:
    """Why a top-level package should be replaced; None for any other."""
    return _renames().dead.get(package)


def _first(groups: Iterable[_Group], name: str) -> Rename | None:
    return next((found for group in groups if (found := group.find(name))), None)
