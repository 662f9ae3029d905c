"""Functions that are given to a function by name: which of its parameters it calls, itself or through others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from fastapi_lint.application.revealed import CALLED_PARAMETERS
from fastapi_lint.application.scopes import Function
from fastapi_lint.application.values import External, Method
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.callbacks import Callback, Callbacks, Place

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference

_POSITIONAL = ("positional", "positional-only")
_PLAIN = frozenset({"bool", "bytes", "dict", "float", "int", "list", "set", "str", "tuple"})
_STATIC = ("builtins.staticmethod",)
# Most functions neither call a parameter nor hand one on: they share what stands for nothing.
_NONE: frozenset[str] = frozenset()
_NOWHERE: Mapping[str, list[nodes.Call]] = {}
_Parameter: TypeAlias = tuple[Function, str]
"""Of a function of the project, one parameter by its name."""


class _Signature(Struct, frozen=True):
    """What a function takes, and what becomes of it in the body."""

    positional: tuple[str, ...]
    """Parameters that can be given by position, without the object or class of a method."""
    called: frozenset[str]
    handed_on: Mapping[str, list[nodes.Call]]
    """Those that are arguments of calls, with the calls."""


class CalledParameters:
    """Answers for every function of a project, each worked out once."""

    def __init__(self, inference: Inference, callbacks: Callbacks) -> None:
        self._inference = inference
        self._callbacks = callbacks
        self._signatures: dict[Function, _Signature] = {}
        self._called_further_on: dict[Function, frozenset[str]] = {}
        self._is_called_further_on: dict[_Parameter, bool] = {}

    def called_by(self, function: Function) -> frozenset[str]:
        """Parameters that the function calls itself, in its own thread."""
        return self._signature(function).called

    def called_further_on(self, function: Function) -> frozenset[str]:
        """Parameters that are called, in the same thread, by functions which get them from this one."""
        known = self._called_further_on.get(function)
        if known is None:
            handed_on = self._signature(function).handed_on
            known = frozenset(name for name in handed_on if self._follow((function, name))) or _NONE
            self._called_further_on[function] = known
        return known

    def arguments(self, function: Function, call: nodes.Call) -> Iterator[tuple[str, nodes.Expression]]:
        """The arguments of a call of `function` with the parameters that they are given to."""
        yield from zip(self._signature(function).positional, call.args, strict=False)
        for keyword in call.keywords:
            yield keyword.name or "", keyword.value

    def forget(self, function: Function) -> None:
        """The body of a function is another now."""
        self._signatures.pop(function, None)
        self._called_further_on.pop(function, None)

    def _signature(self, function: Function) -> _Signature:
        known = self._signatures.get(function)
        if known is None:
            known = self._signatures[function] = self._find(function)
        return known

    def _find(self, function: Function) -> _Signature:
        parameters = function.node.parameters
        if function.owner is not None and not self._inference.has_decorator(function, _STATIC):
            parameters = parameters[1:]
        names = {each.name for each in parameters if not _is_plain(each.annotation)}
        if names:
            function.reveal(CALLED_PARAMETERS)
        called: set[str] = set()
        handed_on: dict[str, list[nodes.Call]] = {}
        renamed: list[tuple[str, str]] = []
        for node in function.body_nodes if names else ():
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
        positional = tuple(each.name for each in parameters if each.kind in _POSITIONAL)
        return _Signature(positional, frozenset(names & called) or _NONE, handed_on or _NOWHERE)

    def _follow(self, start: _Parameter) -> bool:
        """Whether one of the functions that a parameter is handed on to, however far, calls it."""
        known = self._is_called_further_on
        before: dict[_Parameter, _Parameter | None] = {start: None}
        """What it is handed on as, each with the parameter that was handed on there."""
        waiting = [start]
        while waiting:
            current = waiting.pop()
            receivers: list[_Parameter] = []
            is_called = known.get(current)
            if is_called is None:
                is_called, receivers = self._handed_to(current)
            if is_called:
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

    def _handed_to(self, parameter: _Parameter) -> tuple[bool, list[_Parameter]]:
        """Whether a function that gets the parameter calls it itself, and the parameters that it becomes."""
        function, name = parameter
        found: list[_Parameter] = []
        for call in self._signature(function).handed_on.get(name, ()):
            callee = self._inference.callee(call, function.body_scope)
            if isinstance(callee, External) and self._is_called_back(name, callee, call):
                return True, []
            target = callee.function if isinstance(callee, Method) else callee
            if isinstance(target, Function):
                for each, value in self.arguments(target, call):
                    if isinstance(value, nodes.Name) and value.id == name:
                        if each in self.called_by(target):
                            return True, []
                        found.append((target, each))
        return False, found

    def _is_called_back(self, name: str, callee: External, call: nodes.Call) -> bool:
        """Whether a library's function calls, in the same thread, what it is given by that name."""
        callback = self._callbacks.taken_by(callee.name)
        if callback is None or callback.wraps or callback.function is not Place.HERE:
            return False
        return any(
            isinstance(each, nodes.Name) and each.id == name for each in callback_arguments(callback, call)
        )


def _is_plain(annotation: nodes.Expression | None) -> bool:
    """Whether a type is written that nobody calls: `str`, `list[X]`, `int | None`."""
    match annotation:
        case nodes.Name(id=name) | nodes.Subscript(value=nodes.Name(id=name)):
            return name in _PLAIN
        case nodes.BinaryOperation(left=left, right=nodes.Constant(value=None)):
            return _is_plain(left)
    return False


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
