"""What an edit of the body of a function changes for other functions on the event loop."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.revealed import STEPS
from fastapi_lint.application.steps import Run, Unresolved, called_on_self

if TYPE_CHECKING:
    from fastapi_lint.application.event_loop import EventLoop
    from fastapi_lint.application.labels import DefinitionLabel, Labels
    from fastapi_lint.application.scopes import Class, Function


class Way(NamedTuple):
    """How the body of a function leads on to another."""

    label: Hashable
    """Equal for ways that are the same to everybody but the function itself."""
    target: DefinitionLabel | None
    """The function that is run; None where only the class of an object tells it."""
    receiver: DefinitionLabel | None
    """Class of the object whose method it is."""
    method: str | None
    """The name of the method that is called on `self`: classes below may have another of that name."""


def ways_from(function: Function, loop: EventLoop, labels: Labels) -> Iterator[Way]:
    """How the body of a function leads on to others, in order."""
    for step in loop.steps.of(function, STEPS):
        if isinstance(step, Run):
            target = labels.of_definition(step.function)
            receiver = labels.of_definition(step.receiver) if step.receiver is not None else None
            method = called_on_self(step.node, function)
            label = (target, step.how, receiver, loop.first_time.only(function, step.node.line), method)
            yield Way(label, target, receiver, method)
        elif isinstance(step, Unresolved):
            method = called_on_self(step.node, function)
            if method is not None:
                yield Way(method, None, None, method)


def changed_ways(before: Sequence[Way], now: Sequence[Way]) -> list[Way]:
    """The ways that there were only before, that there are only now, or that come in another order."""
    labels_before, labels_now = [way.label for way in before], [way.label for way in now]
    found: list[Way] = []
    matcher = SequenceMatcher(None, labels_before, labels_now, autojunk=False)
    for kind, start, end, start_now, end_now in matcher.get_opcodes():
        if kind != "equal":
            found += [*before[start:end], *now[start_now:end_now]]
    return found


def reached_from(starts: Iterable[tuple[Function, Class | None]], loop: EventLoop) -> set[Function]:
    """These functions and all that they run, on this loop or elsewhere.

    Args:
        starts: functions, each with the class of the object whose method it is, if that is known.
        loop: the model to ask.
    """
    found: set[tuple[Function, Class | None]] = set()
    waiting = [(function, cls) for function, receiver in starts for cls in {None, receiver}]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found.add(current)
        for _, function, receiver in loop.successors(*current):
            waiting += ((function, None), (function, receiver))
        waiting += ((run.function, None) for run in loop.steps.runs(current[0], STEPS))
    return {function for function, _ in found}
