"""Constants of the checked project, as far as the code writes them down.

A setting counts with its default, and so does an environment variable: that is what an installation runs with
until somebody sets it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.values import Display, External, Literal, Value
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.inference import Inference
    from fastapi_lint.application.scopes import Scope

_ENVIRONMENT = {"os.environ.get", "os.getenv", "environ.get"}


class Constants:
    """Evaluates expressions to constants; None stands for unknown."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def boolean(self, node: nodes.Expression | None, scope: Scope) -> bool | None:
        """The truth value of a constant."""
        value = self._inference.infer(node, scope)
        return value.value if isinstance(value, Literal) and isinstance(value.value, bool) else None

    def string(self, node: nodes.Expression | None, scope: Scope) -> str | None:
        """A constant string, or the default of an environment variable."""
        value = self._inference.infer(node, scope)
        if isinstance(value, Literal):
            return value.value if isinstance(value.value, str) else None
        call = self._environment_lookup(node, scope)
        return self.string(call.argument(1, "default"), scope) if call is not None else None

    def strings(self, node: nodes.Expression | None, scope: Scope) -> tuple[str, ...] | None:
        """The strings of a constant list, tuple or set; None when any of them is unknown.

        A single string is one element. `default.split(",")` counts with its default.
        """
        text = self.string(node, scope)
        if text is not None:
            return (text,)
        node, scope = self._definition(node, scope)
        if isinstance(node, nodes.Call):
            return self._split(node, scope)
        value: Value | None = self._inference.infer(node, scope)
        if not isinstance(value, Display) or not isinstance(value.node, nodes.Sequence):
            return None
        found: list[str] = []
        for element in value.node.elements:
            inner = element.value if isinstance(element, nodes.Starred) else element
            known = (
                self.strings(inner, value.scope)
                if isinstance(element, nodes.Starred)
                else self._single(inner, value.scope)
            )
            if known is None:
                return None
            found += known
        return tuple(found)

    def arguments(self, call: nodes.Call, scope: Scope) -> dict[str, tuple[nodes.Expression, Scope]]:
        """The keyword arguments of a call by name, `**mapping` with constant keys spread out."""
        found: dict[str, tuple[nodes.Expression, Scope]] = {}
        for keyword in call.keywords:
            if keyword.name is not None:
                found[keyword.name] = (keyword.value, scope)
                continue
            spread = self._inference.infer(keyword.value, scope)
            if isinstance(spread, Display) and isinstance(spread.node, nodes.Mapping):
                for key, value in zip(spread.node.keys, spread.node.values, strict=True):
                    name = self.string(key, spread.scope)
                    if name is not None:
                        found[name] = (value, spread.scope)
        return found

    def _single(self, node: nodes.Expression, scope: Scope) -> tuple[str, ...] | None:
        text = self.string(node, scope)
        return (text,) if text is not None else None

    def _split(self, node: nodes.Call, scope: Scope) -> tuple[str, ...] | None:
        if not isinstance(node.func, nodes.Attribute) or node.func.attr != "split":
            return None
        text = self.string(node.func.value, scope)
        separator = self.string(node.args[0], scope) if node.args else None
        return tuple(part.strip() for part in text.split(separator)) if text is not None else None

    def _environment_lookup(self, node: nodes.Expression | None, scope: Scope) -> nodes.Call | None:
        node, scope = self._definition(node, scope)
        if not isinstance(node, nodes.Call):
            return None
        target = self._inference.infer(node.func, scope)
        name = target.name if isinstance(target, External) else self._inference.name_of(target)
        return node if name in _ENVIRONMENT else None

    def _definition(
        self, node: nodes.Expression | None, scope: Scope
    ) -> tuple[nodes.Expression | None, Scope]:
        """The expression that a name stands for, where it has one definition only."""
        from fastapi_lint.application.annotations import definition

        if isinstance(node, (nodes.Name, nodes.Attribute)):
            binding = definition(self._inference, node, scope)
            if binding is not None and binding.kind == "assign" and binding.value is not None:
                return binding.value, binding.scope
        return node, scope
