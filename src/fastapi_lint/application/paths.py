"""Paths in Starlette's grammar: their variables, and which earlier path always wins over a later one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cached_property

_VARIABLE = re.compile(r"{([a-zA-Z_][a-zA-Z0-9_]*)(:[a-zA-Z_][a-zA-Z0-9_]*)?}")
_UNKNOWN = "{?}"

# What each convertor matches, and texts it matches that have as little in common as possible: the first is shown
# to people, the others keep a narrower pattern from looking like an equal one.
_CONVERTORS: dict[str, tuple[str, tuple[str, str, str]]] = {
    "str": ("[^/]+", ("1", "q-Z_~", "any.thing")),
    "path": (".*", ("a/b", "", "q-Z_~/any.thing/1")),
    "int": ("[0-9]+", ("1", "0", "98765432109876543210")),
    "float": (r"[0-9]+(\.[0-9]+)?", ("1.5", "1", "0.25")),
    "uuid": (
        "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}",
        (
            "01234567-89ab-cdef-0123-456789abcdef",
            "0123456789ABCDEF0123456789ABCDEF",
            "fedcba98-7654-3210-fedc-ba9876543210",
        ),
    ),
}


class PathPattern:
    """A path with variables such as `/users/{user_id:int}`."""

    def __init__(self, path: str, *, is_mount: bool = False) -> None:
        self.path = path
        self.is_mount = is_mount

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of its variables."""
        return tuple(dict.fromkeys(found.group(1) for found in _VARIABLE.finditer(self.path)))

    @cached_property
    def catch_all(self) -> str | None:
        """The variable that takes all the rest: `path` of `/assets/{path:path}`."""
        last = re.search(r"{([a-zA-Z_][a-zA-Z0-9_]*):path}$", self.path)
        return last[1] if last is not None else None

    @cached_property
    def repeated(self) -> tuple[str, ...]:
        """The names of variables that it has twice, with the one that a mount adds."""
        counts = Counter(found.group(1) for found in _VARIABLE.finditer(self._full_path))
        return tuple(name for name, count in counts.items() if count > 1)

    @cached_property
    def foreign_convertors(self) -> tuple[str, ...]:
        """The names of convertors that are not Starlette's own."""
        convertors = ((found.group(2) or ":str")[1:] for found in _VARIABLE.finditer(self._full_path))
        return tuple(name for name in dict.fromkeys(convertors) if name not in _CONVERTORS)

    @cached_property
    def is_known(self) -> bool:
        """Whether every part of it is known statically, its convertors included."""
        return _UNKNOWN not in self.path and not self.foreign_convertors

    def example(self) -> str:
        """A URL path that it matches."""
        return self._examples[0]

    def covers(self, later: PathPattern) -> bool:
        """Whether it matches every path that `later` matches; both must be known."""
        return all(
            example.startswith(self.start) and self._regex.fullmatch(example) is not None
            for example in later._examples
        )

    @cached_property
    def _full_path(self) -> str:
        """What Starlette compiles: a mount takes everything below its path."""
        return self.path.rstrip("/") + "/{path:path}" if self.is_mount else self.path

    @cached_property
    def start(self) -> str:
        """The constant text before the first variable."""
        return self._full_path.partition("{")[0]

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return re.compile(self._written(re.escape, lambda convertor: _CONVERTORS[convertor][0]))

    @cached_property
    def _examples(self) -> tuple[str, ...]:
        count = 3 if "{" in self._full_path else 1
        return tuple(self._example(number) for number in range(count))

    def _example(self, number: int) -> str:
        return self._written(str, lambda convertor: _CONVERTORS[convertor][1][number])

    def _written(self, constant: Callable[[str], str], variable: Callable[[str], str]) -> str:
        """The path with its constant pieces and its variables (by convertor) replaced."""
        pieces, position = [], 0
        for found in _VARIABLE.finditer(self._full_path):
            pieces.append(constant(self._full_path[position : found.start()]))
            pieces.append(variable((found.group(2) or ":str")[1:]))
            position = found.end()
        return "".join([*pieces, constant(self._full_path[position:])])
