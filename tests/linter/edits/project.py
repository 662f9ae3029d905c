"""The modules of a project, from which an edit takes what it writes elsewhere."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from random import Random
from typing import NamedTuple, TypeVar

from tests.linter.edits.source import Function, Source, inside, parameters

T = TypeVar("T")

_TRIES = 8
_WORD = re.compile(r"\b[A-Za-z_]\w*")


class Known(NamedTuple):
    """Something that modules of the project define, and the import that makes it known elsewhere."""

    name: str
    statement: str


class Project:
    """The modules of one state of a project; after an edit there is a new one.

    Args:
        texts: by path, with slashes, relative to the root.
        parsed: modules that are parsed already.
    """

    def __init__(self, texts: Mapping[str, str], parsed: Mapping[str, Source] | None = None) -> None:
        self.texts = texts
        self._sources: dict[str, Source | None] = dict(parsed or {})

    @cached_property
    def paths(self) -> list[str]:
        return sorted(self.texts)

    @cached_property
    def shared(self) -> frozenset[str]:
        """Words that stand in several modules."""
        counts = Counter(word for text in self.texts.values() for word in set(_WORD.findall(text)))
        return frozenset(word for word, count in counts.items() if count > 1)

    def source(self, path: str) -> Source | None:
        """None for what does not parse."""
        if path not in self._sources:
            try:
                self._sources[path] = Source(self.texts[path])
            except (SyntaxError, ValueError, RecursionError):
                self._sources[path] = None
        return self._sources[path]

    def edited(self, files: Mapping[str, str | None]) -> Project:
        """The project with some texts new, or None for those that are gone."""
        texts = {path: text for path, text in {**self.texts, **files}.items() if text is not None}
        parsed = {
            path: each for path, each in self._sources.items() if each is not None and path not in files
        }
        return Project(texts, parsed)

    def anything(
        self, random: Random, of: Callable[[Source], Iterable[T]], first: Source | None = None
    ) -> tuple[Source, T] | None:
        """One of the things that modules have, and its module.

        Args:
            random: chooses.
            of: the things of one module.
            first: a module that is more likely than others.
        """
        for _ in range(_TRIES):
            source = first
            if source is None or random.random() < 0.7:
                source = self.source(random.choice(self.paths))
            things = list(of(source)) if source is not None else []
            if source is not None and things:
                return source, random.choice(things)
        return None

    def known(self, random: Random, of: Callable[[Source], Iterable[str]]) -> Known | None:
        """One of the names that modules of the project have at module level."""
        for _ in range(_TRIES):
            path = random.choice(self.paths)
            source = self.source(path)
            names = sorted(set(of(source)) & set(source.names)) if source is not None else []
            if names:
                name = random.choice(names)
                return Known(name, f"from {module_name(path)} import {name}\n")
        return None


class Place(NamedTuple):
    """Which module is to be edited, and by what chance."""

    project: Project
    path: str
    source: Source
    random: Random

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def one_of(self, things: Iterable[T]) -> T | None:
        """None if there are none."""
        choice = list(things)
        return self.random.choice(choice) if choice else None

    def function(self) -> Function | None:
        """One of the module's functions: rather one that other modules may know."""
        functions: Sequence[Function] = self.source.functions
        if self.chance(0.6):
            shared = self.project.shared
            functions = [each for each in functions if each.name in shared] or functions
        return self.one_of(functions)

    def other_function(self) -> tuple[Source, Function] | None:
        """Any function of the project."""
        return self.project.anything(self.random, lambda source: source.functions, self.source)

    def expression(self, kind: type[ast.expr] = ast.expr) -> str | None:
        """Any expression of a function of the project that fits on one line."""
        found = self.project.anything(self.random, lambda source: source.functions, self.source)
        if found is None:
            return None
        source, function = found
        node = self.one_of(
            each for each in inside(function) if isinstance(each, kind) and each.lineno == each.end_lineno
        )
        return source.segment(node) if node is not None and is_read(node) else None

    def name(self, function: Function | None) -> str:
        """A name that means something here, or nothing."""
        names = [each.arg for each in parameters(function)] if function is not None else []
        if function is not None and self.chance(0.3):
            names = [each.id for each in inside(function) if isinstance(each, ast.Name)]
        if not names or self.chance(0.3):
            names = self.source.names
        return self.one_of(names) or "unknown"

    def attribute(self) -> str:
        """The name of an attribute that the project has somewhere."""
        found = self.project.anything(self.random, _attributes, self.source)
        return found[1] if found is not None else "value"


def is_read(node: ast.expr) -> bool:
    """Whether something else could stand there."""
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load) and not isinstance(
        node, ast.Starred | ast.Slice | ast.JoinedStr | ast.FormattedValue
    )


def module_name(path: str) -> str:
    """What others import a module by, if sources lie in the root or in `src`."""
    parts = path.removesuffix(".py").split("/")
    if parts[0] == "src":
        parts = parts[1:]
    if parts[-1] == "__init__" and len(parts) > 1:
        parts = parts[:-1]
    return ".".join(parts)


def functions_of_module(source: Source) -> list[str]:
    return [each.name for each in source.tree.body if isinstance(each, Function)]


def classes_of_module(source: Source) -> list[str]:
    return [each.name for each in source.tree.body if isinstance(each, ast.ClassDef)]


def values_of_module(source: Source) -> list[str]:
    """What is assigned: apps, routers, constants."""
    return [
        each.targets[0].id
        for each in source.tree.body
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
    ]


def _attributes(source: Source) -> list[str]:
    attributes = {each.attr for each in ast.walk(source.tree) if isinstance(each, ast.Attribute)}
    methods = {each.name for one in source.classes for each in one.body if isinstance(each, Function)}
    return sorted(attributes | methods)
