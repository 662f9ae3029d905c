"""Every way from what the framework runs to one function, and where the search for more of them ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.application.event_loop import Hop
from fastapi_lint.application.steps import Run, Unresolved
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.roots import Root
    from fastapi_lint.application.scopes import Function

_MOST_WAYS = 20
_LONGEST_WAY = 30
_MOST_STEPS = 20_000
_MOST_STOPS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way on which the event loop gets to a function."""

    root: Root | None
    """What the framework runs; None for an `async def` that nothing known runs."""
    start: Function
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Stop:
    """A function from which the search went no further back, or a call that may lead to one and is unknown."""

    function: Function
    call: nodes.Call | None
    """The unknown call, in `function`; None where `function` itself has no known caller on the loop."""
    sought: Function
    """The function on the way whose callers were looked for."""
    is_decorated: bool
    """It is unknown what the decorators of `sought` make of a call of it, which stands in `function`."""


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The answer to the question how a function comes to run on the event loop."""

    function: Function
    found: tuple[Way, ...]
    """Shortest first; requests before start-up."""
    is_complete: bool
    """False when there are more."""
    stops: tuple[Stop, ...]
    """Where the search ended; given only when no way was found."""


def ways_to(application: Application, function: Function) -> Ways:
    """How the event loop gets to a function, on ways that pass through no function twice."""
    found = list(_search(application, function))
    ordered = sorted(found, key=lambda way: (way.root is None, way.root is not None and way.root.at_startup))
    known = [way for way in ordered if way.root is not None] or ordered
    stops = tuple(_stops(application, function)) if not found else ()
    return Ways(function, tuple(known[:_MOST_WAYS]), len(known) <= _MOST_WAYS, stops)


def _search(application: Application, function: Function) -> Iterator[Way]:
    """Backwards and breadth first, so that short ways come first."""
    loop = application.event_loop
    if function not in loop.functions:
        return
    queue: deque[tuple[Function, tuple[Hop, ...]]] = deque([(function, ())])
    ways = 0
    for _ in range(_MOST_STEPS):
        if not queue or ways > _MOST_WAYS:
            return
        current, hops = queue.popleft()
        callers = loop.functions[current].callers
        roots = loop.roots.get(current, ())
        for root in roots or ((None,) if current.is_async and not callers else ()):
            ways += 1
            yield Way(root, current, hops)
        passed = {function, *(hop.caller for hop in hops)}
        if len(hops) < _LONGEST_WAY:
            queue += [(hop.caller, (hop, *hops)) for hop in callers if hop.caller not in passed]


def _stops(application: Application, function: Function) -> Iterator[Stop]:
    """Looks for callers among all functions, also off the loop, by name first and then by what they run."""
    steps = application.event_loop.steps
    everything = [each for module in application.project.loaded() for each in application.functions([module])]
    seen = {function}
    queue = deque([function])
    given = 0
    while queue and given < _MOST_STOPS:
        sought = queue.popleft()
        name = _called_as(sought)
        asked = application.project.asked({name})
        callers = []
        for each in everything:
            if each in seen or not asked.called_in(each.node):
                continue
            found = steps.of(each)
            if any(isinstance(step, Run) and step.function is sought for step in found):
                callers.append(each)
                if sought not in application.event_loop.decorated.running(sought):
                    given += 1
                    yield Stop(each, None, sought, is_decorated=True)
                    seen.add(each)
                    continue
            for step in found:
                if isinstance(step, Unresolved) and _last_name(step.node) == name and given < _MOST_STOPS:
                    given += 1
                    yield Stop(each, step.node, sought, is_decorated=False)
        if not callers:
            given += 1
            yield Stop(sought, None, sought, is_decorated=False)
        queue += [each for each in callers if each not in seen]
        seen.update(callers)


def _called_as(function: Function) -> str:
    """The name by which a function is called: of a constructor, that of its class."""
    is_constructor = function.name in ("__init__", "__new__", "__post_init__")
    return function.owner.name if is_constructor and function.owner is not None else function.name


def _last_name(call: nodes.Call) -> str | None:
    match call.func:
        case nodes.Name(id=name) | nodes.Attribute(attr=name):
            return name
    return None
