"""What runs on the event loop, and where it blocks.

Every `async def` runs on some loop; what its body calls runs there too, through any number of plain functions.
Roots are the `async def`s that FastAPI itself runs; they give a finding its trace. A blocking call is found
where it stands: in an `async def` each one, in a plain function the first of each rule, however many callers
reach it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from fastapi_lint.application.blocking import BRIEF, FILE_IO, NESTED_LOOP, Blocking, rule_of
from fastapi_lint.application.decorated import Decorated
from fastapi_lint.application.first_time import FirstTime
from fastapi_lint.application.function_steps import Steps
from fastapi_lint.application.known_loop import KnownLoop
from fastapi_lint.application.revealed import NOTHING, STEPS
from fastapi_lint.application.roots import Root, find_roots
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.steps import Located, Run, Unresolved, Use, as_call
from fastapi_lint.application.values import Instance, Method, Super
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.callbacks import Callbacks

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.private_loops import PrivateLoops
    from fastapi_lint.knowledge.libraries import BlockingGroup


BLOCKING_IN_STREAM = "FAL116"
_NOT_WAITING = frozenset({NESTED_LOOP, BRIEF, "FAL118"})
"""Rules about something else than waiting for long: they hold for streams as they do elsewhere."""


class Hop(Struct, frozen=True, eq=False):
    """One function running another."""

    caller: Function
    run: Run


@dataclass(frozen=True, slots=True, eq=False)
class BlockingSite:
    """A call (or `with`, or loop) that blocks the event loop."""

    function: Function
    """The function it stands in."""
    use: Use
    group: BlockingGroup
    roots: tuple[Root, ...]
    """What FastAPI runs that leads here, nearest first; empty when nothing known does."""
    path: tuple[Hop, ...]
    """From the nearest root, or from some `async def`, to `function`."""
    once: bool
    """It is executed the first time only: what it gives is kept."""

    @property
    def node(self) -> Located:
        """Where it blocks."""
        return self.use.node

    @property
    def rule(self) -> str:
        """Code of the rule that reports it."""
        rule = rule_of(self.group)
        if self.once and rule == FILE_IO:
            return BRIEF
        is_stream = any(root.kind == "stream" and root.function is self.function for root in self.roots)
        return BLOCKING_IN_STREAM if is_stream and rule not in _NOT_WAITING else rule

    @property
    def only_at_startup(self) -> bool:
        """Whether only the application's start and end come here."""
        # The nearest root is one of requests where there is any.
        return bool(self.roots) and _is_startup(self.roots[0], self.path)


@dataclass(slots=True)
class _Reached:
    """How a function gets to run on the loop."""

    callers: list[Hop] = field(default_factory=list)
    receivers: set[Class | None] = field(default_factory=set)
    """Subclasses of its own class whose objects it is called on."""


