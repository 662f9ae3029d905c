"""Coroutine functions that run on a loop of their own, as scripts do: whoever starts it waits, and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastapi_lint.application.revealed import STEPS
from fastapi_lint.application.steps import Run

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.event_loop import EventLoop
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.application.steps import Located

_STARTERS = frozenset({"run", "run_until_complete"})


class PrivateLoops:
    """Who starts loops, looked for where it matters: in files that are not linted, too."""

    def __init__(self, application: Application, loop: EventLoop) -> None:
        self._application = application
        self._loop = loop
        self._starters = application.project.asked(_STARTERS)
        self._searched = 0
        """How many of the modules indexed so far were looked at."""
        self._found: dict[Function, tuple[Module, Located]] = {}
        self._looked_for: set[str] = set()
        """Names of functions for which no more files have to be indexed."""

    def started_at(self, function: Function) -> tuple[Module, Located] | None:
        """Where a coroutine function is started on a loop of its own."""
        return self._started.get(function)

    def alone_run(self, function: Function) -> bool:
        """Whether a function of the event loop runs on such loops only."""
        seen = {function}
        waiting = [function]
        is_run = False
        while waiting:
            current = waiting.pop()
            self._find_starters(current)
            callers = self._loop.callers(current)
            if current in self._started:
                is_run = True
            elif current.is_async and not callers:
                return False
            waiting += callers - seen
            seen |= callers
        return is_run

    @property
    def _started(self) -> Mapping[Function, tuple[Module, Located]]:
        while new := self._application.project.loaded()[self._searched :]:
            self._searched += len(new)
            for module in new:
                if not self._application.is_test(module):
                    self._search(module)
        return self._found

    def _search(self, module: Module) -> None:
        if not self._starters.called_in(module.index):
            return
        steps = list(self._loop.steps.of_module(module))
        for function in self._application.functions([module]):
            if not self._loop.runs_here(function) and self._starters.called_in(function.node):
                steps += self._loop.steps.of(function, STEPS)
        for step in steps:
            if isinstance(step, Run) and step.how == "private":
                self._found.setdefault(step.function, (module, step.node))

    def _find_starters(self, function: Function) -> None:
        """Index the files that may start a loop for a function, if nobody has asked for them yet."""
        if function.name not in self._looked_for:
            self._looked_for.add(function.name)
            for path in self._application.files.loop_starting(function.name):
                self._application.project.module_at(path)
