"""Functions that are given to a function by name: which of its parameters it calls, itself or through others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Function
from fastapi_lint.application.values import External, Method
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope
from fastapi_lint.knowledge.callbacks import Callback, Callbacks, Place

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.scopes import Scope


class CalledParameters:
    """Answers for every function of a project, each worked out once."""

    def __init__(self, inference: Inference, callbacks: Callbacks) -> None:
        self._inference = inference
        self._callbacks = callbacks
        self._found: dict[Function, list[nodes.Call | nodes.Assign]] = {}
        self._called: dict[Function, frozenset[str]] = {}
        self._handed_on: dict[Function, dict[str, list[nodes.Call]]] = {}
        self._called_further_on: dict[tuple[Function, str], bool] = {}

    def called_by(self, function: Function) -> frozenset[str]:
        """Parameters that the function calls itself, in its own thread."""
        if function not in self._called:
            self._called[function] = frozenset()
            names = {parameter.name for parameter in function.node.parameters}
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
            self._called[function] = frozenset(names & called)
        return self._called[function]

    def handed_on_by(self, function: Function) -> Mapping[str, list[nodes.Call]]:
        """Parameters that are arguments of calls in the function, with those calls."""
        if function not in self._handed_on:
            found: dict[str, list[nodes.Call]] = {}
            self._handed_on[function] = found
            names = {parameter.name for parameter in function.node.parameters}
            for call in self._calls_and_assignments(function):
                if not isinstance(call, nodes.Call):
                    continue
                for given in (*call.args, *(keyword.value for keyword in call.keywords)):
                    if isinstance(given, nodes.Name) and given.id in names:
                        found.setdefault(given.id, []).append(call)
        return self._handed_on[function]

    def _calls_and_assignments(self, function: Function) -> list[nodes.Call | nodes.Assign]:
        if function not in self._found:
            self._found[function] = find_in_scope(function.node.body, {nodes.Assign, nodes.Call})
        return self._found[function]

    def is_called_further_on(self, function: Function, name: str) -> bool:
        """Whether a function that gets the parameter from `function` calls it, in the same thread."""
        asked = (function, name)
        if asked not in self._called_further_on:
            self._called_further_on[asked] = False
            calls = self.handed_on_by(function).get(name, ())
            self._called_further_on[asked] = any(
                self._calls_argument(call, name, function.body_scope) for call in calls
            )
        return self._called_further_on[asked]

    def _calls_argument(self, call: nodes.Call, name: str, scope: Scope) -> bool:
        callee = self._inference.callee(call, scope)
        if isinstance(callee, External):
            callback = self._callbacks.taken_by(callee.name)
            if callback is None or callback.wraps or callback.function is not Place.HERE:
                return False
            return any(
                isinstance(each, nodes.Name) and each.id == name
                for each in callback_arguments(callback, call)
            )
        function = callee.function if isinstance(callee, Method) else callee
        if not isinstance(function, Function):
            return False
        return any(
            isinstance(value, nodes.Name)
            and value.id == name
            and (parameter in self.called_by(function) or self.is_called_further_on(function, parameter))
            for parameter, value in arguments_by_name(self._inference, function, call)
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
