"""The smallest changes that turn one text into another."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from fastapi_lint.fixes.positions import Change

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_WORD = re.compile(r"\w+|[^\S\r\n]+|\r\n|.", re.DOTALL)
_MOST_WORDS = 1000
"""A block of more words is replaced whole: comparing them would take too long."""
_NEGLIGIBLE = 2
"""Two changes with no more than this many characters between them read better as one."""


def text_changes(before: str, after: str) -> list[Change]:
    """Changes to `before` that give `after`: by lines, and by words in the lines that differ."""
    changes: list[Change] = []
    for block in _differences(_LINE.findall(before), _LINE.findall(after), 0):
        old, new = _WORD.findall(before[block.start : block.end]), _WORD.findall(block.content)
        if max(len(old), len(new)) > _MOST_WORDS:
            changes.append(block)
            continue
        for change in _differences(old, new, block.start):
            last = changes[-1] if changes else None
            kept = before[last.end : change.start] if last else ""
            if last and len(kept) <= _NEGLIGIBLE and "\n" not in kept:
                changes[-1] = Change(last.start, change.end, last.content + kept + change.content)
            else:
                changes.append(change)
    return changes


def _differences(old: Sequence[str], new: Sequence[str], offset: int) -> Iterator[Change]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        end = offset + len("".join(old[old_start:old_end]))
        if tag != "equal":
            yield Change(offset, end, "".join(new[new_start:new_end]))
        offset = end
