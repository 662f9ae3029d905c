"""Which methods of which operands syntax stands for: `a[b] = c` runs `a.__setitem__`."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_lint.index import nodes

_BINARY = {
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
}
_COMPARING = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_BUILTINS = {
    "builtins.bool": "bool",
    "builtins.hash": "hash",
    "builtins.iter": "iter",
    "builtins.len": "len",
    "builtins.next": "next",
    "builtins.repr": "repr",
    "builtins.str": "str",
}
_PLAIN = (nodes.Constant, nodes.FormattedString, nodes.Sequence, nodes.Mapping)
"""Operands of built-in types: what stands beside one is one too, as a rule."""


def run_by_operator(node: nodes.Node) -> Iterator[tuple[nodes.Expression, tuple[str, ...]]]:
    """The operands whose methods an operator runs, each with their names: the first one that it has counts."""
    found: tuple[str, ...]
    match node:
        case nodes.BinaryOperation(left=operand, operator=operator, right=right) if operator in _BINARY:
            if isinstance(right, _PLAIN):
                return
            found = (f"__{_BINARY[operator]}__",)
        case nodes.AugmentedAssign(target=operand, operator=operator) if operator in _BINARY:
            found = (f"__i{_BINARY[operator]}__", f"__{_BINARY[operator]}__")
        case nodes.Comparison():
            yield from _compared(node)
            return
        case _:
            return
    if not isinstance(operand, _PLAIN):
        yield operand, found


def _compared(node: nodes.Comparison) -> Iterator[tuple[nodes.Expression, tuple[str, ...]]]:
    left = node.left
    for operator, right in zip(node.operators, node.comparators, strict=True):
        if operator in _COMPARING:
            if not isinstance(left, _PLAIN) and not isinstance(right, _PLAIN):
                yield left, (f"__{_COMPARING[operator]}__",)
        elif operator in ("in", "not in") and not isinstance(right, _PLAIN):
            yield right, ("__contains__", "__iter__")
        left = right


def run_by_builtin(name: str) -> tuple[str, ...]:
    """The methods of its argument that a built-in function runs, the first one that it has; none for others."""
    found = _BUILTINS.get(name)
    return (f"__{found}__",) if found is not None else ()
