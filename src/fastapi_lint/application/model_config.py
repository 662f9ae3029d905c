"""The configuration of Pydantic models, in every way to write it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.scopes import Class
from fastapi_lint.application.values import External, Literal
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.scopes import Scope

_LIBRARY_BASES = frozenset(
    {"abc.ABC", "builtins.object", "pydantic.BaseModel", "typing.Generic", "typing.Protocol"}
)
"""Classes that configure nothing."""


class Setting(NamedTuple):
    """One key of a model's configuration."""

    value: str | int | float | bool | None
    """None where it is not set."""
    is_known: bool
    """False where something that is not known may set it."""


_UNKNOWN = Setting(None, False)
_UNSET = Setting(None, True)


def model_setting(inference: Inference, cls: Class, name: str) -> Setting:
    """What a class, or the nearest of its bases that says something, sets a key of its configuration to."""
    line = inference.mro(cls)
    written = sum(len(base.node.bases) for base in line if isinstance(base, Class))
    for base in line:
        if isinstance(base, External):
            if base.name not in _LIBRARY_BASES:
                return _UNKNOWN
            continue
        for given, scope in _configurations(base):
            if given is None:
                return _UNKNOWN
            if name in given:
                value = inference.infer(given[name], scope)
                return Setting(value.value, True) if isinstance(value, Literal) else _UNKNOWN
    return _UNSET if written <= len(line) - 1 else _UNKNOWN


def _configurations(cls: Class) -> Iterator[tuple[dict[str, nodes.Expression] | None, Scope]]:
    """What the class itself writes: keywords of its header, `model_config`, `class Config`; None for unknown keys."""
    keywords = {each.name: each.value for each in cls.node.keywords if each.name is not None}
    yield keywords, cls.scope
    for binding in cls.body_scope.bindings.get("model_config", ()):
        yield _entries(binding.value), cls.body_scope
    for binding in cls.body_scope.bindings.get("Config", ()):
        if isinstance(binding.symbol, Class):
            inner = binding.symbol
            assigned = {name: each[-1].value for name, each in inner.body_scope.bindings.items()}
            found = {name: value for name, value in assigned.items() if value is not None}
            yield (None if inner.node.bases else found), inner.body_scope


def _entries(node: nodes.Expression | None) -> dict[str, nodes.Expression] | None:
    if (
        isinstance(node, nodes.Call)
        and not node.args
        and all(each.name is not None for each in node.keywords)
    ):
        return {each.name: each.value for each in node.keywords if each.name is not None}
    if isinstance(node, nodes.Mapping):
        found = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if not isinstance(key, nodes.Constant):
                return None
            found[str(key.value)] = value
        return found
    return None
