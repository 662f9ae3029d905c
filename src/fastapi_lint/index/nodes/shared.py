"""Types of fields whose values are shared: decoded, all nodes have one object of each value.

The indexes of a large project hold millions of names and line numbers, but few different ones.
"""

from __future__ import annotations

import enum
import operator
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

_LINES = 1 << 14
"""Lines beyond are numbers of their own: files of that length are rare."""

if TYPE_CHECKING:
    Identifier: TypeAlias = str
    Line: TypeAlias = int
else:

    class _Interning(type):
        __getitem__ = sys.intern
        __instancecheck__ = type  # which is true of everything: no Python is run for a name

    class Identifier(metaclass=_Interning):
        """A name in the source: what is decoded is the string `Identifier[text]`."""

    class Line(enum.Enum):
        """A line number, plain `int`: msgspec takes what an integer is decoded to from the table of an enumeration."""

        FIRST = 1

        @classmethod
        def _missing_(cls, value: int) -> int:
            return value

    Line._value2member_map_ = {number: number for number in range(_LINES)}


shared: Callable[[Any, Any], Any] = operator.getitem
"""What decoders of nodes need as `dec_hook`: it is called with `Identifier` and a string."""
