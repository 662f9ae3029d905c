"""What of a value is sent when no response model filters it: fields of models, keys of dict displays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.application.constants import Constants
from fastapi_lint.application.exposures import Exposures, Filter
from fastapi_lint.application.returned import constructs, origins
from fastapi_lint.application.scopes import comprehension_scope
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.exposures import Exposure, Selection
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.models import Models
    from fastapi_lint.application.scopes import Scope
    from fastapi_lint.application.value_shapes import ValueShapes

_DUMPS = frozenset({"dict", "model_dump"})
_ALL_FIELDS = frozenset({"builtins.dict", "builtins.vars"})
"""What gives every field of an object, those with `Field(exclude=True)` too."""
_PLAIN_COPIES = frozenset(
    {"builtins.list", "copy.copy", "copy.deepcopy", "dataclasses.asdict", "fastapi.encoders.jsonable_encoder"}
)
_JSON = "fastapi.responses.JSONResponse"
_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Sent:
    """A named value within what is sent."""

    name: str
    path: str
    exposure: Exposure | None
    """The field of a model that it is."""
    value: nodes.Expression | None
    """What a dict display gives under this key."""
    scope: Scope


class SentValues:
    """Follows expressions to what they hold."""

    def __init__(self, inference: Inference, models: Models, value_shapes: ValueShapes) -> None:
        self._inference = inference
        self._shapes = value_shapes
        self._exposures = Exposures(models)
        self._constants = Constants(inference)

    def of(self, node: nodes.Expression, scope: Scope) -> Iterator[Sent]:
        """Everything with a name that serialising the value sends."""
        yield from self._of(node, scope, "", _DEPTH)

    def _of(self, node: nodes.Expression, scope: Scope, path: str, depth: int) -> Iterator[Sent]:
        if depth == 0:
            return
        match node:
            case nodes.Mapping(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    yield from self._of_entry(key, value, scope, path, depth - 1)
            case nodes.Sequence(elements=elements):
                for each in elements:
                    yield from self._of(each, scope, f"{path}[]", depth - 1)
            case nodes.Comprehension(elements=elements):
                yield from self._of(elements[-1], comprehension_scope(node, scope), f"{path}[]", depth - 1)
            case nodes.BinaryOperation(operator="|", left=left, right=right):
                yield from self._of(left, scope, path, depth - 1)
                yield from self._of(right, scope, path, depth - 1)
            case nodes.Attribute(value=value, attr="__dict__"):
                yield from self._stored(value, scope, path)
            case nodes.Call():
                yield from self._of_call(node, scope, path, depth - 1)
            case nodes.Name():
                yield from self._of_name(node, scope, path, depth - 1)
            case _:
                yield from self._fields(node, scope, path, Filter())

    def _of_entry(
        self, key: nodes.Expression | None, value: nodes.Expression, scope: Scope, path: str, depth: int
    ) -> Iterator[Sent]:
        if key is None:
            yield from self._of(value, scope, path, depth)
            return
        name = self._inference.literal_string(key, scope)
        if name is not None:
            here = _joined(path, name)
            yield Sent(name, here, None, value, scope)
            yield from self._of(value, scope, here, depth)

    def _of_name(self, node: nodes.Name, scope: Scope, path: str, depth: int) -> Iterator[Sent]:
        for origin, where in origins(node, scope):
            if origin is node:
                yield from self._fields(node, scope, path, Filter())
            else:
                yield from self._of(origin, where, path, depth)

    def _of_call(self, call: nodes.Call, scope: Scope, path: str, depth: int) -> Iterator[Sent]:
        name = self._inference.qualified_name(call.func, scope)
        if isinstance(call.func, nodes.Attribute) and call.func.attr in _DUMPS:
            yield from self._fields(call.func.value, scope, path, self._filter(call, scope))
        elif name in _ALL_FIELDS and len(call.args) == 1:
            yield from self._stored(call.args[0], scope, path)
        elif name in _PLAIN_COPIES and call.args:
            chosen = self._filter(call, scope)
            if chosen == Filter():
                yield from self._of(call.args[0], scope, path, depth)
            else:
                yield from self._fields(call.args[0], scope, path, chosen)
        elif constructs(self._inference, call, scope, _JSON):
            content = call.argument(0, "content")
            if content is not None:
                yield from self._of(content, scope, path, depth)
        else:
            yield from self._fields(call, scope, path, Filter())

    def _fields(
        self, node: nodes.Expression, scope: Scope, path: str, chosen: Filter | None
    ) -> Iterator[Sent]:
        """The fields of a model that an expression gives."""
        if chosen is not None:
            for each in self._exposures.of(self._shapes.of(node, scope), chosen):
                yield Sent(each.field.name, _joined(path, each.path), each, None, scope)

    def _stored(self, node: nodes.Expression, scope: Scope, path: str) -> Iterator[Sent]:
        for each in self._exposures.stored(self._shapes.of(node, scope)):
            yield Sent(each.field.name, _joined(path, each.path), each, None, scope)

    def _filter(self, call: nodes.Call, scope: Scope) -> Filter | None:
        """What `include=` and `exclude=` of a dump leave; None when that is not known."""
        chosen: dict[str, Selection] = {}
        for name in ("include", "exclude"):
            given = call.keyword(name)
            if given is None or (isinstance(given, nodes.Constant) and given.value is None):
                continue
            names = self._constants.strings(given, scope)
            if names is None:
                return None
            chosen[name] = dict.fromkeys(names)
        return Filter(chosen.get("include"), chosen.get("exclude"))


def _joined(path: str, inner: str) -> str:
    return f"{path}{inner}" if not path or inner.startswith("[") else f"{path}.{inner}"
