"""Functions that are given to a function by name: which of its parameters it calls, itself or through others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from fastapi_lint.application.scopes import Function
from fastapi_lint.application.values import External, Method
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope
from fastapi_lint.knowledge.callbacks import Callback, Callbacks, Place

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference


_Parameter: TypeAlias = tuple[Function, str]
"""Of a function of the project, one parameter by its name."""


class CalledParameters:
    """Answers for every function of a project, each worked out once."""

    def __init__(self, inference: Inference, callbacks: Callbacks) -> None:
        self._inference = inference
        self._callbacks = callbacks
        self._found: dict[Function, list[nodes.Call | nodes.Assign]] = {}
        self._called: dict[Function, frozenset[str]] = {}
        self._handed_on: dict[Function, Mapping[str, list[nodes.Call]]] = {}
        self._called_further_on: dict[Function, frozenset[str]] = {}
        self._is_called_further_on: dict[_Parameter, bool] = {}

    def called_by(self, function: Function) -> frozenset[str]:
        """Parameters that the function calls itself, in its own thread."""
        if function not in self._called:
            self._called[function] = self._find_called(function)
        return self._called[function]

    def called_further_on(self, function: Function) -> frozenset[str]:
        """Parameters that are called, in the same thread, by functions which get them from this one."""
        if function not in self._called_further_on:
            self._called_further_on[function] = frozenset(
                name for name in self._handed_on_by(function) if self._follow((function, name))
            )
        return self._called_further_on[function]

    def _find_called(self, function: Function) -> frozenset[str]:
        names = {parameter.name for parameter in function.node.parameters}
        if not names:
            return frozenset()
        found = self._calls_and_assignments(function)
        called = {
            each.func.id
            for each in found
            if isinstance(each, nodes.Call) and isinstance(each.func, nodes.Name)
        }
        for each in found:
            match each:
                case nodes.Assign(targets=[nodes.Name(id=name)], value=nodes.Name(id=given)):
                    if name in called:
                        called.add(given)
        return frozenset(names & called)

    def _handed_on_by(self, function: Function) -> Mapping[str, list[nodes.Call]]:
        """Parameters that are arguments of calls in the function, with those calls."""
        if function not in self._handed_on:
            self._handed_on[function] = self._find_handed_on(function)
        return self._handed_on[function]

    def _find_handed_on(self, function: Function) -> Mapping[str, list[nodes.Call]]:
        found: dict[str, list[nodes.Call]] = {}
        names = {parameter.name for parameter in function.node.parameters}
        if not names:
            return found
        for call in self._calls_and_assignments(function):
            if isinstance(call, nodes.Call):
                for given in (*call.args, *(keyword.value for keyword in call.keywords)):
                    if isinstance(given, nodes.Name) and given.id in names:
                        found.setdefault(given.id, []).append(call)
        return found

    def _calls_and_assignments(self, function: Function) -> list[nodes.Call | nodes.Assign]:
        if function not in self._found:
            self._found[function] = find_in_scope(function.node.body, {nodes.Assign, nodes.Call})
        return self._found[function]

    def _follow(self, start: _Parameter) -> bool:
        """Whether one of the functions that a parameter is handed on to, however far, calls it."""
        known = self._is_called_further_on
        before: dict[_Parameter, _Parameter | None] = {start: None}
        """What it is handed on as, each with the parameter that was handed on there."""
        waiting = [start]
        while waiting:
            current = waiting.pop()
            receivers = self._receivers(current) if current not in known else None if known[current] else []
            if receivers is None:
                way: _Parameter | None = current
                while way is not None:
                    known[way] = True
                    way = before[way]
                return True
            for each in receivers:
                if each not in before:
                    before[each] = current
                    waiting.append(each)
        known.update(dict.fromkeys(before, False))
        return False

    def _receivers(self, parameter: _Parameter) -> list[_Parameter] | None:
        """The parameters of other functions to which one is given; None if it is called there."""
        function, name = parameter
        found: list[_Parameter] = []
        for call in self._handed_on_by(function).get(name, ()):
            callee = self._inference.callee(call, function.body_scope)
            if isinstance(callee, External) and self._is_called_back(name, callee, call):
                return None
            target = callee.function if isinstance(callee, Method) else callee
            if isinstance(target, Function):
                for each, value in arguments_by_name(self._inference, target, call):
                    if isinstance(value, nodes.Name) and value.id == name:
                        if each in self.called_by(target):
                            return None
                        found.append((target, each))
        return found

    def _is_called_back(self, name: str, callee: External, call: nodes.Call) -> bool:
        """Whether a library's function calls, in the same thread, what it is given by that name."""
        callback = self._callbacks.taken_by(callee.name)
        if callback is None or callback.wraps or callback.function is not Place.HERE:
            return False
        return any(
            isinstance(each, nodes.Name) and each.id == name for each in callback_arguments(callback, call)
        )


def arguments_by_name(
    inference: Inference, function: Function, call: nodes.Call
) -> list[tuple[str, nodes.Expression]]:
    """The arguments of a call with the parameters that they are given to."""
    parameters = [each for each in function.node.parameters if each.kind in ("positional", "positional-only")]
    if function.owner is not None and not inference.has_decorator(function, ("builtins.staticmethod",)):
        parameters = parameters[1:]
    given = [(each.name, value) for each, value in zip(parameters, call.args, strict=False)]
    return given + [(keyword.name or "", keyword.value) for keyword in call.keywords]


def callback_arguments(callback: Callback, call: nodes.Call) -> list[nodes.Expression]:
    """The arguments of a call that a description of it speaks of."""
    if not callback.many:
        given = (
            call.keyword(callback.keyword or "")
            if callback.keyword_only
            else call.argument(callback.position, callback.keyword or "")
        )
        return [given] if given is not None else []
    found: list[nodes.Expression] = []
    for argument in call.args[callback.position :]:
        inner = argument.value if isinstance(argument, nodes.Starred) else argument
        if isinstance(inner, (nodes.Sequence, nodes.Comprehension)):
            found += inner.elements
        else:
            found.append(inner)
    return found
