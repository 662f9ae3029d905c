"""What is known of everything that is called on one line: whether it blocks, and whether that is reported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.source_text import source_text
from fastapi_lint.application.steps import Run, Unresolved, Use

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.application.steps import Step


def verdicts(application: Application, function: Function, line: int) -> Iterator[str]:
    """One sentence for each call that starts on a line of a function's body."""
    for step in application.event_loop.steps.of(function):
        if step.node.line == line:
            said = _verdict(application, function, step)
            if said is not None:
                yield said


def _verdict(application: Application, function: Function, step: Step) -> str | None:
    match step:
        case Run(function=called):
            return f"{called.qualname} runs: {called.module.path}:{called.node.line}"
        case Unresolved(node=call):
            return f"it is not known what `{source_text(call.func)}(…)` calls"
        case Use(name=name):
            blocking = application.event_loop.blocking
            said = blocking.verdict(function, step)
            if said is None and step.how != "call":
                return None
            return f"`{name.removeprefix('builtins.')}` {said or 'is not known to block'}"
    return None


def private_starter(application: Application, function: Function) -> str | None:
    """How a coroutine function is started that runs on a loop of its own only, on which nobody else waits."""
    loop = application.event_loop
    if function not in loop.functions or not loop.private_loops.alone_run(function):
        return None
    starter = loop.private_loops.started_at(function)
    if starter is None:
        return "started by code in another thread, or by a script"
    module, node = starter
    return f"started on a loop of its own at {module.path}:{node.line}"
