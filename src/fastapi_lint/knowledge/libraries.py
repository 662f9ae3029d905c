"""The loaded form of the library files: `standard_library/*.toml` and `libraries/*.toml`.

A file is named after the top-level package it describes and is read when the first question about that package
is asked. In its lists of methods `*` stands for every public method, a `*` inside a name for any text, and
`!name` excepts a name.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from functools import cache

import msgspec

from fastapi_lint.diagnostics import Severity
from fastapi_lint.knowledge.data import FOLDER, read

_FOLDERS = ("standard_library", "libraries")


class Weight(str, enum.Enum):
    """How long a blocking call usually holds its thread."""

    HEAVY = "heavy"
    """Milliseconds and more, or without an upper bound."""
    LIGHT = "light"
    """Usually short (a file status, an uncontended lock), or as long as its data are large."""


class Awaited(str, enum.Enum):
    """What a call gives that has to be awaited."""

    COROUTINE = "coroutine"
    """A coroutine: without `await` nothing happens."""
    AWAITABLE = "awaitable"
    """An object to await, made by a plain function: without `await` nothing happens either."""
    CONTEXT = "context"
    """An object to await or to enter with `async with`."""


class Argument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A constant given as an argument."""

    keyword: str
    value: bool | int | str
    """A literal, or the qualified name of a flag, which may be one of several."""
    position: int | None = None
    """Where it may be given without its keyword; None when it may not."""


class BlockingGroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Calls that hold their thread until something outside the interpreter answers, or the CPU is done."""

    rule: str
    source: str
    """Where that is documented, or why it is so."""
    replacement: str | None = None
    """What to use in a coroutine instead, as Markdown."""
    severity: Severity | None = None
    """Overrides the severity of the rule."""
    weight: Weight = Weight.HEAVY
    unless: list[Argument] = []
    """With any of these arguments the call returns at once."""
    functions: list[str] = []
    constructors: list[str] = []
    """Classes whose construction blocks."""
    methods: dict[str, list[str]] = {}
    """Class → its methods that block."""
    enter: list[str] = []
    """Classes whose objects block in `with`, on entry or exit."""
    iterate: list[str] = []
    """Classes whose objects block while being iterated over."""
    decorators: list[str] = []
    """Decorators whose wrapper blocks when a plain function is decorated with them."""


class CoroutineGroup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Calls whose result has to be awaited."""

    gives: Awaited = Awaited.COROUTINE
    functions: list[str] = []
    methods: dict[str, list[str]] = {}


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What calling an object of a factory class gives."""

    type: str
    argument: str | None = None
    """The keyword of the factory's constructor that names another class for it."""


class Library(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """What is known of one top-level package."""

    mirror_of: str | None = None
    """The package whose file holds for this one too, under its own top-level name."""
    stand_ins: list[str] = []
    """Classes that do not exist: each stands for many alike."""
    alike: dict[str, str] = {}
    """Regular expression for classes → the class whose description holds for them, though it is no base."""
    objects: dict[str, str] = {}
    """Object of a module → its class."""
    bases: dict[str, list[str]] = {}
    """Class → its base classes, as far as they matter."""
    returns: dict[str, str] = {}
    """Function or method → class of what it returns, once awaited where it is a coroutine."""
    returns_self: dict[str, list[str]] = {}
    """Class → its methods that return an object of the same class."""
    attributes: dict[str, str] = {}
    """Attribute → class of its value; `Class.*` for the public ones not named otherwise."""
    items: dict[str, str] = {}
    """Class → class of what a subscript of its objects gives."""
    enter: dict[str, str] = {}
    """Class → class of what `with` gives, where that is another."""
    async_enter: dict[str, str] = {}
    """The same for `async with`."""
    iterate: dict[str, str] = {}
    """Class → class of what iterating over its objects gives, also with `async for`."""
    call: dict[str, Product] = {}
    """Class → what calling its objects gives."""
    blocking: list[BlockingGroup] = []
    coroutines: list[CoroutineGroup] = []


_NOTHING = Library()


@cache
def described() -> dict[str, str]:
    """Every package that has a file → that file."""
    return {
        path.stem: f"{folder}/{path.name}"
        for folder in _FOLDERS
        for path in sorted((FOLDER / folder).iterdir())
    }


@cache
def library(package: str) -> Library:
    """What is known of the top-level package `package`; an empty description when it has no file."""
    file = described().get(package)
    if file is None:
        return _NOTHING
    loaded = read(file, Library)
    return _mirrored(package, loaded.mirror_of) if loaded.mirror_of else loaded


def describing(name: str) -> Library:
    """What is known of the top-level package that a qualified name begins with."""
    return library(name.partition(".")[0])


def ancestry(class_name: str) -> Iterator[str]:
    """A class and its known ancestors, nearest first, each once."""
    found = [class_name]
    for name in found:
        yield name
        found += [base for base in bases(name) if base not in found]


@cache
def bases(class_name: str) -> tuple[str, ...]:
    """The known direct base classes of a class."""
    known = describing(class_name)
    if class_name in known.bases:
        return tuple(known.bases[class_name])
    return tuple(name for pattern, name in known.alike.items() if re.fullmatch(pattern, class_name))


def _mirrored(package: str, original: str) -> Library:
    text = (FOLDER / described()[original]).read_text("utf-8")
    # In the data a qualified name stands at the start of a string or of a code span.
    for mark in '"`':
        text = text.replace(f"{mark}{original}.", f"{mark}{package}.")
    return msgspec.toml.decode(text, type=Library)
