"""How messages name things: enumerations, and code short enough to quote."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fastapi_lint.application.source_text import source_text
from fastapi_lint.index import nodes

_LONGEST_QUOTE = 40
_MOST_NAMES = 3
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def words(name: str) -> list[str]:
    """The words of a name, in lower case: of `get_or_create`, `getOrCreate`."""
    return [each.lower() for each in _WORD.findall(name)]


def joined(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def listed(names: Iterable[str]) -> str:
    """The distinct names as code, the first few of them: "`a`, `b`, `c` and 4 more"."""
    distinct = [f"`{name}`" for name in dict.fromkeys(names)]
    more = len(distinct) - _MOST_NAMES
    return joined([*distinct[:_MOST_NAMES], f"{more} more"]) if more > 0 else joined(distinct)


def quoted(node: nodes.Expression | None) -> str:
    """An expression as source text; of a long call only the function: `Query(…)`."""
    text = source_text(node)
    if len(text) > _LONGEST_QUOTE and isinstance(node, nodes.Call):
        return f"{source_text(node.func)}(…)"
    return text
