"""What the rules about blocking calls share: where they look, what they say, and the trace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.waiting import awaits
from fastapi_lint.diagnostics import Applicability, Location, Severity, TraceStep
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.event_loop import BlockingSite, Hop
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.diagnostics import Fix
    from fastapi_lint.rules.visit import Visit

_SHOWN_ROOTS = 3
_LONGEST_QUOTE = 40


class BlockingCallRule(Rule):
    """Base of the rules that report one group of blocking calls each."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._reported: set[BlockingSite] = set()

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The sites of this rule's group."""
        return (
            Place(site.function.module, site.node.line)
            for site in app.event_loop.blocking_sites
            if site.rule == cls.code
        )

    def visit_Call(self, node: cst.Call) -> None:
        """A call that blocks."""
        self._check(node, "call", self.visit.span(node))

    def visit_Decorator(self, node: cst.Decorator) -> None:
        """A bare decorator whose wrapper blocks."""
        row, column, _, _ = self.visit.span(node.decorator)
        self._check(node.decorator, "call", (row, column, row, column))

    def visit_With(self, node: cst.With) -> None:
        """A context manager that blocks."""
        self._check(node.items[0], "with", self.visit.span(node)[0])

    def visit_For(self, node: cst.For) -> None:
        """A loop over something that blocks."""
        self._check(node.iter, "for", self.visit.span(node)[0])

    def visit_CompFor(self, node: cst.CompFor) -> None:
        """A comprehension over something that blocks."""
        self._check(node.iter, "comprehension", self.visit.span(node)[0])

    def _check(self, node: cst.CSTNode, kind: str, place: object) -> None:
        for site in self.app.event_loop.sites_at(self.module, kind, place):
            if site.rule == self.code and site not in self._reported:
                self._reported.add(site)
                self._report_site(node, site)

    def _report_site(self, node: cst.CSTNode, site: BlockingSite) -> None:
        self.report(
            node,
            self.message(node, site),
            help=self.help(site),
            severity=self.severity_of(site),
            trace=_trace(site),
            fix=self.fix(node, site),
            hints=self.hints(node, site),
        )

    def message(self, node: cst.CSTNode, site: BlockingSite) -> str:
        """What happens at run time."""
        if site.only_at_startup:
            return f"{self.named(node, site)} blocks the event loop while the application starts or stops"
        first = ", the first time," if site.once else ""
        everyone = " for every client" if site.roots else ""  # else nobody knows whom that loop serves
        blocks = f"blocks the event loop{everyone}{first} while it {self.waits}"
        return f"{self.named(node, site)} {blocks}{_reached_by(site)}"

    def named(self, node: cst.CSTNode, site: BlockingSite) -> str:
        """What blocks, in the user's words and, where they differ, the library's."""
        official = site.use.name.removeprefix("builtins.")
        if site.use.how != "call":
            return f"`{official}`"
        written = " ".join(self.visit.code(getattr(node, "func", node)).split())
        if written == official or len(written) > _LONGEST_QUOTE:
            return f"`{official}`"
        return f"`{written}` (`{official}`)"

    waits = "waits"

    def help(self, site: BlockingSite) -> str:
        """What to write instead."""
        function = site.function
        if can_be_plain(site):
            away = f"make `{function.name}` a plain `def`"
        elif function.is_async:
            away = "run it in a worker thread"
        else:
            away = f"call `{called_name(function)}` through `run_in_threadpool`"
        if site.group.replacement is None:
            return away
        return f"use {site.group.replacement}, or {away}"

    def severity_of(self, site: BlockingSite) -> Severity:
        """The group's severity or the rule's; lower at start-up, for what happens once, and without a known root."""
        severity = site.group.severity or self.severity
        if site.only_at_startup or site.once:
            return severity.lowered()
        return Severity.WARNING if severity is Severity.ERROR and not site.roots else severity

    def fix(self, node: cst.CSTNode, site: BlockingSite) -> Fix | None:
        """A fix, for the rules that have one."""
        return None

    def hints(self, node: cst.CSTNode, site: BlockingSite) -> Iterable[Fix]:
        """Alternatives for a person to choose from."""
        if Applicability.HINT not in self.fixes or not site.function.is_async:
            return ()
        from fastapi_lint.rules.coroutine_fixes import ways_out

        awaited = self.app.event_loop.decorated.is_awaited_by_wrapper(site.function)
        return ways_out(self, node, site.use.name, can_be_plain=can_be_plain(site) and not awaited)


def _trace(site: BlockingSite) -> Iterator[TraceStep]:
    function = site.path[0].caller if site.path else site.function
    start = Location(function.node.line, function.node.column + 1)
    if site.roots:
        yield TraceStep(function.module.path, start, f"{site.roots[0].label} → {function.qualname}")
    elif site.path:
        yield TraceStep(function.module.path, start, f"async def {function.qualname}")
    for hop in site.path:
        yield trace_step(hop)
    if site.path:
        place = Location(site.node.line, getattr(site.node, "column", 0) + 1)
        end = f"{site.function.qualname} uses `{site.use.name.removeprefix('builtins.')}`"
        yield TraceStep(site.function.module.path, place, end)


def trace_step(hop: Hop) -> TraceStep:
    """One function running another, in words."""
    node = hop.run.node
    verb = {
        "await": "awaits",
        "enter": "enters",
        "iterate": "iterates over",
        "construct": "constructs",
        "read": "reads",
        "write": "sets",
        "operate": "uses",
        "schedule": "starts",
        "background": "leaves to the background",
        "stream": "streams",
    }.get(hop.run.how, "calls")
    place = Location(node.line, getattr(node, "column", 0) + 1)
    target = hop.run.function
    name = target.owner.name if hop.run.how == "construct" and target.owner is not None else target.qualname
    return TraceStep(hop.caller.module.path, place, f"{hop.caller.qualname} {verb} {name}")


def can_be_plain(site: BlockingSite) -> bool:
    """Whether the function may as well be a plain `def`, which FastAPI runs in a thread: it awaits nothing."""
    function = site.function
    if not any(root.function is function and root.kind in ("http", "dependency") for root in site.roots):
        return False
    return function.is_async and not awaits(function)


def called_name(function: Function) -> str:
    """What is called to run a function: of a constructor, its class."""
    is_constructor = function.name in ("__init__", "__new__", "__post_init__")
    return function.owner.name if is_constructor and function.owner is not None else function.name


def _reached_by(site: BlockingSite) -> str:
    """`; reached from GET /users and 4 more`, for sites in functions that are not roots themselves."""
    if any(root.function is site.function for root in site.roots):
        return ""
    others = [root.label for root in site.roots]
    if not others:
        return ""
    shown = ", ".join(others[:_SHOWN_ROOTS])
    more = len(others) - _SHOWN_ROOTS
    return f"; reached from {shown}" + (f" and {more} more" if more > 0 else "")
