"""Apply the fixes of one file together: each fix whole or not at all, none over another."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from fastapi_lint.diagnostics import Fix
from fastapi_lint.fixes.positions import Change, LineMap, apply_changes

_Rank: TypeAlias = "tuple[list[tuple[int, int, str]], str]"

_CLOSING = {")": "(", "]": "[", "}": "{"}


class Applied(NamedTuple):
    """What became of a set of fixes; each list in order of rank, whatever order the fixes came in."""

    text: str
    applied: tuple[Fix, ...]
    skipped: tuple[Fix, ...]
    """Fixes in the way of another that ranks before them: a next pass can try them."""
    invalid: tuple[Fix, ...] = ()
    """Fixes that point outside the text or contradict themselves."""


def apply_edits(text: str, fixes: Iterable[Fix]) -> Applied:
    """Apply as many fixes as do not touch one another; of two that do, the first or outer one wins.

    Fixes that only touch are kept apart too, because either may count on what the other removes. What two
    fixes insert or delete in the same words at the same place, such as an import, is done once for both.
    """
    lines = LineMap(text)
    ranked: list[tuple[_Rank, Fix, list[Change]]] = []
    invalid: list[Fix] = []
    for fix in fixes:
        changes = _changes(fix, lines)
        if changes is None:
            invalid.append(fix)
        else:
            ranked.append((_rank(fix, changes), fix, changes))
    ranked.sort(key=lambda entry: entry[0])

    accepted: list[Change] = []
    applied: list[Fix] = []
    skipped: list[Fix] = []
    for _, fix, changes in ranked:
        touched = {change: list(_touching(change, accepted)) for change in changes}
        if any(_conflict(change, other) for change, others in touched.items() for other in others):
            skipped.append(fix)
            continue
        applied.append(fix)
        for change, others in touched.items():
            if not others:
                bisect.insort(accepted, change)
    invalid.sort(key=repr)
    return Applied(apply_changes(text, accepted), tuple(applied), tuple(skipped), tuple(invalid))


def _changes(fix: Fix, lines: LineMap) -> list[Change] | None:
    """The fix in offsets and in order; None when its edits overlap or lie outside the text."""
    try:
        changes = [lines.change(edit) for edit in fix.edits]
    except ValueError:
        return None
    ordered: list[Change] = []
    for change in sorted(changes, key=lambda change: change[:2]):
        before = ordered[-1] if ordered else None
        if before and before.end > change.start:
            return None
        if before and before[:2] == change[:2]:
            ordered[-1] = before._replace(content=before.content + change.content)
        else:
            ordered.append(change)
    return ordered


def _rank(fix: Fix, changes: list[Change]) -> _Rank:
    """Order of fixes: by their last change first, since the first ones are often imports; the longer wins."""
    keys = [(change.start, -change.end, change.content) for change in reversed(changes)]
    return (keys, repr(fix))


def _touching(change: Change, accepted: list[Change]) -> Iterator[Change]:
    """The accepted changes, disjoint and in order, that share a place with this one."""
    index = bisect.bisect_left(accepted, change)
    for other in reversed(accepted[:index]):
        if other.end < change.start:
            break
        yield other
    for other in accepted[index:]:
        if other.start > change.end:
            break
        yield other


def _conflict(change: Change, other: Change) -> bool:
    return change != other or not _is_self_contained(change.content)


def _is_self_contained(content: str) -> bool:
    """Whether every bracket is closed: `(await ` before two expressions is meant twice, an import once."""
    opened: list[str] = []
    for character in content:
        if character in "([{":
            opened.append(character)
        elif character in _CLOSING and (not opened or opened.pop() != _CLOSING[character]):
            return False
    return not opened
