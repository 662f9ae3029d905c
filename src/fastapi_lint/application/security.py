"""Which dependencies authenticate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application import values as static
from fastapi_lint.application.revealed import RAISED, SOMETHING
from fastapi_lint.application.scopes import Function, Scope
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope, last_name, mentions, walk_scope

if TYPE_CHECKING:
    from fastapi_lint.application.dependencies import Dependency
    from fastapi_lint.application.inference import Inference

_SCHEMES = "fastapi.security."
_ERRORS = frozenset({"HTTPException", "WebSocketException"})
_CATCHING = frozenset({None, "BaseException", "Exception", "HTTPException"})
"""How the exceptions are called of an `except` that catches every HTTP error; None of one without any."""
_DEPTH = 4
_STATUS = re.compile(r"\.(?:HTTP|WS)_(\d+)_\w+$")


class Raising(NamedTuple):
    """A function of the project that is called, or makes the error that is raised."""

    function: Function
    makes_error: bool


class Security:
    """Answers for every dependency of a project, each worked out once."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._raised: dict[Function, frozenset[int]] = {}

    def forget(self, function: Function) -> None:
        """The body of a function is another now."""
        self._raised.pop(function, None)

    def authenticates(self, dependency: Dependency) -> bool:
        """Whether it is a security scheme, or raises 401 or 403 itself or in a helper."""
        return self.is_scheme(dependency) or bool(self.raised_by(dependency) & {401, 403, 1008})

    def is_scheme(self, dependency: Dependency) -> bool:
        """Whether it is an object of one of FastAPI's security classes, or of a class derived from one."""
        callee = dependency.callee
        if callee.kind != "instance":
            return False
        if callee.library_name is not None and callee.library_name.startswith(_SCHEMES):
            return True
        if callee.cls is None:
            return False
        line = self._inference.mro(callee.cls)
        return any(isinstance(base, static.External) and base.name.startswith(_SCHEMES) for base in line)

    def raised_by(self, dependency: Dependency) -> frozenset[int]:
        """The statuses of the HTTP errors that it raises itself or in a helper, as far as they are known."""
        function = dependency.callee.function
        if function is None:
            return frozenset()
        function.reveal(RAISED)
        return self.raises(function)

    def raises(self, function: Function, depth: int = _DEPTH) -> frozenset[int]:
        """The statuses of the HTTP errors that a function raises, also in project functions it calls."""
        if function in self._raised:
            return self._raised[function]
        self._raised[function] = frozenset()
        found: set[int] = set()
        for each in self.outcomes(function, with_calls=depth > 0):
            if isinstance(each, int):
                found.add(each)
            else:
                each.function.reveal(RAISED)
                found |= self.raises(each.function, _DEPTH if each.makes_error else depth - 1)
        self._raised[function] = frozenset(found)
        return self._raised[function]

    def outcomes(self, function: Function, *, with_calls: bool = True) -> Iterator[int | Raising]:
        """The statuses of the HTTP errors that a function raises itself, and who may raise others, in order."""
        scope = function.body_scope
        caught = self._caught(function)
        for node in walk_scope(function.node.body):
            if id(node) in caught:
                continue
            if isinstance(node, nodes.Raise) and node.exception is not None:
                yield from self._raised_as(node.exception, scope)
            elif isinstance(node, nodes.Call) and with_calls:
                target = self._called(node, scope)
                if target is not None:
                    yield Raising(target, makes_error=False)

    def _called(self, call: nodes.Call, scope: Scope) -> Function | None:
        called = self._inference.infer(call.func, scope)
        target = called.function if isinstance(called, static.Method) else called
        return target if isinstance(target, Function) else None

    def _caught(self, function: Function) -> frozenset[int]:
        """What stands in a `try` that catches every HTTP error, and goes on without one."""
        return frozenset(
            id(node)
            for block in find_in_scope(function.node.body, {nodes.Try})
            if any(self._swallows(each, function.body_scope) for each in block.handlers)
            for node in walk_scope(block.body)
        )

    def _swallows(self, handler: nodes.ExceptHandler, scope: Scope) -> bool:
        caught = {last_name(each) for each in _alternatives(handler.exception)}
        if _CATCHING.isdisjoint(caught) or mentions(handler, nodes.Raise):
            return False
        for call in find_in_scope(handler.body, {nodes.Call}):
            called = self._called(call, scope)
            if called is not None:
                called.reveal(SOMETHING)
                if mentions(called.node, nodes.Raise):
                    return False
        return True

    def _raised_as(self, exception: nodes.Expression, scope: Scope) -> Iterator[int | Raising]:
        if isinstance(exception, nodes.Name):
            binding = scope.bindings.get(exception.id) or scope.module.scope.bindings.get(exception.id)
            if binding and isinstance(binding[-1].value, nodes.Call):
                exception, scope = binding[-1].value, binding[-1].scope
        if not isinstance(exception, nodes.Call):
            return
        cls = self._inference.infer(exception.func, scope)
        if isinstance(cls, static.External) and cls.last in _ERRORS:
            status = self._status(exception.argument(0, "status_code") or exception.keyword("code"), scope)
            if status is not None:
                yield status
        elif isinstance(cls, Function):
            yield Raising(cls, makes_error=True)

    def _status(self, node: nodes.Expression | None, scope: Scope) -> int | None:
        value = self._inference.infer(node, scope)
        if isinstance(value, static.Literal) and type(value.value) is int:
            return value.value
        if isinstance(value, static.External):
            found = _STATUS.search(value.name)
            return int(found.group(1)) if found else None
        return None


def _alternatives(exception: nodes.Expression | None) -> list[nodes.Expression | None]:
    return list(exception.elements) if isinstance(exception, nodes.Sequence) else [exception]
