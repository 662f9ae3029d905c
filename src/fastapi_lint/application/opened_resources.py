"""Sessions, connections and pools that are opened for one request, by other means than injection."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from fastapi_lint.application.providers import RESOURCES
from fastapi_lint.application.returned import origins
from fastapi_lint.application.revealed import NOTHING, OPENED, SOMETHING, STEPS
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.steps import Run, Use
from fastapi_lint.application.values import External, Instance
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope, last_name
from fastapi_lint.knowledge.decorators import keeps_thread
from fastapi_lint.knowledge.resources import opened

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.located import Span
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.routes import Route

_SESSIONS = (*RESOURCES, "sqlmodel.Session", "sqlmodel.ext.asyncio.session.AsyncSession")
_MANAGERS = ("contextlib.asynccontextmanager", "contextlib.contextmanager")
_STREAMS = ("EventSourceResponse", "StreamingResponse")
_PROBES = frozenset(
    {
        "health", "healthcheck", "healthz", "heartbeat", "live", "liveness", "livez", "ping", "readiness", "ready",
        "readyz",
    }
)  # fmt: skip
"""Words in the last part of a path under which others ask whether the application, and its database, is there."""
_ENGINE = "engine"
_FOLLOWED = frozenset({"await", "call", "construct", "enter"})
_HELPERS = 3
"""How many functions lie at most between a handler and a pool that is made for it."""


class Hop(NamedTuple):
    """A function on the way from a handler or dependency, and the line on which it calls the next one."""

    function: Function
    line: int


class OpenedResource(NamedTuple):
    """A call that opens something for one request."""

    call: nodes.Call
    kind: str
    is_pool: bool
    function: Function
    """The handler, dependency or helper in which it stands."""
    way: tuple[Hop, ...]
    """From the handler or dependency to it; empty where it stands there itself."""


class OpenedResources:
    """What the handlers and dependencies of a project open, found once."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._inference = application.inference
        self._steps = application.event_loop.steps
        self._per_call = application.per_call

    @cached_property
    def by_place(self) -> Mapping[Module, Mapping[Span, OpenedResource]]:
        """The calls in linted files, by module and position."""
        found: dict[Module, dict[Span, OpenedResource]] = {}
        for each in (*self._for_handlers(), *self._for_dependencies(), *self._pools()):
            found.setdefault(each.function.module, {}).setdefault(each.call.span, each)
        return found

    # Sessions and connections

    def _for_handlers(self) -> Iterator[OpenedResource]:
        """Those that a handler opens although it could be given one; a WebSocket should not hold one all along."""
        routes = (
            route for route in self._application.routes if route.kind == "http" and not _is_probe(route)
        )
        for function in dict.fromkeys(route.function for route in routes):
            if function is not None and self._application.is_linted(function.module):
                yield from self._opened_in(function, function.calls)

    def _for_dependencies(self) -> Iterator[OpenedResource]:
        """Those that a dependency opens for itself, in a `with` block: it has nothing of them to give."""
        handlers = {route.function for route in self._application.routes}
        is_linted = self._application.is_linted
        functions = [
            each for each in self._application.providers.functions - handlers if is_linted(each.module)
        ]
        for function in sorted(functions, key=lambda each: (each.module.path, each.node.line)):
            if self._application.is_production(function.module):
                blocks = (each for each in function.body_nodes if isinstance(each, nodes.With))
                entered = [item.context for block in blocks for item in block.items]
                calls = [each for each in entered if isinstance(each, nodes.Call)]
                yield from self._opened_in(function, calls)

    def _opened_in(self, function: Function, calls: Iterable[nodes.Call]) -> Iterator[OpenedResource]:
        """What a function opens by some of its calls, unless it is given such a thing, or gives it back early."""
        if function.node.is_generator or self._is_given_one(function):
            return
        brief = _given_back_early(function)
        for call in calls:
            kind = self._opened_by(call, function) if call not in brief else None
            if kind is not None and not self._is_asked_for(call, function):
                yield OpenedResource(call, kind, False, function, ())

    def _opened_by(self, call: nodes.Call, function: Function) -> str | None:
        value = self._inference.callee(call, function.body_scope)
        if isinstance(value, Function):
            if value.module is not function.module:
                value.reveal(OPENED)
            return self.given_by(value)
        if isinstance(value, Class):
            return "session" if self._inference.is_subclass(value, _SESSIONS) else None
        name = self._inference.name_of(value)
        if isinstance(value, Instance) and isinstance(value.type, External):
            name = f"{value.class_name}.__call__"
        group = opened(name) if name is not None else None
        return group.kind if group is not None and not group.is_pool else None

    def given_by(self, helper: Function) -> str | None:
        """What a function of the project opens for its caller: a session or connection that it returns at once."""
        if helper.node.decorators or helper.node.is_generator:
            return None
        returned = [
            each for each in find_in_scope(helper.node.body, {nodes.Return}) if each.value is not None
        ]
        if len(returned) != 1:
            return None
        for given, scope in origins(returned[0].value, helper.body_scope):
            node = given.value if isinstance(given, nodes.Await) else given
            if isinstance(node, nodes.Call) and scope is helper.body_scope:
                if not isinstance(self._inference.callee(node, scope), Function):
                    if not self._per_call.keeps(node, helper):
                        return self._opened_by(node, helper)
        return None

    def _is_given_one(self, function: Function) -> bool:
        """Whether a session or connection is injected: another beside it is meant to be another."""
        scope = function.body_scope
        return any(
            self._is_session(self._inference.lookup(each.name, scope, function.node.body_line))
            for each in function.node.parameters
        )

    def _is_session(self, value: object) -> bool:
        return isinstance(value, Instance) and self._inference.is_instance(value, _SESSIONS)

    # Pools

    def _pools(self) -> Iterator[OpenedResource]:
        if self._application.lints_few and not self._makes_pools():
            return
        everything = self._application.routing.answering | self._application.providers.functions
        start = [
            function
            for function in sorted(everything, key=lambda each: (each.module.path, each.node.line))
            if self._application.is_production(function.module) and not self._is_cached(function)
        ]
        leading = self._leading_to_pools(start)
        ways: dict[Function, tuple[Hop, ...]] = {each: () for each in start if each in leading}
        waiting = deque(ways)
        while waiting:
            function = waiting.popleft()
            if self._application.is_linted(function.module):
                yield from self._pools_in(function, ways[function])
            if len(ways[function]) < _HELPERS:
                for run in self._steps.runs(function, STEPS):
                    helper = run.function
                    if helper in leading and helper not in ways and self._is_followed(run, function):
                        ways[helper] = (*ways[function], Hop(function, run.node.line))
                        waiting.append(helper)

    def _leading_to_pools(self, start: Iterable[Function]) -> Set[Function]:
        """The functions that make a pool in a linted file, and those that may run one of them for these."""
        callers: dict[Function, set[Function]] = {function: set() for function in start}
        level = list(callers)
        for _ in range(_HELPERS):
            below: list[Function] = []
            for function in level:
                for run in self._steps.runs(function, STEPS):
                    if run.how in _FOLLOWED and not self._is_cached(run.function):
                        if run.function not in callers:
                            callers[run.function] = set()
                            below.append(run.function)
                        callers[run.function].add(function)
            level = below
        is_linted = self._application.is_linted
        waiting = [each for each in callers if is_linted(each.module) and any(self._pools_in(each, ()))]
        leading = set(waiting)
        while waiting:
            new = callers[waiting.pop()] - leading
            leading |= new
            waiting += new
        return leading

    def _makes_pools(self) -> bool:
        """Whether a function of a linted file makes a pool, for whomever it runs."""
        functions = self._application.functions(self._application.linted_modules)
        return any(True for function in functions for _ in self._pools_in(function, ()))

    def _is_followed(self, run: Run, function: Function) -> bool:
        """Whether what runs in a function makes what it opens anew each time."""
        function.reveal(SOMETHING)
        return (
            run.how in _FOLLOWED
            and isinstance(run.node, nodes.Call)
            and not self._is_cached(run.function)
            and not self._per_call.keeps(run.node, function)
        )

    def _pools_in(self, function: Function, way: tuple[Hop, ...]) -> Iterator[OpenedResource]:
        for step in self._steps.of(function, NOTHING):
            if not isinstance(step, Use) or step.how != "call" or not isinstance(step.node, nodes.Call):
                continue
            group = opened(step.name)
            if group is None or not group.is_pool or self._is_ended(group.kind, function):
                continue
            is_construction = function.name == "__init__"
            if not self._per_call.keeps(step.node, function, is_construction=is_construction):
                if not self._is_asked_for(step.node, function):
                    yield OpenedResource(step.node, group.kind, True, function, way)

    def _is_ended(self, kind: str, function: Function) -> bool:
        """Whether a dependency closes what it opened; an engine costs too much even so."""
        return kind != _ENGINE and self._application.lent_resources.is_taken_back(function)

    def _is_cached(self, function: Function) -> bool:
        """Whether a decorator may keep what the function returns."""
        if function in self._application.routing.answering and self._application.routes_of(function):
            return False
        names = self._inference.decorator_names(function)
        return any(name is None or "cache" in name or not keeps_thread(name) for name in names) and not (
            set(names) <= {*_MANAGERS, "builtins.classmethod", "builtins.staticmethod"}
        )

    # What is asked for

    def _is_asked_for(self, call: nodes.Call, function: Function) -> bool:
        """Whether a call depends on what the client gives, or on a pool that is reported itself."""
        return self._per_call.depends_on_caller(call, function, lambda value: self._is_pool(value, function))

    def _is_pool(self, node: nodes.Expression, function: Function) -> bool:
        name = (
            self._inference.qualified_name(node.func, function.body_scope)
            if isinstance(node, nodes.Call)
            else None
        )
        group = opened(name) if name is not None else None
        return group is not None and group.is_pool


def _is_probe(route: Route) -> bool:
    last = route.path.rstrip("/").rpartition("/")[2]
    return not _PROBES.isdisjoint(re.split(r"[-_.]", last.lower()))


def _given_back_early(function: Function) -> frozenset[nodes.Call]:
    """The calls entered by `with` blocks after which the function waits for something, or streams."""
    last = max((node.line for node in function.body_nodes if _is_long(node)), default=0)
    return frozenset(
        item.context
        for block in function.body_nodes
        if isinstance(block, nodes.With) and block.end_line < last
        for item in block.items
        if isinstance(item.context, nodes.Call)
    )


def _is_long(node: nodes.Node) -> TypeGuard[nodes.Await | nodes.Call]:
    """Whether something waits, or streams."""
    if isinstance(node, nodes.Call):
        return (last_name(node.func) or "").endswith(_STREAMS)
    return isinstance(node, nodes.Await)
