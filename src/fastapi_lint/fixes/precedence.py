"""Where an expression needs parentheses: how tightly each kind binds, and how tightly each place demands."""

from __future__ import annotations

import enum
from typing import TypeVar

import libcst as cst

_Expression = TypeVar("_Expression", bound=cst.BaseExpression)


class Binding(enum.IntEnum):
    """How tightly an expression holds together, loosest first."""

    LOOSE = 0
    ASSIGNMENT = 1
    LAMBDA = 2
    CONDITIONAL = 3
    OR = 4
    AND = 5
    NOT = 6
    COMPARISON = 7
    BIT_OR = 8
    BIT_XOR = 9
    BIT_AND = 10
    SHIFT = 11
    SUM = 12
    PRODUCT = 13
    SIGN = 14
    POWER = 15
    AWAIT = 16
    PRIMARY = 17
    ATOM = 18

    def tighter(self) -> Binding:
        """One step tighter: what the right side of an operator demands that groups to the left."""
        return Binding(self + 1)


_EXPRESSIONS: dict[type[cst.CSTNode], Binding] = {
    cst.Yield: Binding.LOOSE,
    cst.Tuple: Binding.LOOSE,
    cst.GeneratorExp: Binding.LOOSE,
    cst.StarredElement: Binding.LOOSE,
    cst.NamedExpr: Binding.ASSIGNMENT,
    cst.Lambda: Binding.LAMBDA,
    cst.IfExp: Binding.CONDITIONAL,
    cst.Comparison: Binding.COMPARISON,
    cst.Await: Binding.AWAIT,
    cst.Attribute: Binding.PRIMARY,
    cst.Call: Binding.PRIMARY,
    cst.Subscript: Binding.PRIMARY,
}

_OPERATORS: dict[type[cst.CSTNode], Binding] = {
    cst.Or: Binding.OR,
    cst.And: Binding.AND,
    cst.Not: Binding.NOT,
    cst.BitOr: Binding.BIT_OR,
    cst.BitXor: Binding.BIT_XOR,
    cst.BitAnd: Binding.BIT_AND,
    cst.LeftShift: Binding.SHIFT,
    cst.RightShift: Binding.SHIFT,
    cst.Add: Binding.SUM,
    cst.Subtract: Binding.SUM,
    cst.Multiply: Binding.PRODUCT,
    cst.MatrixMultiply: Binding.PRODUCT,
    cst.Divide: Binding.PRODUCT,
    cst.FloorDivide: Binding.PRODUCT,
    cst.Modulo: Binding.PRODUCT,
    cst.Plus: Binding.SIGN,
    cst.Minus: Binding.SIGN,
    cst.BitInvert: Binding.SIGN,
    cst.Power: Binding.POWER,
}

_PLACES: dict[type[cst.CSTNode], Binding] = {
    cst.Attribute: Binding.PRIMARY,
    cst.Call: Binding.PRIMARY,
    cst.Subscript: Binding.PRIMARY,
    cst.Await: Binding.PRIMARY,
    cst.Comparison: Binding.BIT_OR,
    cst.ComparisonTarget: Binding.BIT_OR,
    cst.StarredElement: Binding.BIT_OR,
    cst.StarredDictElement: Binding.BIT_OR,
    cst.CompFor: Binding.OR,
    cst.CompIf: Binding.OR,
}


def binding(expression: cst.BaseExpression) -> Binding:
    """How tightly an expression holds together as it is written."""
    if expression.lpar:
        return Binding.ATOM
    if isinstance(expression, (cst.BinaryOperation, cst.UnaryOperation, cst.BooleanOperation)):
        return _OPERATORS[type(expression.operator)]
    return _EXPRESSIONS.get(type(expression), Binding.ATOM)


def demanded(parent: cst.CSTNode | None, child: cst.CSTNode) -> Binding:
    """How tightly an expression must hold together to stand in the place of `child`."""
    if isinstance(parent, cst.UnaryOperation):
        return _OPERATORS[type(parent.operator)]
    if isinstance(parent, (cst.BinaryOperation, cst.BooleanOperation)):
        own = _OPERATORS[type(parent.operator)]
        if isinstance(parent.operator, cst.Power):
            return Binding.AWAIT if child is parent.left else Binding.SIGN
        return own if child is parent.left else own.tighter()
    if isinstance(parent, cst.IfExp):
        return Binding.LAMBDA if child is parent.orelse else Binding.OR
    return _PLACES.get(type(parent), Binding.LAMBDA) if parent is not None else Binding.LAMBDA


def fitted(expression: _Expression, parent: cst.CSTNode | None, child: cst.CSTNode) -> _Expression:
    """The expression as it has to be written in the place of `child`: in parentheses where it needs them."""
    number = isinstance(expression, cst.Integer) and isinstance(parent, cst.Attribute)
    if binding(expression) >= demanded(parent, child) and not number:
        return expression
    if isinstance(parent, cst.WithItem) and isinstance(expression, cst.Tuple):
        expression = parenthesized(expression)  # `with (a, b):` has two items
    return parenthesized(expression)


def parenthesized(expression: _Expression) -> _Expression:
    """The expression in one more pair of parentheses."""
    return expression.with_changes(
        lpar=[cst.LeftParen(), *expression.lpar], rpar=[*expression.rpar, cst.RightParen()]
    )
