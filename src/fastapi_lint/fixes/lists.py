"""The arguments of a call or elements of a display as a separated list, with what one fix does to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

import libcst as cst

from fastapi_lint.fixes.positions import Change
from fastapi_lint.fixes.separated import SeparatedList
from fastapi_lint.fixes.tree import ParsedRegion

ListOwner: TypeAlias = cst.Call | cst.List | cst.Set | cst.Dict


class ListChanges:
    """The items that a fix adds to one list and removes from it."""

    def __init__(self, region: ParsedRegion, owner: ListOwner) -> None:
        self._region = region
        self._owner = owner
        self._items: Sequence[cst.CSTNode] = owner.args if isinstance(owner, cst.Call) else owner.elements
        self._removed: set[int] = set()
        self._added: dict[int, list[str]] = defaultdict(list)

    def add(self, content: str, position: int) -> None:
        """Add an item before the one at `position`, or behind the last."""
        self._added[position].append(content)

    def remove(self, item: cst.CSTNode) -> None:
        """Remove an item; ValueError when it is not in the list."""
        for position, each in enumerate(self._items):
            if each is item:
                self._removed.add(position)
                return
        raise ValueError("the list has no such item")

    def changes(self) -> list[Change]:
        """All changes; what is added beside something removed takes its place."""
        spans = [self._region.span(item) for item in self._items]
        separated = SeparatedList(
            self._region.lines, spans, self._start(), self._region.span(self._owner).end - 1
        )
        taken: dict[int, list[str]] = defaultdict(list)
        changes: list[Change] = []
        if self._added and not self._removed and self._is_bare_generator():
            start, end_of_generator = spans[0]
            changes = [Change(start, start, "("), Change(end_of_generator, end_of_generator, ")")]
        for position, contents in sorted(self._added.items()):
            slot = next((each for each in (position - 1, position) if each in self._removed), None)
            if slot is not None:
                taken[slot] += contents
            else:
                changes += separated.insertion(position, contents)
        changes += [Change(*spans[slot], ", ".join(contents)) for slot, contents in taken.items()]
        return changes + separated.removal(self._removed - taken.keys())

    def _is_bare_generator(self) -> bool:
        """Whether the only argument is a generator expression that uses the call's own parentheses."""
        if not isinstance(self._owner, cst.Call) or len(self._owner.args) != 1:
            return False
        value = self._owner.args[0].value
        return isinstance(value, cst.GeneratorExp) and not value.lpar

    def _start(self) -> int:
        """Behind the opening bracket."""
        if isinstance(self._owner, cst.Call):
            return self._region.find("(", self._region.full_span(self._owner.func).end) + 1
        return self._region.span(self._owner).start + 1


def place_of_argument(call: cst.Call, added: cst.Arg) -> int:
    """The position for another argument: positional ones before keywords, everything before a final `**`."""
    if added.star == "**":
        return len(call.args)
    if added.keyword is None:
        named = (place for place, each in enumerate(call.args) if each.keyword or each.star == "**")
        return next(named, len(call.args))
    place = len(call.args)
    while place and call.args[place - 1].star == "**":
        place -= 1
    return place
