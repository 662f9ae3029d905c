"""Expressions, with the parameters, keyword arguments and `for` clauses that occur in them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from fastapi_lint.index.nodes.node import Node
from fastapi_lint.index.nodes.shared import Identifier, Line

# Words of a small vocabulary are declared as such: decoded, all nodes share one string of each.
DisplayKind: TypeAlias = Literal["tuple", "list", "set"]
ComprehensionKind: TypeAlias = Literal["list", "set", "dict", "generator"]
ParameterKind: TypeAlias = Literal["positional-only", "positional", "variadic", "keyword-only", "keywords"]
BooleanOperator: TypeAlias = Literal["and", "or"]
BinaryOperator: TypeAlias = Literal[
    "+", "-", "*", "/", "//", "%", "**", "<<", ">>", "|", "^", "&", "@"
]  # fmt: skip
ComparisonOperator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"]


class Name(Node, tag=1):
    """A bare name."""

    id: Identifier
    line: Line
    column: int


class Attribute(Node, tag=2):
    """`value.attr`."""

    value: Expression
    attr: Identifier
    line: Line
    column: int


class Call(Node, tag=3):
    """`func(*args, **keywords)`; an argument list keeps `*x` as `Starred`, `**x` as a keyword without name."""

    func: Expression
    args: tuple[Expression, ...]
    keywords: tuple[Keyword, ...]
    line: Line
    column: int
    end_line: Line
    end_column: int

    @property
    def span(self) -> tuple[int, int, int, int]:
        """Start line, start column, end line, end column."""
        return (self.line, self.column, self.end_line, self.end_column)

    def keyword(self, name: str) -> Expression | None:
        """The value of the keyword argument `name`, or None when it is not written."""
        for keyword in self.keywords:
            if keyword.name == name:
                return keyword.value
        return None

    def argument(self, position: int, name: str) -> Expression | None:
        """The argument given at `position` or as keyword `name`; None when absent or behind a `*`."""
        if position < len(self.args):
            before = self.args[: position + 1]
            if not any(isinstance(value, Starred) for value in before):
                return self.args[position]
        return self.keyword(name)


class Keyword(Node, tag=4):
    """`name=value` in a call or class header; `**value` has no name."""

    name: Identifier | None
    value: Expression
    line: Line
    column: int


class Constant(Node, tag=5):
    """A literal string, number, boolean or None."""

    value: str | int | float | bool | None
    line: Line
    column: int


class Ellipsis(Node, tag=6):
    """`...`."""

    line: Line


class Subscript(Node, tag=7):
    """`value[index]`; several indices are one tuple `Sequence`."""

    value: Expression
    index: Expression
    line: Line
    column: int


class Sequence(Node, tag=8):
    """A tuple, list or set display."""

    kind: DisplayKind
    elements: tuple[Expression, ...]
    line: Line
    column: int


class Mapping(Node, tag=9):
    """A dict display; `**x` has the key None."""

    keys: tuple[Expression | None, ...]
    values: tuple[Expression, ...]
    line: Line
    column: int


class BinaryOperation(Node, tag=10):
    """`left + right`, `left | right` and every other binary operator, written as in the source."""

    left: Expression
    operator: BinaryOperator
    right: Expression
    line: Line
    column: int


class FormattedString(Node, tag=11):
    """An f-string; literal pieces are `Constant`, the others are the expressions interpolated."""

    parts: tuple[Expression, ...]
    line: Line
    column: int


class Await(Node, tag=12):
    """`await value`."""

    value: Expression
    line: Line


class Starred(Node, tag=13):
    """`*value`."""

    value: Expression
    line: Line


class Conditional(Node, tag=14):
    """`body if test else orelse`."""

    test: Expression
    body: Expression
    orelse: Expression
    line: Line


class BooleanOperation(Node, tag=15):
    """`a and b`, `a or b`."""

    operator: BooleanOperator
    values: tuple[Expression, ...]
    line: Line


class NamedExpression(Node, tag=16):
    """`name := value`."""

    name: Identifier
    value: Expression
    line: Line


class Lambda(Node, tag=17):
    """`lambda parameters: body`."""

    parameters: tuple[Parameter, ...]
    body: Expression
    line: Line
    column: int


class Parameter(Node, tag=40):
    """One parameter of a function."""

    name: Identifier
    kind: ParameterKind
    annotation: Expression | None
    default: Expression | None
    line: Line
    column: int


class Comprehension(Node, tag=18):
    """A comprehension or generator expression."""

    kind: ComprehensionKind
    elements: tuple[Expression, ...]
    """The element, or key and value."""
    generators: tuple[Generator, ...]
    line: Line


class Generator(Node, tag=19):
    """`for target in iterable if conditions` of a comprehension."""

    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]
    is_async: bool


class Yield(Node, tag=20):
    """`yield value` or `yield from value`."""

    value: Expression | None
    is_from: bool
    line: Line


class Comparison(Node, tag=22):
    """`left < a == b`."""

    left: Expression
    operators: tuple[ComparisonOperator, ...]
    comparators: tuple[Expression, ...]
    line: Line


class Negation(Node, tag=23):
    """`not value`."""

    value: Expression
    line: Line


class Opaque(Node, tag=21):
    """Any other expression: its operator is of no interest, the expressions inside it are."""

    parts: tuple[Expression, ...]
    line: Line


Expression: TypeAlias = (
    Name
    | Attribute
    | Call
    | Constant
    | Ellipsis
    | Subscript
    | Sequence
    | Mapping
    | BinaryOperation
    | FormattedString
    | Await
    | Starred
    | Conditional
    | BooleanOperation
    | NamedExpression
    | Lambda
    | Comprehension
    | Yield
    | Comparison
    | Negation
    | Opaque
)
