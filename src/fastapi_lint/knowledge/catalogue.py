"""Looking up functions and methods in groups of them, with inheritance."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Generic, Protocol, TypeVar

from fastapi_lint.knowledge.libraries import ancestry


class Group(Protocol):
    """Functions and methods that have something in common."""

    @property
    def functions(self) -> list[str]:
        """Qualified names."""

    @property
    def methods(self) -> dict[str, list[str]]:
        """Class → names of methods, as `selects` reads them."""


AnyGroup = TypeVar("AnyGroup", bound=Group)


class Catalogue(Generic[AnyGroup]):
    """The groups of one library, by function and by class."""

    def __init__(self, groups: Iterable[AnyGroup]) -> None:
        self._groups = tuple(groups)
        self._functions: dict[str, AnyGroup] = {}
        self._methods: dict[str, list[tuple[list[str], AnyGroup]]] = {}
        for group in self._groups:
            self._functions.update(dict.fromkeys(group.functions, group))
            for class_name, names in group.methods.items():
                self._methods.setdefault(class_name, []).append((names, group))

    def names(self) -> Iterator[tuple[AnyGroup, list[str]]]:
        """Every group with its functions and its methods as `class.method`."""
        for group in self._groups:
            methods = [f"{owner}.{name}" for owner, names in group.methods.items() for name in names]
            yield group, [*group.functions, *methods]

    def function(self, name: str) -> AnyGroup | None:
        """The group that has the function."""
        return self._functions.get(name)

    def method(self, class_name: str, method: str) -> AnyGroup | None:
        """The group in which the class itself has the method."""
        for names, group in self._methods.get(class_name, ()):
            if selects(names, method):
                return group
        return None


def find(name: str, catalogue_of: Callable[[str], Catalogue[AnyGroup]]) -> AnyGroup | None:
    """The group of the function `name`, or of the method `class.method`, its own or inherited.

    `catalogue_of` gives the catalogue that has the groups of a function or class.
    """
    group = catalogue_of(name).function(name)
    class_name, _, method = name.rpartition(".")
    for ancestor in ancestry(class_name) if class_name else ():
        group = group or catalogue_of(ancestor).method(ancestor, method)
    return group


def selects(names: Iterable[str], method: str) -> bool:
    """Whether a list of methods, in the notation of the data files, covers the method.

    Wildcards cover public names only.
    """
    chosen = False
    for name in names:
        if name.startswith("!"):
            if fnmatchcase(method, name[1:]):
                return False
        elif name == method or ("*" in name and not method.startswith("_") and fnmatchcase(method, name)):
            chosen = True
    return chosen
