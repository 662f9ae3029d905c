"""Which class the results of known calls, attributes and context managers are of."""

from __future__ import annotations

from functools import cache

from fastapi_lint.knowledge.catalogue import selects
from fastapi_lint.knowledge.libraries import Library, Product, ancestry, bases, describing, library


@cache
def is_class(name: str) -> bool:
    """Whether the data speak of a class of that name; False says nothing."""
    return name in _classes(name.partition(".")[0]) or bool(bases(name))


def module_object(name: str) -> str | None:
    """Class of an object that a module holds, such as `sys.stdin`."""
    return describing(name).objects.get(name)


@cache
def returned(name: str) -> str | None:
    """Class of what the function, or the method `class.method`, returns; once awaited if it is a coroutine."""
    known = describing(name).returns.get(name)
    if known:
        return known
    class_name, _, method = name.rpartition(".")
    for ancestor in ancestry(class_name):
        description = describing(ancestor)
        if f"{ancestor}.{method}" in description.returns:
            return description.returns[f"{ancestor}.{method}"]
        if selects(description.returns_self.get(ancestor, ()), method):
            return class_name
    return None


@cache
def attribute(class_name: str, name: str) -> str | None:
    """Class of the attribute `name` of an object of the class. Methods are not attributes here."""
    for ancestor in ancestry(class_name):
        attributes = describing(ancestor).attributes
        known = attributes.get(f"{ancestor}.{name}")
        if known is None and not name.startswith("_"):
            known = attributes.get(f"{ancestor}.*")
        if known is not None:
            return known
    return None


def item(class_name: str) -> str | None:
    """Class of what a subscript of an object of the class gives."""
    return next((found for known, name in _line(class_name) if (found := known.items.get(name))), None)


def entered(class_name: str, *, is_async: bool) -> str:
    """Class of what `with` (or `async with`) gives for an object of the class: the class itself, unless known."""
    for known, name in _line(class_name):
        found = (known.async_enter if is_async else known.enter).get(name)
        if found:
            return found
    return class_name


def iterated(class_name: str) -> str | None:
    """Class of what iterating over an object of the class gives, with `for` or `async for`."""
    return next((found for known, name in _line(class_name) if (found := known.iterate.get(name))), None)


def called(class_name: str) -> Product | None:
    """What calling an object of the class gives."""
    return next((found for known, name in _line(class_name) if (found := known.call.get(name))), None)


def _line(class_name: str) -> list[tuple[Library, str]]:
    return [(describing(ancestor), ancestor) for ancestor in ancestry(class_name)]


@cache
def _classes(package: str) -> frozenset[str]:
    known = library(package)
    classes = {*known.bases, *known.returns_self, *known.items, *known.enter, *known.async_enter}
    classes.update(known.iterate, known.call, known.stand_ins)
    for group in known.blocking:
        classes.update(group.constructors, group.methods, group.enter, group.iterate)
    for coroutines in known.coroutines:
        classes.update(coroutines.methods)
    classes.update(name.rpartition(".")[0] for name in known.attributes)
    classes.update(name for name in known.returns.values() if name.startswith(f"{package}."))
    return frozenset(classes)
