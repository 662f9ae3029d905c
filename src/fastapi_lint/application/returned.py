"""What handlers return, as far as the code says."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.application import shapes
from fastapi_lint.application.names import reaching_bindings
from fastapi_lint.application.response_models import is_library_response
from fastapi_lint.application.scopes import Class
from fastapi_lint.application.values import External
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import branches, find_in_scope

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.models import Models
    from fastapi_lint.application.scopes import Function, Scope
    from fastapi_lint.application.value_shapes import ValueShapes

_RESPONSES = ("fastapi.Response", "starlette.responses.Response")
_PLAIN_PACKAGES = frozenset(
    {"builtins", "collections", "datetime", "decimal", "enum", "fractions", "ipaddress", "pathlib", "uuid"}
)
_HARMLESS_BASES = frozenset({"abc", "builtins", "collections", "enum", "typing"})

_CHANGING = frozenset({"append", "extend", "insert", "pop", "popitem", "setdefault", "update"})
"""Methods that change the list or dictionary they are called on."""


class Nature(enum.Enum):
    """What FastAPI makes of a returned value."""

    NOTHING = "nothing"
    """None."""
    DATA = "data"
    """It is serialised, by the response model if there is one."""
    RESPONSE = "response"
    """It is sent as it is."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Returned:
    """One value that a function may return."""

    statement: nodes.Return
    node: nodes.Expression
    """The expression; of a conditional expression, one branch."""
    scope: Scope
    shape: shapes.Shape
    nature: Nature


class ReturnedValues:
    """Reads the `return` statements of functions."""

    def __init__(self, inference: Inference, models: Models, value_shapes: ValueShapes) -> None:
        self._inference = inference
        self._models = models
        self._shapes = value_shapes
        self._found: dict[Function, tuple[Returned, ...]] = {}

    def of(self, function: Function) -> tuple[Returned, ...]:
        """The values that a function returns, in the order of its statements; `return` alone is left out."""
        if function not in self._found:
            self._found[function] = tuple(self._read(function))
        return self._found[function]

    def only_responses(self, function: Function) -> bool:
        """Whether every value it returns surely is a response of its own."""
        found = self.of(function)
        return bool(found) and all(each.nature is Nature.RESPONSE for each in found)

    def _read(self, function: Function) -> Iterator[Returned]:
        scope = function.body_scope
        for statement in find_in_scope(function.node.body, {nodes.Return}):
            if statement.value is not None:
                for node in branches(statement.value):
                    shape = self._shapes.of(node, scope)
                    yield Returned(statement, node, scope, shape, self.nature(shape))

    def nature(self, shape: shapes.Shape) -> Nature:
        """What FastAPI makes of a value of this shape."""
        match shape:
            case shapes.NoneType():
                return Nature.NOTHING
            case shapes.Collection() | shapes.Dictionary():
                return Nature.DATA
            case shapes.Scalar(name=name):
                return self._of_library_class(name)
            case shapes.Plain(cls=cls):
                return self._of_class(cls)
            case shapes.Union(members=members):
                found = {self.nature(each) for each in members} - {Nature.NOTHING}
                return found.pop() if len(found) == 1 else Nature.UNKNOWN
        return Nature.UNKNOWN

    def _of_library_class(self, name: str) -> Nature:
        cls = External(name)
        if self._inference.is_subclass(cls, _RESPONSES) or is_library_response(cls):
            return Nature.RESPONSE
        return Nature.DATA if name.partition(".")[0] in _PLAIN_PACKAGES else Nature.UNKNOWN

    def _of_class(self, cls: Class) -> Nature:
        line = self._inference.mro(cls)
        if any(isinstance(base, External) and is_library_response(base) for base in line):
            return Nature.RESPONSE
        if self._inference.is_subclass(cls, _RESPONSES):
            return Nature.RESPONSE
        if self._models.of(cls) is not None:
            return Nature.DATA
        written = sum(len(base.node.bases) for base in line if isinstance(base, Class))
        known = [base for base in line if isinstance(base, Class) or _is_harmless(base)]
        return Nature.DATA if len(known) == len(line) and written <= len(line) - 1 else Nature.UNKNOWN


def _is_harmless(base: External) -> bool:
    return base.name.partition(".")[0] in _HARMLESS_BASES


def origins(node: nodes.Expression, scope: Scope) -> Iterator[tuple[nodes.Expression, Scope]]:
    """The expressions whose value a local variable holds; any other expression itself."""
    if isinstance(node, nodes.Name):
        bindings = reaching_bindings(node.id, scope, node.line)
        values = [each.value for each in bindings if each.kind == "assign" and not each.path]
        if bindings and None not in values and len(values) == len(bindings):
            for binding in bindings:
                if binding.value is not None:
                    for branch in branches(binding.value):
                        yield branch, binding.scope
            return
    yield node, scope


def constructs(inference: Inference, call: nodes.Expression, scope: Scope, cls: str) -> bool:
    """Whether a call constructs an object of a class or of one of its subclasses, and no helper does it for it."""
    if not isinstance(call, nodes.Call):
        return False
    made = inference.infer(call.func, scope)
    return isinstance(made, (Class, External)) and inference.is_subclass(made, [cls])


def is_changed(name: str, function: Function) -> bool:
    """Whether a function puts something into a variable's dictionary or list, or takes something out."""
    for node in find_in_scope(
        function.node.body, {nodes.Assign, nodes.AugmentedAssign, nodes.Call, nodes.Delete}
    ):
        if isinstance(node, nodes.Call):
            changes = isinstance(node.func, nodes.Attribute) and node.func.attr in _CHANGING
            targets = [node.func.value] if changes and isinstance(node.func, nodes.Attribute) else []
            targets += [each for each in node.args if isinstance(each, nodes.Name)]
        elif isinstance(node, nodes.AugmentedAssign):
            targets = [node.target]
        else:
            targets = [each.value for each in node.targets if isinstance(each, nodes.Subscript)]
        if any(isinstance(each, nodes.Name) and each.id == name for each in targets):
            return True
    return False
