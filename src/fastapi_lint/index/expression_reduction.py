"""From `ast` expressions to the index's own: a walk driven by a table.

Lines count from 1; columns are taken as they are, so they have to be in characters already.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from fastapi_lint.index import nodes

BINARY_OPERATORS: dict[type[ast.AST], nodes.BinaryOperator] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.BitAnd: "&",
    ast.MatMult: "@",
}
_BOOLEAN: dict[type[ast.AST], nodes.BooleanOperator] = {ast.And: "and", ast.Or: "or"}
_COMPARISON: dict[type[ast.AST], nodes.ComparisonOperator] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_COMPREHENSIONS: dict[type[ast.AST], nodes.ComprehensionKind] = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.DictComp: "dict",
    ast.GeneratorExp: "generator",
}


class ExpressionReduction:
    """A walk over expressions, which gathers what the enclosing function wants to know of them.

    `_yields` tells whether a `yield` was met, `_stores` whether an attribute was assigned to, `_names` whether
    a `:=` was met.
    """

    def __init__(self) -> None:
        self._yields = False
        self._stores = False
        self._names = False
        self.called: set[str] = set()
        """Last names of what was called so far in the enclosing function."""

    def expression(self, node: ast.expr) -> nodes.Expression:
        """The reduced form of an expression."""
        return _EXPRESSIONS[type(node)](self, node)

    def _optional(self, node: ast.expr | None) -> nodes.Expression | None:
        return None if node is None else _EXPRESSIONS[type(node)](self, node)

    def _all(self, values: list[ast.expr]) -> tuple[nodes.Expression, ...]:
        table = _EXPRESSIONS
        return tuple([table[type(value)](self, value) for value in values])

    # What most of a file consists of looks into the table itself, to save a call for each node.

    def _name(self, node: ast.Name) -> nodes.Expression:
        return nodes.Name(node.id, node.lineno, node.col_offset)

    def _constant(self, node: ast.Constant) -> nodes.Expression:
        value = node.value
        if value is None or type(value) is bool or (type(value) is str and value.isascii()):
            return nodes.Constant(value, node.lineno, node.col_offset)
        if value is ...:
            return nodes.Ellipsis(node.lineno)
        if isinstance(value, (bytes, complex)):
            return nodes.Opaque((), node.lineno)
        if type(value) is int and not -(2**63) <= value < 2**64:
            return nodes.Opaque((), node.lineno)
        if isinstance(value, str) and not value.isascii():
            value = value.encode("utf-8", "replace").decode()
        return nodes.Constant(value, node.lineno, node.col_offset)

    def _attribute(self, node: ast.Attribute) -> nodes.Expression:
        if type(node.ctx) is ast.Store:
            self._stores = True
        value = node.value
        return nodes.Attribute(
            _EXPRESSIONS[type(value)](self, value), node.attr, node.lineno, node.col_offset
        )

    def _call(self, node: ast.Call) -> nodes.Expression:
        func, table = node.func, _EXPRESSIONS
        kind = type(func)
        if kind is ast.Name:
            self.called.add(cast("ast.Name", func).id)
        elif kind is ast.Attribute:
            self.called.add(cast("ast.Attribute", func).attr)
        return nodes.Call(
            table[kind](self, func),
            tuple([table[type(value)](self, value) for value in node.args]),
            self._keywords(node.keywords) if node.keywords else (),
            node.lineno,
            node.col_offset,
            node.end_lineno or node.lineno,
            node.end_col_offset or node.col_offset,
        )

    def _keywords(self, keywords: list[ast.keyword]) -> tuple[nodes.Keyword, ...]:
        table = _EXPRESSIONS
        return tuple(
            [
                nodes.Keyword(k.arg, table[type(k.value)](self, k.value), k.lineno, k.col_offset)
                for k in keywords
            ]
        )

    def _subscript(self, node: ast.Subscript) -> nodes.Expression:
        value, index = self.expression(node.value), self.expression(node.slice)
        return nodes.Subscript(value, index, node.lineno, node.col_offset)

    def _tuple(self, node: ast.Tuple) -> nodes.Expression:
        return nodes.Sequence("tuple", self._all(node.elts), node.lineno, node.col_offset)

    def _list(self, node: ast.List) -> nodes.Expression:
        return nodes.Sequence("list", self._all(node.elts), node.lineno, node.col_offset)

    def _set(self, node: ast.Set) -> nodes.Expression:
        return nodes.Sequence("set", self._all(node.elts), node.lineno, node.col_offset)

    def _dict(self, node: ast.Dict) -> nodes.Expression:
        keys = tuple([self._optional(key) for key in node.keys])
        return nodes.Mapping(keys, self._all(node.values), node.lineno, node.col_offset)

    def _binary_operation(self, node: ast.BinOp) -> nodes.Expression:
        # A long sum is a deep left spine: walk it without recursion.
        spine = [node]
        while isinstance(spine[-1].left, ast.BinOp):
            spine.append(spine[-1].left)
        result = self.expression(spine[-1].left)
        for part in reversed(spine):
            result = nodes.BinaryOperation(
                result,
                BINARY_OPERATORS[type(part.op)],
                self.expression(part.right),
                part.lineno,
                part.col_offset,
            )
        return result

    def _joined_string(self, node: ast.JoinedStr) -> nodes.Expression:
        return nodes.FormattedString(self._all(node.values), node.lineno, node.col_offset)

    def _formatted_value(self, node: ast.FormattedValue) -> nodes.Expression:
        return self.expression(node.value)

    def _await(self, node: ast.Await) -> nodes.Expression:
        return nodes.Await(self.expression(node.value), node.lineno)

    def _starred(self, node: ast.Starred) -> nodes.Expression:
        return nodes.Starred(self.expression(node.value), node.lineno)

    def _conditional(self, node: ast.IfExp) -> nodes.Expression:
        test, body, orelse = (
            self.expression(node.test),
            self.expression(node.body),
            self.expression(node.orelse),
        )
        return nodes.Conditional(test, body, orelse, node.lineno)

    def _boolean_operation(self, node: ast.BoolOp) -> nodes.Expression:
        return nodes.BooleanOperation(_BOOLEAN[type(node.op)], self._all(node.values), node.lineno)

    def _named_expression(self, node: ast.NamedExpr) -> nodes.Expression:
        self._names = True
        return nodes.NamedExpression(node.target.id, self.expression(node.value), node.lineno)

    def _lambda(self, node: ast.Lambda) -> nodes.Expression:
        outer, self._yields = self._yields, False
        result = nodes.Lambda(
            self._parameters(node.args), self.expression(node.body), node.lineno, node.col_offset
        )
        self._yields = outer
        return result

    def _comprehension(self, node: Any) -> nodes.Expression:
        kind = _COMPREHENSIONS[type(node)]
        elements = [node.key, node.value] if kind == "dict" else [node.elt]
        generators = tuple(
            nodes.Generator(
                self.expression(each.target),
                self.expression(each.iter),
                self._all(each.ifs),
                bool(each.is_async),
            )
            for each in node.generators
        )
        return nodes.Comprehension(kind, self._all(elements), generators, node.lineno)

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> nodes.Expression:
        self._yields = True
        return nodes.Yield(self._optional(node.value), isinstance(node, ast.YieldFrom), node.lineno)

    def _comparison(self, node: ast.Compare) -> nodes.Expression:
        operators = tuple([_COMPARISON[type(each)] for each in node.ops])
        return nodes.Comparison(
            self.expression(node.left), operators, self._all(node.comparators), node.lineno
        )

    def _unary_operation(self, node: ast.UnaryOp) -> nodes.Expression:
        if isinstance(node.op, ast.Not):
            return nodes.Negation(self.expression(node.operand), node.lineno)
        operand = node.operand
        if isinstance(node.op, ast.USub) and isinstance(operand, ast.Constant):
            number = operand.value
            if isinstance(number, (int, float)) and not isinstance(number, bool) and abs(number) < 2**63:
                return nodes.Constant(-number, node.lineno, node.col_offset)
        return self._opaque(node)

    def _opaque(self, node: ast.expr) -> nodes.Expression:
        parts = tuple(
            [self.expression(part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        )
        return nodes.Opaque(parts, node.lineno)

    def _parameters(self, arguments: ast.arguments) -> tuple[nodes.Parameter, ...]:
        positional: list[tuple[ast.arg, nodes.ParameterKind]] = [
            (each, "positional-only") for each in arguments.posonlyargs
        ]
        positional += [(each, "positional") for each in arguments.args]
        missing = len(positional) - len(arguments.defaults)
        defaults: list[ast.expr | None] = [None] * missing + list(arguments.defaults)
        result = [
            self._parameter(each, kind, default)
            for (each, kind), default in zip(positional, defaults, strict=True)
        ]
        if arguments.vararg is not None:
            result.append(self._parameter(arguments.vararg, "variadic", None))
        for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            result.append(self._parameter(each, "keyword-only", default))
        if arguments.kwarg is not None:
            result.append(self._parameter(arguments.kwarg, "keywords", None))
        return tuple(result)

    def _parameter(
        self, argument: ast.arg, kind: nodes.ParameterKind, default: ast.expr | None
    ) -> nodes.Parameter:
        return nodes.Parameter(
            argument.arg,
            kind,
            self._optional(argument.annotation),
            self._optional(default),
            argument.lineno,
            argument.col_offset,
        )


_Reducer: TypeAlias = Callable[[ExpressionReduction, Any], nodes.Expression]


class _Table(dict[type[ast.AST], _Reducer]):
    """How to reduce an expression, by its type; those that are not listed are opaque."""

    def __missing__(self, kind: type[ast.AST]) -> _Reducer:
        return ExpressionReduction._opaque


_EXPRESSIONS = _Table(
    {
        ast.Name: ExpressionReduction._name,
        ast.Constant: ExpressionReduction._constant,
        ast.Attribute: ExpressionReduction._attribute,
        ast.Call: ExpressionReduction._call,
        ast.Subscript: ExpressionReduction._subscript,
        ast.Tuple: ExpressionReduction._tuple,
        ast.List: ExpressionReduction._list,
        ast.Set: ExpressionReduction._set,
        ast.Dict: ExpressionReduction._dict,
        ast.BinOp: ExpressionReduction._binary_operation,
        ast.JoinedStr: ExpressionReduction._joined_string,
        ast.FormattedValue: ExpressionReduction._formatted_value,
        ast.Await: ExpressionReduction._await,
        ast.Starred: ExpressionReduction._starred,
        ast.IfExp: ExpressionReduction._conditional,
        ast.BoolOp: ExpressionReduction._boolean_operation,
        ast.NamedExpr: ExpressionReduction._named_expression,
        ast.Lambda: ExpressionReduction._lambda,
        ast.ListComp: ExpressionReduction._comprehension,
        ast.SetComp: ExpressionReduction._comprehension,
        ast.GeneratorExp: ExpressionReduction._comprehension,
        ast.DictComp: ExpressionReduction._comprehension,
        ast.Yield: ExpressionReduction._yield,
        ast.YieldFrom: ExpressionReduction._yield,
        ast.Compare: ExpressionReduction._comparison,
        ast.UnaryOp: ExpressionReduction._unary_operation,
    }
)
