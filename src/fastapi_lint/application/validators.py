"""The validators of data models: methods that Pydantic calls with a field's value, or with the whole model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.scopes import Function

_OF_FIELDS = frozenset({"pydantic.field_validator", "pydantic.validator"})
_OF_MODELS = frozenset({"pydantic.model_validator", "pydantic.root_validator"})


@dataclass(frozen=True, slots=True, eq=False)
class Validator:
    """A function under one of Pydantic's decorators, or in one of its markers in `Annotated`."""

    function: Function
    decorator: nodes.Expression
    name: str
    """`field_validator`, `model_validator`, `AfterValidator` …"""
    fields: tuple[str | None, ...]
    """The names of the fields as given; None for one that is not known."""
    mode: str
    """`after`, `before`, `wrap` or `plain`."""

    @property
    def is_of_fields(self) -> bool:
        """Whether it gets the values of single fields."""
        return not self.name.startswith(("model_", "root_"))

    @property
    def call(self) -> nodes.Call | None:
        """The decorator's call."""
        return self.decorator if isinstance(self.decorator, nodes.Call) else None

    @property
    def result(self) -> str | None:
        """Name of the parameter whose value it has to give back; None when it takes none."""
        parameters = [
            each.name for each in self.function.node.parameters if each.kind.startswith("positional")
        ]
        takes_class = parameters[:1] in (["cls"], ["self"]) and self.function.owner is not None
        is_after = self.name == "model_validator" and self.mode == "after"
        position = 1 if takes_class and not is_after else 0
        return parameters[position] if position < len(parameters) else None


def validators_of(inference: Inference, function: Function) -> Iterator[Validator]:
    """What a function is by its decorators."""
    for decorator in function.node.decorators:
        target = decorator.func if isinstance(decorator, nodes.Call) else decorator
        name = inference.qualified_name(target, function.scope)
        if name in _OF_FIELDS or name in _OF_MODELS:
            call = decorator if isinstance(decorator, nodes.Call) else None
            arguments = call.args if call is not None else []
            fields = tuple(inference.literal_string(each, function.scope) for each in arguments)
            mode = (
                inference.literal_string(call.keyword("mode"), function.scope) if call is not None else None
            )
            yield Validator(function, decorator, name.rpartition(".")[2], fields, mode or "after")


def all_validators(application: Application) -> Iterator[Validator]:
    """The validators of every class in the linted modules that may define data models."""
    for function in application.functions(application.linted(application.model_modules)):
        if function.owner is not None:
            yield from validators_of(application.inference, function)
