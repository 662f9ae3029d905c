"""Functions that are given to a function by name: which of its parameters it calls, itself or through others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from fastapi_lint.application.scopes import Function
from fastapi_lint.application.values import External, Method
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.callbacks import Callback, Callbacks, Place

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference


_Parameter: TypeAlias = tuple[Function, str]
"""Of a function of the project, one parameter by its name."""


class _Parameters(Struct, frozen=True):
    """What becomes of the parameters of one function in its body."""

    called: frozenset[str] = frozenset()
    handed_on: Mapping[str, list[nodes.Call]] = {}
    """Those that are arguments of calls, with the calls."""


class CalledParameters:
    """Answers for every function of a project, each worked out once."""

    def __init__(
        self,
        inference: Inference,
        callbacks: Callbacks,
        nodes_in: Callable[[Function], Iterable[nodes.Node]],
    ) -> None:
        """`nodes_in` gives of the body of a function the calls and assignments at least, in source order."""
        self._inference = inference
        self._callbacks = callbacks
        self._nodes_in = nodes_in
        self._parameters: dict[Function, _Parameters] = {}
        self._called_further_on: dict[Function, frozenset[str]] = {}
        self._is_called_further_on: dict[_Parameter, bool] = {}

    def called_by(self, function: Function) -> frozenset[str]:
        """Parameters that the function calls itself, in its own thread."""
        return self._of(function).called

    def called_further_on(self, function: Function) -> frozenset[str]:
        """Parameters that are called, in the same thread, by functions which get them from this one."""
        if function not in self._called_further_on:
            self._called_further_on[function] = frozenset(
                name for name in self._of(function).handed_on if self._follow((function, name))
            )
        return self._called_further_on[function]

    def forget(self, function: Function) -> None:
        """The body of a function is another now."""
        self._parameters.pop(function, None)
        self._called_further_on.pop(function, None)

    def _of(self, function: Function) -> _Parameters:
        known = self._parameters.get(function)
        if known is None:
            known = self._parameters[function] = self._find(function)
        return known

    def _find(self, function: Function) -> _Parameters:
        names = {each.name for each in function.node.parameters[_receivers_of(self._inference, function) :]}
        if not names:
            return _Parameters()
        called: set[str] = set()
        handed_on: dict[str, list[nodes.Call]] = {}
        renamed = []
        for node in self._nodes_in(function):
            if isinstance(node, nodes.Call):
                if isinstance(node.func, nodes.Name):
                    called.add(node.func.id)
                for given in (*node.args, *(keyword.value for keyword in node.keywords)):
                    if isinstance(given, nodes.Name) and given.id in names:
                        handed_on.setdefault(given.id, []).append(node)
            elif isinstance(node, nodes.Assign) and isinstance(node.value, nodes.Name):
                match node.targets:
                    case [nodes.Name(id=name)]:
                        renamed.append((name, node.value.id))
        for name, original in renamed:
            if name in called:
                called.add(original)
        return _Parameters(frozenset(names & called), handed_on)

    def _follow(self, start: _Parameter) -> bool:
        """Whether one of the functions that a parameter is handed on to, however far, calls it."""
        known = self._is_called_further_on
        before: dict[_Parameter, _Parameter | None] = {start: None}
        """What it is handed on as, each with the parameter that was handed on there."""
        waiting = [start]
        while waiting:
            current = waiting.pop()
            receivers = self._handed_to(current) if current not in known else None if known[current] else []
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

    def _handed_to(self, parameter: _Parameter) -> list[_Parameter] | None:
        """The parameters of other functions to which one is given; None if it is called there."""
        function, name = parameter
        found: list[_Parameter] = []
        for call in self._of(function).handed_on.get(name, ()):
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
    parameters = parameters[_receivers_of(inference, function) :]
    given = [(each.name, value) for each, value in zip(parameters, call.args, strict=False)]
    return given + [(keyword.name or "", keyword.value) for keyword in call.keywords]


def _receivers_of(inference: Inference, function: Function) -> int:
    """How many parameters a method takes its object or class by: one, others none."""
    is_method = function.owner is not None
    return 1 if is_method and not inference.has_decorator(function, ("builtins.staticmethod",)) else 0


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