class EventLoop:
    """The part of the application that runs on the event loop."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self.steps = Steps(application.inference, Callbacks(application.options.offloaders))
        self.decorated = Decorated(application.inference)
        self.first_time = FirstTime(application.inference)
        self.blocking = Blocking(application.inference, self.steps, application.options)
        self._part = application.loop_part

    @cached_property
    def framework_roots(self) -> dict[Function, tuple[Root, ...]]:
        """Those of `roots` that do not depend on what else runs on the loop: all but streams that are left to it."""
        return dict(find_roots(self._application, self.steps, self.decorated))

    @cached_property
    def roots(self) -> dict[Function, tuple[Root, ...]]:
        """The functions that FastAPI itself runs on the loop, and what they are to it."""
        found = dict(self.framework_roots)
        for function in self.functions:
            for run in self.steps.runs(function, STEPS):
                if run.how == "stream" and run.function not in found:
                    label = f"stream of {function.name}"
                    found[run.function] = (Root(run.function, label, "stream"),)
        return found

    @cached_property
    def functions(self) -> dict[Function, _Reached]:
        """Every function that runs on the loop, in the part of it that matters, with the calls that lead to it."""
        reached: dict[Function, _Reached] = {}
        queue: deque[tuple[Function, Class | None]] = deque()
        for function in self._starts:
            reached[function] = _Reached()
            queue.append((function, None))
        for root in chain.from_iterable(self.framework_roots.values()):
            if root.function in reached and root.receiver not in (None, root.function.owner):
                reached[root.function].receivers.add(root.receiver)
                queue.append((root.function, root.receiver))
        self._spread(queue, reached)
        return reached

    def _spread(self, queue: deque[tuple[Function, Class | None]], reached: dict[Function, _Reached]) -> None:
        """Add to `reached` what the queued functions run, and so on."""
        while queue:
            self._application.waypoint()
            caller, cls = queue.popleft()
            for hop, function, receiver in self.successors(caller, cls):
                if self._part is not None and not self._part.has(function):
                    continue
                known = reached.get(function)
                if known is None:
                    known = reached[function] = _Reached()
                    queue.append((function, None))
                known.callers.append(hop)
                if receiver not in (None, function.owner) and receiver not in known.receivers:
                    known.receivers.add(receiver)
                    queue.append((function, receiver))

    def follow_edit(self, function: Function, gone: Iterable[Function], new: Iterable[Function]) -> None:
        """The body of a function is another now. Where the loop is blocked is worked out again in its module alone.

        Args:
            function: it has its new body.
            gone: the functions that its old body defined.
            new: those that its new body defines.
        """
        if "functions" not in vars(self):  # nobody had to know yet
            self.steps.forget(function)
            self.first_time.forget(function)
            for part in ("framework_roots", "blocking_sites", "_sites_by_place"):
                vars(self).pop(part, None)
            return
        known = self.functions.get(function)
        sites = [site for site in self.blocking_sites if site.function.module is not function.module]
        if known is not None:
            self._cut(function)
        self.steps.forget(function)
        self.first_time.forget(function)
        queue: deque[tuple[Function, Class | None]] = deque()
        if known is not None:
            queue += [(function, None), *((function, cls) for cls in known.receivers)]
        for each in self._replace(gone, new):
            self.functions[each] = _Reached()
            queue.append((each, None))
        self._spread(queue, self.functions)
        here = (each for each in self.functions if each.module is function.module)
        self.blocking_sites = _in_order(chain(sites, *map(self._sites_in, here)))
        vars(self).pop("_sites_by_place", None)

    def _replace(self, gone: Iterable[Function], new: Iterable[Function]) -> list[Function]:
        """Let new functions be to the framework what those of the same name were; those that start on the loop."""
        named = {function.qualname: function for function in new}
        starts = [function for function in named.values() if function.is_async]
        for old in gone:
            was_start = old in self._starts
            self._starts.pop(old, None)
            if old in self.functions:
                self._cut(old)
                del self.functions[old]
            successor = named.get(old.qualname)
            for roots in (self.framework_roots, self.roots):
                known = roots.pop(old, None)
                if known is not None and successor is not None:
                    roots[successor] = tuple(replace(root, function=successor) for root in known)
            if was_start and successor is not None and successor not in starts:
                starts.append(successor)
        self._starts.update(dict.fromkeys(starts))
        return starts

    def _cut(self, start: Function) -> None:
        """Take away what a function runs, and what nothing else runs then."""
        waiting = [start]
        while waiting:
            caller = waiting.pop()
            for cls in (None, *self.functions[caller].receivers):
                for _, function, _ in self.successors(caller, cls):
                    known = self.functions.get(function)
                    if known is None or not known.callers:
                        continue
                    known.callers = [hop for hop in known.callers if hop.caller is not caller]
                    if not known.callers and function not in self._starts and function is not start:
                        waiting.append(function)
            if caller is not start:
                del self.functions[caller]

    @cached_property
    def blocking_sites(self) -> tuple[BlockingSite, ...]:
        """Where the loop is blocked, by module and line."""
        if self._application.lints_few and not any(map(self.blocks, self.candidates())):
            return ()
        is_linted = self._application.is_linted
        functions = (each for each in self.functions if is_linted(each.module))
        return _in_order(chain.from_iterable(map(self._sites_in, functions)))

    def candidates(self) -> Iterator[Function]:
        """The functions of linted files that may run on the loop.

        Where few files are linted these are all of them, so that nobody searches the whole project for what runs on
        the loop before there is anything to report about it. A plain function among them still has to be asked for.
        """
        if self._application.lints_few:
            return self._application.functions(self._application.linted_modules)
        return (each for each in self.functions if self._application.is_linted(each.module))

    def _sites_in(self, function: Function) -> Iterator[BlockingSite]:
        if not self._application.is_production(function.module):
            return
        uses = self.blocking.of(function)
        if not uses:
            return
        roots, path, once = self._way_to(function)
        if roots or (
            self._application.options.unreached_async and not self.private_loops.alone_run(function)
        ):
            for use, group in uses:
                once_here = once or self.first_time.only(function, use.node.line)
                yield BlockingSite(function, use, group, roots, path, once_here)

    @cached_property
    def _sites_by_place(self) -> dict[tuple[Module, str, object], list[BlockingSite]]:
        places: dict[tuple[Module, str, object], list[BlockingSite]] = {}
        for site in self.blocking_sites:
            places.setdefault((site.function.module, *place_of(site.node)), []).append(site)
        return places

    def blocks(self, function: Function) -> bool:
        """Whether a blocking call stands in the function itself."""
        return bool(self.blocking.of(function))

    def sites_at(self, module: Module, kind: str, place: object) -> list[BlockingSite]:
        """The sites of a syntax node: `call` with its span, or another kind with its line."""
        return self._sites_by_place.get((module, kind, place), [])

    def runs_here(self, function: Function) -> bool:
        """Whether a function is known to run on the loop."""
        is_start = function.is_async and self._application.is_production(function.module)
        is_elsewhere = self._part is not None and self._part.runs(function)
        return is_start or is_elsewhere or function in self.functions

    def known(self) -> KnownLoop | None:
        """What a later run has to know of all this; None when nobody has searched for it, or in a part only."""
        if "functions" not in vars(self) or self._part is not None:
            return None
        return KnownLoop.of({function: self.callers(function) for function in self.functions})

    def uses(self, function: Function, names: Collection[str]) -> Iterator[Use]:
        """Calls of library functions by qualified name in the body of a function of a linted file."""
        for step in self.steps.of(function, NOTHING):
            if isinstance(step, Use) and step.how == "call" and step.name in names:
                yield step

    @cached_property
    def _starts(self) -> dict[Function, None]:
        """Every coroutine function, and what else the framework runs."""
        part = self._part
        modules = self._application.async_modules_of(part.paths if part is not None else None)
        functions = self._application.functions(modules)
        found = dict.fromkeys(function for function in functions if function.is_async)
        found.update(dict.fromkeys(self.framework_roots))
        is_production = self._application.is_production
        return {
            function: None
            for function in found
            if is_production(function.module) and (part is None or part.has(function))
        }

    def successors(self, caller: Function, cls: Class | None) -> Iterator[tuple[Hop, Function, Class | None]]:
        """What a function runs; with `cls`, what it runs in addition when `self` is one of that class."""
        if cls is None and caller.is_async:
            yield from self._wrappers(caller)
        for step in self.steps.of(caller, STEPS):
            if cls is not None and isinstance(step, Unresolved):
                yield from self._defined_below(step.node, caller, cls)
            if not isinstance(step, Run) or step.how == "private":
                continue
            if cls is None:
                for function in self.decorated.running(step.function):
                    yield Hop(caller, step), function, step.receiver
            elif (held := _held_by_self(step.node, caller, cls)) is not None:
                inherited = self._application.inference.member(held, step.function.name)
                target = inherited.function if isinstance(inherited, Method) else step.function
                for function in self.decorated.running(target):
                    yield Hop(caller, replace(step, function=target)), function, cls

    def _defined_below(
        self, call: nodes.Call, caller: Function, cls: Class
    ) -> Iterator[tuple[Hop, Function, Class | None]]:
        """What `self.name(…)` runs that the class of the method itself knows nothing of."""
        held = _held_by_self(call, caller, cls)
        if held is None or not isinstance(call.func, nodes.Attribute):
            return
        method = self._application.inference.member(held, call.func.attr)
        if isinstance(method, Method) and not method.function.node.is_generator:
            how = "await" if method.function.is_async else "call"
            for function in self.decorated.running(method.function):
                yield Hop(caller, Run(method.function, call, how, cls)), function, cls

    def _wrappers(self, caller: Function) -> Iterator[tuple[Hop, Function, Class | None]]:
        for wrapper in self.decorated.running(caller):
            if wrapper is not caller:
                decorator = caller.node.decorators[0]
                node = decorator if isinstance(decorator, nodes.Call) else as_call(decorator)
                yield Hop(caller, Run(wrapper, node, "call")), wrapper, None

    @cached_property
    def private_loops(self) -> PrivateLoops:
        """Loops that code in other threads starts for itself."""
        from fastapi_lint.application.private_loops import PrivateLoops

        return PrivateLoops(self._application, self)

    def callers(self, function: Function) -> set[Function]:
        """The functions known to run one that runs on the loop."""
        return {hop.caller for hop in self.functions[function].callers}

    def _way_to(self, function: Function) -> tuple[tuple[Root, ...], tuple[Hop, ...], bool]:
        """The roots that lead to a function, nearest first, and the path from the nearest.

        Also whether every path is gone only once, because what comes of it is kept.
        """
        found = self._ways(function, repeated_only=True)
        if found is not None:
            return (*found, False)
        return (*(self._ways(function, repeated_only=False) or ((), ())), True)

    def _ways(
        self, function: Function, *, repeated_only: bool
    ) -> tuple[tuple[Root, ...], tuple[Hop, ...]] | None:
        """The same over all paths, or over those that may be gone again and again; None when there is none."""
        paths: dict[Function, tuple[Hop, ...]] = {function: ()}
        queue = deque([function])
        roots: list[tuple[Root, tuple[Hop, ...]]] = []
        fallback: tuple[Hop, ...] | None = None
        while queue:
            current = queue.popleft()
            known = self.roots.get(current)
            if known is not None:
                roots += [(root, paths[current]) for root in known]
            elif current.is_async and fallback is None:
                fallback = paths[current]
            for hop in self.functions[current].callers:
                if repeated_only and self.first_time.only(hop.caller, hop.run.node.line):
                    continue
                if hop.caller not in paths:
                    paths[hop.caller] = (hop, *paths[current])
                    queue.append(hop.caller)
        if not roots:
            return ((), fallback) if fallback is not None else None
        nearest = min(roots, key=lambda pair: (_is_startup(*pair), len(pair[1])))
        ordered = sorted(roots, key=lambda pair: (pair is not nearest, len(pair[1]), pair[0].label))
        return tuple(root for root, _ in ordered), nearest[1]


def _in_order(sites: Iterable[BlockingSite]) -> tuple[BlockingSite, ...]:
    return tuple(sorted(sites, key=lambda site: (site.function.module.path, site.node.line)))


def _is_startup(root: Root, path: tuple[Hop, ...]) -> bool:
    """Whether a path is gone at start-up only: a task started there goes on while requests are answered."""
    return root.at_startup and not any(hop.run.how == "schedule" for hop in path)


def place_of(node: Located) -> tuple[str, object]:
    """How a visitor finds a node: a call by its span, other syntax by its kind and line."""
    if isinstance(node, nodes.Call):
        return "call", node.span
    return type(node).__name__.lower(), node.line


def _held_by_self(node: Located, method: Function, cls: Class) -> Instance | Super | None:
    """What `self` or `super()` of `self.name(…)` and `super().name(…)` is in an object of class `cls`."""
    target = node.func if isinstance(node, nodes.Call) else node
    match target:
        case nodes.Attribute(value=nodes.Name(id=name)):
            is_self = bool(method.node.parameters) and name == method.node.parameters[0].name
            return Instance(cls) if is_self else None
        case nodes.Attribute(value=nodes.Call(func=nodes.Name(id="super"))) if method.owner is not None:
            return Super(method.owner, Instance(cls))
    return None
