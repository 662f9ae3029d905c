"""Which files are concerned by edits of the bodies of some functions: those whose findings can change."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cached_property, partial
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application import revealed
from fastapi_lint.application.answers import answering_functions, passed_on
from fastapi_lint.application.called_parameters import CalledParameters
from fastapi_lint.application.effects import AT_ONCE
from fastapi_lint.application.field_transforms import replaced, returns_argument
from fastapi_lint.application.flow import NeverReturns
from fastapi_lint.application.labels import Labels, NoLabel
from fastapi_lint.application.loop_edits import Way, changed_ways, reached_from, ways_from
from fastapi_lint.application.members import assignments_in
from fastapi_lint.application.names import all_definitions, bound_globally
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.security import Security
from fastapi_lint.index.comparison import content_of

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.bindings import Binding
    from fastapi_lint.application.labels import DefinitionLabel
    from fastapi_lint.application.modules import Module
    from fastapi_lint.index import nodes


class EditedBody(NamedTuple):
    """An outermost function, as it was and as it is; None where there was or is none."""

    before: Function | None
    now: Function | None
    revealed: int
    """What findings in other files may lean on."""


class Unforeseeable(Exception):  # noqa: N818 - it is no error
    """Findings in any file may change."""


class Concerned(NamedTuple):
    """What may be other than it was after edits."""

    paths: set[str]
    """The files whose findings may change."""
    is_loop_the_same: bool
    """Whether the functions on the event loop run the same functions as before."""


class EditedBodies:
    """Compares what two models make of edited functions.

    Args:
        before: the project before the edits.
        now: the project after them.
        defining: the paths of the files that may define a method of some name.
    """

    def __init__(
        self, before: Application, now: Application, defining: Callable[[str], Iterable[str]]
    ) -> None:
        self._before = _Version(before)
        self._now = _Version(now)
        self._defining = defining

    def concerned(self, edits: Iterable[EditedBody]) -> Concerned:
        """The files whose findings may change, because what runs on the event loop, or answers, lies in them.

        Raises:
            Unforeseeable: that may be all.
        """
        ways: list[Way] = []
        answering: set[DefinitionLabel] = set()
        for edit in edits:
            if edit.revealed & revealed.SOMETHING:
                raise Unforeseeable
            functions_before, functions_now = with_inner(edit.before), with_inner(edit.now)
            if any(map(partial(self._differ, edit.revealed), functions_before, functions_now)):
                raise Unforeseeable
            if edit.revealed & revealed.STEPS:
                for before, now in zip_longest(functions_before, functions_now):
                    ways += changed_ways(self._before.ways(before), self._now.ways(now))
            if edit.revealed & revealed.PASSED_ON:
                answering |= self._before.passed_on(functions_before) ^ self._now.passed_on(functions_now)
        application = self._now.application
        running = reached_from(self._targets(ways), application.event_loop)
        found = map(self._now.labels.definition, answering)
        passing_on = frozenset(each for each in found if isinstance(each, Function))
        answered = answering_functions(passing_on, application.inference)
        return Concerned({function.module.path for function in (*running, *answered)}, not ways)

    def _differ(self, facts: int, before: Function, now: Function) -> bool:
        """Whether something is revealed of a function that is not as it was."""
        try:
            return any(
                facts & fact and ask(self._before, before) != ask(self._now, now)
                for fact, ask in _COMPARED.items()
            )
        except NoLabel:
            return True

    def _targets(self, ways: Iterable[Way]) -> Iterator[tuple[Function, Class | None]]:
        """The functions that ways lead or led to, as far as there are any now."""
        for way in ways:
            target = self._now.labels.definition(way.target)
            receiver = self._now.labels.definition(way.receiver)
            if isinstance(target, Function):
                yield target, receiver if isinstance(receiver, Class) else None
        for name in {way.method for way in ways if way.method is not None}:
            for function in self._now.application.functions(self._modules_defining(name)):
                if function.owner is not None and function.name == name:
                    yield function, None

    def _modules_defining(self, name: str) -> Iterator[Module]:
        return map(self._now.application.project.module_at, self._defining(name))


class _Version:
    """One of two models."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.labels = Labels(application.inference)

    @cached_property
    def called_parameters(self) -> CalledParameters:
        steps = self.application.event_loop.steps
        return CalledParameters(self.application.inference, steps.callbacks)

    @cached_property
    def never_returns(self) -> NeverReturns:
        return NeverReturns(self.application.inference)

    @cached_property
    def security(self) -> Security:
        return Security(self.application.inference)

    def passed_on(self, functions: Iterable[Function]) -> set[DefinitionLabel]:
        """The functions whose result these return as it is."""
        inference = self.application.inference
        return {self.labels.of_definition(each) for one in functions for each in passed_on(one, inference)}

    def ways(self, function: Function | None) -> list[Way]:
        if function is None:
            return []
        return list(ways_from(function, self.application.event_loop, self.labels))


