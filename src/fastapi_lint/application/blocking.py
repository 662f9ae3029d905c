"""Which steps of a function block the thread they run in, and which of those are worth a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fastapi_lint.application.revealed import NOTHING
from fastapi_lint.application.steps import Use, as_call
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope, mentions
from fastapi_lint.knowledge.blocking import BlockingCalls
from fastapi_lint.knowledge.libraries import BlockingGroup, Weight

if TYPE_CHECKING:
    from fastapi_lint.application.function_steps import Steps
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.model_options import ModelOptions
    from fastapi_lint.application.scopes import Function

CPU_BOUND = "FAL108"
SYNCHRONISATION = "FAL107"
FILE_IO = "FAL105"
NESTED_LOOP = "FAL109"
BRIEF = "FAL119"
_IN_MEMORY = ("io.BytesIO", "io.StringIO")
_RUNNING_LOOP_QUESTIONS = frozenset(
    {
        "asyncio.AbstractEventLoop.is_running",
        "asyncio._get_running_loop",
        "asyncio.get_running_loop",
        "nest_asyncio.apply",
        "sniffio.current_async_library",
    }
)


class Blocking:
    """The blocking steps of functions, whatever thread they run in."""

    def __init__(self, inference: Inference, steps: Steps, options: ModelOptions) -> None:
        self._inference = inference
        self._steps = steps
        self._options = options
        self._catalogue = BlockingCalls(*_user_catalogue(options.blocking_calls))

    def of(self, function: Function) -> list[tuple[Use, BlockingGroup]]:
        """The blocking steps of a function of a linted file: all of an `async def`, else the first of each rule."""
        found = list(self._decorators(function))
        rules = {rule_of(group) for _, group in found}
        for step in self._steps.of(function, NOTHING):
            group = self._blocks(function, step) if isinstance(step, Use) else None
            if group is None or not isinstance(step, Use) or not self._matters(function, step, group):
                continue
            rule = rule_of(group)
            if not function.is_async and rule in rules:
                continue
            if rule == FILE_IO and self._is_of_reported_file(step, found):
                continue
            rules.add(rule)
            found.append((step, group))
        return found

    def verdict(self, function: Function, use: Use) -> str | None:
        """What becomes of a use that the catalogue knows, in words; None when it does not know it."""
        group = self._known(use)
        if group is None:
            return None
        reported = self.of(function)
        rule = rule_of(group)
        if any(known is use for known, _ in reported):
            return f"blocks the thread that it is called in ({rule})"
        if use.awaited:
            return "is awaited"
        if self._blocks(function, use) is None:
            return "returns at once, given these arguments"
        if not self._matters(function, use, group):
            return "is too brief here to be reported, or stays in memory"
        first = next((known.node.line for known, each in reported if rule_of(each) == rule), None)
        return f"blocks, too: {rule} is reported at the first such place, line {first}"

    def _decorators(self, function: Function) -> Iterator[tuple[Use, BlockingGroup]]:
        """Decorators whose wrapper blocks around a plain function: retries that sleep."""
        if function.is_async:
            return
        names = self._inference.decorator_names(function)
        for decorator, name in zip(function.node.decorators, names, strict=True):
            group = self._catalogue.decorator(name) if name is not None else None
            if group is not None and name is not None:
                node = decorator if isinstance(decorator, nodes.Call) else as_call(decorator)
                yield Use(name, node, "decorate", awaited=False), group

    def _blocks(self, function: Function, use: Use) -> BlockingGroup | None:
        if use.awaited:
            return None
        group = self._known(use)
        return group if group is not None and not self._is_excepted(function, use, group) else None

    def _known(self, use: Use) -> BlockingGroup | None:
        if use.how == "enter":
            return self._catalogue.entry(use.name)
        if use.how == "iterate":
            return self._catalogue.iteration(use.name)
        return self._catalogue.function(use.name)

    def _is_excepted(self, function: Function, use: Use, group: BlockingGroup) -> bool:
        """Whether an argument makes the call return at once: `lock.acquire(blocking=False)`."""
        call = use.node
        if not isinstance(call, nodes.Call):
            return False
        for exception in group.unless:
            position = len(call.args) if exception.position is None else exception.position
            given = call.argument(position, exception.keyword)
            if isinstance(given, nodes.Constant):
                if given.value == exception.value:
                    return True
            elif given is not None and isinstance(exception.value, str):
                flags = find_in_scope(given, {nodes.Name, nodes.Attribute})
                names = (self._inference.qualified_name(flag, function.body_scope) for flag in flags)
                if exception.value in names:
                    return True
        return False

    def _matters(self, function: Function, use: Use, group: BlockingGroup) -> bool:
        """Whether a call of the catalogue is worth a report here."""
        if group.rule == NESTED_LOOP:
            return not self._asks_for_running_loop(function)
        if group.rule == FILE_IO and self._is_in_memory(function, use):
            return False
        if group.weight is not Weight.LIGHT:
            return True
        if group.rule == SYNCHRONISATION:
            # A lock held for a few statements is what locks are for; held across an `await`, it stops the loop.
            return isinstance(use.node, nodes.With) and mentions(use.node, nodes.Await)
        return group.rule != CPU_BOUND or self._options.cpu_bound == "all"

    def _is_in_memory(self, function: Function, use: Use) -> bool:
        """Whether a file is read from, or written to, a buffer in memory."""
        if not isinstance(use.node, nodes.Call):
            return False
        inference, scope = self._inference, function.body_scope
        return any(inference.is_instance(inference.infer(each, scope), _IN_MEMORY) for each in use.node.args)

    def _is_of_reported_file(self, use: Use, found: list[tuple[Use, BlockingGroup]]) -> bool:
        """Whether a file is used that was opened by a call reported already: who mends that mends this."""
        if use.receiver is None:
            return False
        externals = self._inference.externals
        return any(
            rule_of(group) == FILE_IO and externals.result(known.name) == use.receiver.class_name
            for known, group in found
        )

    def _asks_for_running_loop(self, function: Function) -> bool:
        """Whether a function, or one around it, looks first whether a loop is running, as careful bridges do."""
        current: Function | None = function
        while current is not None:
            if self._asks_itself(current):
                return True
            current = current.scope.function
        return False

    def _asks_itself(self, function: Function) -> bool:
        return any(
            isinstance(step, Use) and step.name in _RUNNING_LOOP_QUESTIONS
            for step in self._steps.of(function, NOTHING)
        )


def rule_of(group: BlockingGroup) -> str:
    """The rule that reports calls of a group outside of streams."""
    if group.weight is Weight.LIGHT and group.rule not in (SYNCHRONISATION, CPU_BOUND):
        return BRIEF
    return group.rule


def _user_catalogue(configured: Mapping[str, str]) -> tuple[dict[str, BlockingGroup], list[str]]:
    """The user's `blocking-calls`: name → replacement; an empty replacement takes a name off the catalogue."""
    added = {
        name: BlockingGroup(rule="FAL106", source="configuration", replacement=replacement)
        for name, replacement in configured.items()
        if replacement
    }
    return added, [name for name, replacement in configured.items() if not replacement]
