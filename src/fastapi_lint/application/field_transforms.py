"""What validators and serialisers put in the place of a field's value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.revealed import TRANSFORMED
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.scopes import Scope

_SERIALISERS = {"pydantic.PlainSerializer", "pydantic.WrapSerializer"}
_VALIDATORS = {
    "pydantic.AfterValidator",
    "pydantic.BeforeValidator",
    "pydantic.PlainValidator",
    "pydantic.WrapValidator",
}
_FIELD_SERIALISERS = {"pydantic.field_serializer"}
_FIELD_VALIDATORS = {"pydantic.field_validator", "pydantic.validator"}
_MODEL_VALIDATORS = {"pydantic.model_validator", "pydantic.root_validator"}


class FieldTransforms:
    """Tells the fields whose value is not sent as it is stored."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def by_marker(self, marker: nodes.Call, scope: Scope) -> bool:
        """Whether `PlainSerializer(…)`, `AfterValidator(…)` and the like in `Annotated` give another value."""
        name = self._inference.qualified_name(marker.func, scope)
        if name in _VALIDATORS:
            function = self._inference.infer(marker.argument(0, "func"), scope)
            return not (isinstance(function, Function) and returns_argument(function, 0))
        return name in _SERIALISERS

    def by_methods(self, cls: Class) -> Iterator[str]:
        """The names of fields, `*` for all, for which methods of the class or its bases give another value."""
        for base in self._inference.mro(cls):
            for method in base.body_scope.definitions() if isinstance(base, Class) else ():
                if isinstance(method, Function):
                    yield from self._of_method(method)

    def _of_method(self, method: Function) -> Iterator[str]:
        names = set(self._inference.decorator_names(method))
        if method.name == "model_post_init" or names & _MODEL_VALIDATORS:
            yield from replaced(method)
        for decorator in method.node.decorators:
            if isinstance(decorator, nodes.Call):
                name = self._inference.qualified_name(decorator.func, method.scope)
                validates = name in _FIELD_VALIDATORS and not returns_argument(method, 1)
                if validates or name in _FIELD_SERIALISERS:
                    for each in decorator.args:
                        yield self._inference.literal_string(each, method.scope) or "*"


def returns_argument(function: Function, position: int) -> bool:
    """Whether a function gives back the argument at a position and nothing else."""
    parameters = function.node.parameters
    if position >= len(parameters):
        return False
    function.reveal(TRANSFORMED)
    returned = find_in_scope(function.node.body, {nodes.Return})
    name = parameters[position].name
    rebound = any(binding.kind != "parameter" for binding in function.body_scope.bindings[name])
    return not rebound and bool(returned) and all(_is_name(each.value, name) for each in returned)


def replaced(method: Function) -> Iterator[str]:
    """The fields that a validator of the whole model assigns or removes."""
    method.reveal(TRANSFORMED)
    first = method.node.parameters[0].name if method.node.parameters else ""
    for node in find_in_scope(method.node.body, {nodes.Assign, nodes.Call, nodes.Delete}):
        for target in node.targets if not isinstance(node, nodes.Call) else ():
            if isinstance(target, nodes.Attribute) and _is_name(target.value, first):
                yield target.attr
            elif isinstance(target, nodes.Subscript) and isinstance(target.index, nodes.Constant):
                yield str(target.index.value)
        if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Attribute) and node.args:
            key = node.args[0]
            if node.func.attr in ("pop", "setdefault") and isinstance(key, nodes.Constant):
                yield str(key.value)


def _is_name(node: nodes.Expression | None, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.id == name