def with_inner(function: Function | None) -> list[Function]:
    """A function and those that are defined in it, at any depth."""
    if function is None:
        return []
    if not function.node.has_definitions:
        return [function]
    inner = all_definitions(function.body_scope)
    return [function, *(each for each in inner if isinstance(each, Function))]


def _returned(version: _Version, function: Function) -> Hashable:
    return version.labels.of_value(version.application.inference.returned(function))


def _yielded(version: _Version, function: Function) -> Hashable:
    return version.labels.of_value(version.application.inference.yielded(function))


def _called_parameters(version: _Version, function: Function) -> Hashable:
    found = version.called_parameters
    return (found.called_by(function), found.called_further_on(function))


def _first_time(version: _Version, function: Function) -> Hashable:
    """Only functions that do nothing for the first time are alike in this."""
    if version.application.event_loop.first_time.lines(function):
        raise NoLabel
    return None


def _assigned(version: _Version, function: Function) -> Hashable:
    return _assigned_to_attributes(version, function), _assigned_to_globals(version, function)


def _assigned_to_attributes(version: _Version, function: Function) -> Hashable:
    """What each attribute is annotated with and given."""
    return tuple(
        (attribute, each.kind, *(version.labels.of_expression(part, each.scope) for part in _parts(each)))
        for attribute, each in assignments_in(function)
    )


def _assigned_to_globals(version: _Version, function: Function) -> Hashable:
    bound = version.application.inference.bound
    return tuple(
        (name, *(version.labels.of_value(bound(each)) for each in bindings))
        for name, bindings in bound_globally(function.body_scope)
    )


def _parts(binding: Binding) -> tuple[nodes.Expression | None, nodes.Expression | None]:
    return binding.annotation, binding.value


def _opened(version: _Version, function: Function) -> Hashable:
    return version.application.opened_resources.given_by(function)


def _changed(version: _Version, function: Function) -> Hashable:
    """What a function changes itself, and what it runs in the meantime."""
    runs = version.application.event_loop.steps.runs(function, revealed.NOTHING)
    return (
        tuple((each.effect, content_of(each.call)) for each in version.application.effects.direct(function)),
        tuple(version.labels.of_definition(run.function) for run in runs if run.how in AT_ONCE),
    )


def _never_returns(version: _Version, function: Function) -> Hashable:
    return version.never_returns.of_function(function)


def _transformed(version: _Version, function: Function) -> Hashable:
    """Which of the first arguments a function gives back, and what it replaces in what it is called on."""
    return (*(returns_argument(function, position) for position in (0, 1)), *replaced(function))


def _raised(version: _Version, function: Function) -> Hashable:
    label = version.labels.of_definition
    return tuple(
        each if isinstance(each, int) else (label(each.function), each.makes_error)
        for each in version.security.outcomes(function)
    )


_COMPARED: dict[int, Callable[[_Version, Function], Hashable]] = {
    revealed.RETURNED: _returned,
    revealed.YIELDED: _yielded,
    revealed.CALLED_PARAMETERS: _called_parameters,
    revealed.FIRST_TIME: _first_time,
    revealed.ASSIGNED: _assigned,
    revealed.OPENED: _opened,
    revealed.CHANGED: _changed,
    revealed.NEVER_RETURNS: _never_returns,
    revealed.TRANSFORMED: _transformed,
    revealed.RAISED: _raised,
}
