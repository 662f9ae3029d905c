"""The catalogue of blocking calls: what holds its thread, and with it the event loop, when called there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from fastapi_lint.knowledge.catalogue import Catalogue
from fastapi_lint.knowledge.libraries import BlockingGroup, ancestry, describing, library


class BlockingCalls:
    """What blocks: the product's own catalogue, and what a project adds to or takes from it.

    `added` maps qualified names of functions, or of methods as `class.method`, to what is to be said of them;
    calls in `removed`, named alike (a class or a module stands for all its members), count as harmless.
    Every answer is None for what is not known to block.
    """

    def __init__(
        self, added: Mapping[str, BlockingGroup] | None = None, removed: Collection[str] = ()
    ) -> None:
        self._added = dict(added or {})
        self._removed = frozenset(removed)
        self._functions: dict[str, BlockingGroup | None] = {}
        self._methods: dict[tuple[str, str], BlockingGroup | None] = {}

    def function(self, name: str) -> BlockingGroup | None:
        """Calling the function, constructing the class, or calling the method `class.method`."""
        if name not in self._functions:
            self._functions[name] = self._find_function(name)
        return self._functions[name]

    def method(self, class_name: str, method: str) -> BlockingGroup | None:
        """Calling a method of an object of the class, its own or an inherited one."""
        asked = (class_name, method)
        if asked not in self._methods:
            self._methods[asked] = self._find_method(class_name, method)
        return self._methods[asked]

    def entry(self, class_name: str) -> BlockingGroup | None:
        """Entering `with` on an object of the class."""
        return self._of_class(class_name, "enter", "__enter__")

    def iteration(self, class_name: str) -> BlockingGroup | None:
        """Iterating over an object of the class."""
        return self._of_class(class_name, "iterate", "__iter__")

    def decorator(self, name: str) -> BlockingGroup | None:
        """Calling a plain function that is decorated with `name`, with or without arguments."""
        return None if self._is_removed(name) else _first(describing(name).blocking, "decorators", name)

    def _find_function(self, name: str) -> BlockingGroup | None:
        if self._is_removed(name):
            return None
        package = name.partition(".")[0]
        found = (
            self._added.get(name)
            or _catalogue(package).function(name)
            or _first(library(package).blocking, "constructors", name)
        )
        class_name, _, method = name.rpartition(".")
        return found or self.method(class_name, method)

    def _find_method(self, class_name: str, method: str) -> BlockingGroup | None:
        for ancestor in ancestry(class_name):
            name = f"{ancestor}.{method}"
            if self._is_removed(name):
                return None
            found = self._added.get(name) or _catalogue(ancestor.partition(".")[0]).method(ancestor, method)
            if found:
                return found
        return None

    def _of_class(self, class_name: str, table: str, method: str) -> BlockingGroup | None:
        for ancestor in ancestry(class_name):
            name = f"{ancestor}.{method}"
            if self._is_removed(name):
                return None
            if found := self._added.get(name) or _first(describing(ancestor).blocking, table, ancestor):
                return found
        return None

    def _is_removed(self, name: str) -> bool:
        return bool(self._removed) and any(part in self._removed for part in _prefixes(name))


@cache
def _catalogue(package: str) -> Catalogue[BlockingGroup]:
    return Catalogue(library(package).blocking)


def _first(groups: list[BlockingGroup], table: str, name: str) -> BlockingGroup | None:
    return next((group for group in groups if name in getattr(group, table)), None)


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
