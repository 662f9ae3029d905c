"""Which methods of which operands syntax stands for: `a[b] = c` runs `a.__setitem__`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from fastapi_lint.index import nodes

_BINARY: dict[str, tuple[str, ...]] = {
    operator: (f"__{name}__",)
    for operator, name in {
        "+": "add",
        "-": "sub",
        "*": "mul",
        "/": "truediv",
        "//": "floordiv",
        "%": "mod",
        "**": "pow",
        "@": "matmul",
        "&": "and",
        "|": "or",
        "^": "xor",
        "<<": "lshift",
        ">>": "rshift",
    }.items()
}
_IN_PLACE = {operator: (names[0].replace("__", "__i", 1), *names) for operator, names in _BINARY.items()}
_COMPARING: dict[str, tuple[str, ...]] = {
    "==": ("__eq__",),
    "!=": ("__ne__",),
    "<": ("__lt__",),
    "<=": ("__le__",),
    ">": ("__gt__",),
    ">=": ("__ge__",),
}
_CONTAINING = ("__contains__", "__iter__")
_BUILTINS = {
    f"builtins.{name}": (f"__{name}__",) for name in ("bool", "hash", "iter", "len", "next", "repr", "str")
}
_Operand: TypeAlias = tuple[nodes.Expression, tuple[str, ...]]
"""With the names of the methods that an operator runs, the first one that the operand has."""
_PLAIN = (nodes.Constant, nodes.FormattedString, nodes.Sequence, nodes.Mapping)
"""Operands of built-in types: what stands beside one is one too, as a rule."""


def run_by_operator(
    node: nodes.BinaryOperation | nodes.AugmentedAssign | nodes.Comparison,
) -> Iterable[_Operand]:
    """The operands whose methods an operator runs, each with their names: the first one that it has counts."""
    if isinstance(node, nodes.Comparison):
        return _compared(node)
    if isinstance(node, nodes.AugmentedAssign):
        operand, names = node.target, _IN_PLACE.get(node.operator)
    else:
        operand, names = node.left, _BINARY.get(node.operator)
        if isinstance(node.right, _PLAIN):
            return ()
    return () if names is None or isinstance(operand, _PLAIN) else ((operand, names),)


def _compared(node: nodes.Comparison) -> list[_Operand]:
    found: list[_Operand] = []
    left = node.left
    for operator, right in zip(node.operators, node.comparators, strict=True):
        if not isinstance(right, _PLAIN):
            if operator in ("in", "not in"):
                found.append((right, _CONTAINING))
            elif operator in _COMPARING and not isinstance(left, _PLAIN):
                found.append((left, _COMPARING[operator]))
        left = right
    return found


def run_by_builtin(name: str) -> tuple[str, ...]:
    """The methods of its argument that a built-in function runs, the first one that it has; none for others."""
    return _BUILTINS.get(name, ())
