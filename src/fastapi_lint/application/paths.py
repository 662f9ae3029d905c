"""Paths in Starlette's grammar: their variables, and which earlier path always wins over a later one."""

from __future__ import annotations

import re
from functools import cached_property

_VARIABLE = re.compile(r"{([a-zA-Z_][a-zA-Z0-9_]*)(:[a-zA-Z_][a-zA-Z0-9_]*)?}")
_UNKNOWN = "{?}"


class PathPattern:
    """A path with variables such as `/users/{user_id:int}`."""

    def __init__(self, path: str, *, is_mount: bool = False) -> None:
        self.path = path
        self.is_mount = is_mount

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of its variables."""
        return tuple(dict.fromkeys(found.group(1) for found in _VARIABLE.finditer(self.path)))

    @property
    def is_known(self) -> bool:
        """Whether every part of it is known statically."""
        return _UNKNOWN not in self.path
