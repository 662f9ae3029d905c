"""Watches which bodies a run looks into, and for which of the analyses in `application/revealed.py`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import pytest

from fastapi_lint.application import (
    answers,
    called_parameters,
    effects,
    field_transforms,
    first_time,
    flow,
    members,
    names,
    opened_resources,
    results,
    security,
)
from fastapi_lint.application.application import Application
from fastapi_lint.application.assembly import relevance
from fastapi_lint.application.function_steps import Steps
from fastapi_lint.application.names import all_definitions
from fastapi_lint.application.project_modules import ProjectModules
from fastapi_lint.application.revealed import (
    ASSIGNED,
    CALLED_PARAMETERS,
    CHANGED,
    FIRST_TIME,
    NEVER_RETURNS,
    OPENED,
    PASSED_ON,
    RAISED,
    RETURNED,
    SOMETHING,
    STEPS,
    TRANSFORMED,
    YIELDED,
)
from fastapi_lint.application.scopes import Function, Scope
from fastapi_lint.config.settings import Settings
from fastapi_lint.index import nodes
from fastapi_lint.linter.project import LoadedProject
from fastapi_lint.linter.run import ProjectLinter
from fastapi_lint.linter.sources import Sources

_FACTS: dict[CodeType, int] = {
    results.returned.__code__: RETURNED,
    results.yielded.__code__: YIELDED,
    called_parameters.CalledParameters._find.__code__: CALLED_PARAMETERS,
    called_parameters.CalledParameters._handed_to.__code__: CALLED_PARAMETERS,
    answers.passed_on.__code__: PASSED_ON,
    answers.returned.__code__: PASSED_ON,
    first_time.FirstTime._find.__code__: FIRST_TIME,
    first_time.FirstTime._is_kept.__code__: FIRST_TIME,
    members.assignments_in.__code__: ASSIGNED,
    opened_resources.OpenedResources.given_by.__code__: OPENED,
    effects.Effects.direct.__code__: CHANGED,
    names.global_bindings.__code__: ASSIGNED,
    flow.NeverReturns._never_ends.__code__: NEVER_RETURNS,
    field_transforms.returns_argument.__code__: TRANSFORMED,
    field_transforms.replaced.__code__: TRANSFORMED,
    security.Security.outcomes.__code__: RAISED,
    security.Security._swallows.__code__: SOMETHING,
}
_ABOUT = ("function", "method", "helper", "parameter", "definition")
"""What these call the function that they are about."""
_STEPS = Steps.of.__code__
_ASKING_FOR_STEPS = {
    "effects.py": CHANGED,
    "event_loop.py": STEPS,
    "opened_resources.py": STEPS,
    "private_loops.py": STEPS,
    "roots.py": STEPS,
}
_LISTING = frozenset({names.all_definitions.__code__, relevance._decorates_inside.__code__})
_PASSING_ON = frozenset({"scopes.py", "bindings.py", "walk.py", "nodes.py", "body_reads.py"})


class Place(NamedTuple):
    """An outermost function, in any run."""

    path: str
    line: int
    name: str


def place_of(function: Function) -> Place:
    """Where the function is defined in whose body it is defined, at any depth."""
    outermost = function.outermost
    return Place(outermost.module.path, outermost.node.line, outermost.name)


class Run(NamedTuple):
    """What a run has looked into."""

    revealed: dict[Place, int]
    """What each function has revealed."""
    reads: Counter[tuple[Place, int, str]]
    """The bodies read, with what that reading stands for, and who read."""


def run(settings: Settings, sources: Sources, linted: list[str]) -> Run:
    """Lint some of the files."""
    loaded = LoadedProject(settings, sources.files, linted)
    with _watched() as seen:
        linter = ProjectLinter(loaded)
        linter.find_ahead()
        for path in linted:
            linter.diagnostics(path)
    assert not linter.failures, linter.failures
    functions = list(_functions(loaded.application))
    owners = {id(each.node): each for each in functions}
    reads: Counter[tuple[Place, int, str]] = Counter()
    for (key, fact, site), (_, count) in seen.items():
        if key in owners:
            reads[place_of(owners[key]), fact, site] += count
    revealed: dict[Place, int] = {}
    for each in functions:
        place = place_of(each)
        revealed[place] = revealed.get(place, 0) | each.outermost.revealed
    return Run(revealed, reads)


def _functions(application: Application) -> Iterator[Function]:
    for module in application.project.loaded():
        for definition in all_definitions(module.scope):
            if isinstance(definition, Function):
                yield definition


@contextmanager
def _watched() -> Iterator[dict[tuple[int, int, str], tuple[nodes.FunctionDef, int]]]:
    seen: dict[tuple[int, int, str], tuple[nodes.FunctionDef, int]] = {}
    # The nodes are kept, so that their ids stand for nothing else.

    def note(node: nodes.FunctionDef, fact: int, frame: FrameType) -> None:
        key = (id(node), fact, _site(frame))
        seen[key] = (node, seen.get(key, (node, 0))[1] + 1)

    def watched(owner: Any, name: str) -> property:
        get = owner.__dict__[name].fget

        def read(self: Any) -> Any:
            node = self if isinstance(self, nodes.FunctionDef) else self.node
            frame = sys._getframe(1)
            if isinstance(node, nodes.FunctionDef) and not _is_listing(frame):
                note(node, _fact(frame, node), frame)
            return get(self)

        return property(read)

    def of(self: Steps, function: Function, fact: int = SOMETHING) -> Any:
        frame = sys._getframe(1)  # what is remembered is asked for as well
        note(function.node, _asked_for_steps(frame), frame)
        return steps_of(self, function, fact)

    steps_of = Steps.of
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nodes.FunctionDef, "body", watched(nodes.FunctionDef, "body"))
        definition = Function.__mro__[1]
        patch.setattr(definition, "body_scope", watched(definition, "body_scope"))
        patch.setattr(Function, "body_nodes", watched(Function, "body_nodes"))
        patch.setattr(Steps, "of", of)
        # Where few files are linted, some analyses first look more closely at these: nothing is found by that.
        patch.setattr(ProjectModules, "lints_few", False)
        yield seen


def _is_listing(frame: FrameType | None) -> bool:
    while frame is not None and _name(frame) in _PASSING_ON:
        frame = frame.f_back
    return frame is not None and frame.f_code in _LISTING


def _fact(frame: FrameType | None, node: nodes.FunctionDef) -> int:
    """What the innermost analysis around a read stands for, if it is about the function that is read."""
    while frame is not None:
        code = frame.f_code
        if code is _STEPS:
            fact, about = _asked_for_steps(frame.f_back), frame.f_locals["function"]
        elif code in _FACTS:
            fact = _FACTS[code]
            about = next((each for each in map(frame.f_locals.get, _ABOUT) if each is not None), None)
            about = about[0] if isinstance(about, tuple) else about
        else:
            frame = frame.f_back
            continue
        is_meant = about is not None and about.node is node
        return fact if is_meant or _is_around(node, about) else SOMETHING
    return SOMETHING


def _is_around(node: nodes.FunctionDef, function: Function | None) -> bool:
    scope: Scope | None = function.scope if function is not None else None
    while scope is not None:
        if scope.node is node:
            return True
        scope = scope.parent
    return False


def _asked_for_steps(frame: FrameType | None) -> int:
    while frame is not None:
        name = _name(frame)
        if name in _ASKING_FOR_STEPS and frame.f_code.co_name != "uses":
            return _ASKING_FOR_STEPS[name]
        if name not in ("body_reads.py", "function_steps.py"):
            return SOMETHING
        frame = frame.f_back
    return SOMETHING


def _name(frame: FrameType) -> str:
    return Path(frame.f_code.co_filename).name


def _site(frame: FrameType | None) -> str:
    """The innermost functions of the linter that are reading."""
    found: list[str] = []
    while frame is not None and len(found) < 3:
        parts = Path(frame.f_code.co_filename).parts
        if ("application" in parts or "rules" in parts) and parts[-1] not in _PASSING_ON:
            found.append(f"{parts[-1][:-3]}.{frame.f_code.co_name}")
        frame = frame.f_back
    return " < ".join(found)
