"""What a function does to stored data, itself and through the functions of the project that it calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.application.names import imported_as
from fastapi_lint.application.revealed import CHANGED, NOTHING
from fastapi_lint.application.scopes import Function
from fastapi_lint.application.steps import Located, Run, Use
from fastapi_lint.application.values import External
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.effects import Effect, changing_names, effect_of

if TYPE_CHECKING:
    from fastapi_lint.application.function_steps import Steps
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.modules import Module

AT_ONCE = frozenset({"await", "call", "construct", "enter"})
"""How a function is run whose effects are those of the caller, too."""
_QUEUEING = frozenset({"apply_async", "delay"})
_DEPTH = 5


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One call with an effect."""

    effect: Effect
    call: nodes.Call
    function: Function
    """The function it stands in."""
    through: tuple[tuple[Function, Located], ...] = ()
    """The calls that lead there: who calls, and where."""

    @property
    def functions(self) -> list[Function]:
        """The functions that are called on the way, that in which it stands the last; none for a direct one."""
        return [*(caller for caller, _ in self.through[1:]), self.function] if self.through else []


class Effects:
    """Answers for the functions of one project, each worked out once."""

    def __init__(self, inference: Inference, steps: Steps) -> None:
        self._inference = inference
        self._steps = steps
        self._direct: dict[Function, tuple[Change, ...]] = {}
        self._called_as: dict[Module, frozenset[str]] = {}

    def of(self, function: Function, depth: int = _DEPTH) -> Iterator[Change]:
        """What running a function of a linted file changes: first what it does itself, then what it calls.

        `depth` is how many calls lead there at most.
        """
        seen = {function}
        level: list[tuple[Function, tuple[tuple[Function, Located], ...]]] = [(function, ())]
        for remaining in range(depth, -1, -1):
            below = []
            for current, through in level:
                if current is not function:
                    current.reveal(CHANGED)
                for change in self.direct(current):
                    yield Change(change.effect, change.call, current, through)
                for step in self._steps.of(current, NOTHING) if remaining else ():
                    if isinstance(step, Run) and step.how in AT_ONCE and step.function not in seen:
                        seen.add(step.function)
                        below.append((step.function, (*through, (current, step.node))))
            level = below

    def direct(self, function: Function) -> tuple[Change, ...]:
        """What a function of a linted file does itself."""
        if function not in self._direct:
            self._direct[function] = tuple(self._find(function)) if self._may_change(function) else ()
        return self._direct[function]

    def _may_change(self, function: Function) -> bool:
        """Whether a function calls anything by the name of what has an effect, or by one that it gives itself."""
        called = function.node.called
        if not self._names(function.module).isdisjoint(called):
            return True
        own = function.body_scope.bindings
        return any(own[name][-1].kind == "assign" for name in called if name in own)

    def _names(self, module: Module) -> frozenset[str]:
        """The names under which a module may call what has an effect."""
        if module not in self._called_as:
            names = changing_names()
            self._called_as[module] = names | imported_as(module.scope, names)
        return self._called_as[module]

    def _find(self, function: Function) -> Iterator[Change]:
        for step in self._steps.of(function, NOTHING):
            node = step.node
            if not isinstance(node, nodes.Call):
                continue
            if isinstance(step, Use) and step.how == "call":
                effect = effect_of(step.name)
            else:
                effect = Effect.ENQUEUE if self._queues(node, function) else None
            if effect is not None:
                yield Change(effect, node, function)

    def _queues(self, call: nodes.Call, function: Function) -> bool:
        """Whether it is `task.delay(…)` of a function that a queue's decorator has made a task."""
        if not isinstance(call.func, nodes.Attribute) or call.func.attr not in _QUEUEING:
            return False
        task = self._inference.infer(call.func.value, function.body_scope)
        if isinstance(task, Function):
            return bool(task.node.decorators)
        return isinstance(task, External) and task.name.startswith("celery.")
