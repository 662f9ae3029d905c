"""From `ast` nodes to the index's own: one table-driven walk.

Lines count from 1; columns are taken as they are, so they have to be in characters already.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from fastapi_lint.index import nodes

if TYPE_CHECKING:
    import msgspec

_BINARY: dict[type[ast.AST], nodes.BinaryOperator] = {
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
_SIMPLE: dict[type[ast.AST], nodes.SimpleKind] = {
    ast.Pass: "pass",
    ast.Break: "break",
    ast.Continue: "continue",
}


class _Table(dict[type[ast.AST], Callable[[Any], nodes.Expression]]):
    """How to reduce an expression, by its type; `rest` reduces those that are not listed."""

    def __init__(self, rest: Callable[[Any], nodes.Expression]) -> None:
        super().__init__()
        self._rest = rest

    def __missing__(self, kind: type[ast.AST]) -> Callable[[Any], nodes.Expression]:
        return self._rest


class Reduction:
    """One walk over one module.

    `_yields` tells the enclosing function whether a `yield` was met, `_defines` whether a definition was,
    `_stores` whether an attribute was assigned to, `_names` whether a `:=` was met.
    """

    def __init__(self, type_parameters: dict[int, list[str]]) -> None:
        self._type_parameters = type_parameters
        self._yields = False
        self._defines = False
        self._stores = False
        self._names = False
        self._global_names: list[str] = []
        """What was declared `global` so far in the enclosing function."""
        self.imports: list[nodes.Import | nodes.ImportFrom] = []
        """The import statements so far."""
        self.called: set[str] = set()
        """Last names of what was called so far in the enclosing function."""
        self._expressions = _Table(self._opaque)
        self._expressions |= {
            ast.Name: _name,
            ast.Constant: self._constant,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.Subscript: self._subscript,
            ast.Tuple: self._tuple,
            ast.List: self._list,
            ast.Set: self._set,
            ast.Dict: self._dict,
            ast.BinOp: self._binary_operation,
            ast.JoinedStr: self._joined_string,
            ast.FormattedValue: self._formatted_value,
            ast.Await: self._await,
            ast.Starred: self._starred,
            ast.IfExp: self._conditional,
            ast.BoolOp: self._boolean_operation,
            ast.NamedExpr: self._named_expression,
            ast.Lambda: self._lambda,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._comprehension,
            ast.Yield: self._yield,
            ast.YieldFrom: self._yield,
            ast.Compare: self._comparison,
            ast.UnaryOp: self._unary_operation,
        }
        self._statements: dict[type[ast.AST], Callable[[Any], nodes.Statement]] = {
            ast.FunctionDef: self._function,
            ast.AsyncFunctionDef: self._function,
            ast.ClassDef: self._class,
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated_assign,
            ast.AugAssign: self._augmented_assign,
            ast.Expr: self._expression_statement,
            ast.Return: self._return,
            ast.Raise: self._raise,
            ast.If: self._if,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.While: self._while,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Try: self._try,
            ast.Match: self._match,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.Global: self._global,
            ast.Nonlocal: _nonlocal,
            ast.Delete: self._delete,
            ast.Assert: self._assert,
            ast.Pass: _simple,
            ast.Break: _simple,
            ast.Continue: _simple,
        }
        if sys.version_info >= (3, 11):
            self._statements[ast.TryStar] = self._try
        if sys.version_info >= (3, 12):
            self._statements[ast.TypeAlias] = self._type_alias

    def expression(self, node: ast.expr) -> nodes.Expression:
        """The reduced form of an expression."""
        return self._expressions[type(node)](node)

    def statements(self, body: list[ast.stmt]) -> list[nodes.Statement]:
        """The reduced form of a block."""
        table = self._statements
        return [table[type(node)](node) for node in body]

    def _optional(self, node: ast.expr | None) -> nodes.Expression | None:
        return None if node is None else self._expressions[type(node)](node)

    def _all(self, values: list[ast.expr]) -> list[nodes.Expression]:
        table = self._expressions
        return [table[type(value)](value) for value in values]

    # Expressions (what most of a file consists of looks into the table itself, to save a call for each node)

    def _constant(self, node: ast.Constant) -> nodes.Expression:
        value = node.value
        if value is None or type(value) is bool or (type(value) is str and value.isascii()):
            return nodes.Constant(value, node.lineno, node.col_offset)
        if value is ...:
            return nodes.Ellipsis(node.lineno)
        if isinstance(value, (bytes, complex)):
            return nodes.Opaque([], node.lineno)
        if type(value) is int and not -(2**63) <= value < 2**64:
            return nodes.Opaque([], node.lineno)
        if isinstance(value, str) and not value.isascii():
            value = value.encode("utf-8", "replace").decode()
        return nodes.Constant(value, node.lineno, node.col_offset)

    def _attribute(self, node: ast.Attribute) -> nodes.Expression:
        if type(node.ctx) is ast.Store:
            self._stores = True
        value = node.value
        return nodes.Attribute(self._expressions[type(value)](value), node.attr, node.lineno, node.col_offset)

    def _call(self, node: ast.Call) -> nodes.Expression:
        func, table = node.func, self._expressions
        kind = type(func)
        if kind is ast.Name:
            self.called.add(cast("ast.Name", func).id)
        elif kind is ast.Attribute:
            self.called.add(cast("ast.Attribute", func).attr)
        return nodes.Call(
            table[kind](func),
            [table[type(value)](value) for value in node.args],
            self._keywords(node.keywords) if node.keywords else [],
            node.lineno,
            node.col_offset,
            node.end_lineno or node.lineno,
            node.end_col_offset or node.col_offset,
        )

    def _keywords(self, keywords: list[ast.keyword]) -> list[nodes.Keyword]:
        table = self._expressions
        return [nodes.Keyword(k.arg, table[type(k.value)](k.value), k.lineno, k.col_offset) for k in keywords]

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
        keys = [self._optional(key) for key in node.keys]
        return nodes.Mapping(keys, self._all(node.values), node.lineno, node.col_offset)

    def _binary_operation(self, node: ast.BinOp) -> nodes.Expression:
        # A long sum is a deep left spine: walk it without recursion.
        spine = [node]
        while isinstance(spine[-1].left, ast.BinOp):
            spine.append(spine[-1].left)
        result = self.expression(spine[-1].left)
        for part in reversed(spine):
            result = nodes.BinaryOperation(
                result, _BINARY[type(part.op)], self.expression(part.right), part.lineno, part.col_offset
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
        generators = [
            nodes.Generator(
                self.expression(each.target),
                self.expression(each.iter),
                self._all(each.ifs),
                bool(each.is_async),
            )
            for each in node.generators
        ]
        return nodes.Comprehension(kind, self._all(elements), generators, node.lineno)

    def _yield(self, node: ast.Yield | ast.YieldFrom) -> nodes.Expression:
        self._yields = True
        return nodes.Yield(self._optional(node.value), isinstance(node, ast.YieldFrom), node.lineno)

    def _comparison(self, node: ast.Compare) -> nodes.Expression:
        operators = [_COMPARISON[type(each)] for each in node.ops]
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
        parts = [self.expression(part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        return nodes.Opaque(parts, node.lineno)

    # Definitions

    def _parameters(self, arguments: ast.arguments) -> list[nodes.Parameter]:
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
        return result

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

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> nodes.Statement:
        decorators = self._all(node.decorator_list)
        parameters = self._parameters(node.args)
        returns = self._optional(node.returns)
        outer, self._yields = self._yields, False
        called_outside, self.called = self.called, set()
        globals_outside, self._global_names = self._global_names, []
        stores_outside, self._stores = self._stores, False
        names_outside, self._names = self._names, False
        self._defines = False
        body = self.statements(node.body)
        is_generator, self._yields = self._yields, outer
        called, self.called = self.called, called_outside | self.called
        global_names, self._global_names = self._global_names, globals_outside + self._global_names
        has_definitions, self._defines = self._defines, True
        stores_attributes, self._stores = self._stores, stores_outside
        has_named_expressions, self._names = self._names, names_outside
        return nodes.FunctionDef(
            name=node.name,
            parameters=parameters,
            returns=returns,
            decorators=decorators,
            content=cast("msgspec.Raw", body),
            is_async=isinstance(node, ast.AsyncFunctionDef),
            is_generator=is_generator,
            docstring=docstring_line(node),
            type_parameters=self._type_parameters.get(node.lineno, []),
            first_line=first_line(node),
            line=node.lineno,
            column=node.col_offset,
            end_line=node.end_lineno or node.lineno,
            end_column=node.end_col_offset or 0,
            body_line=first_line(node.body[0]),
            called_names=" ".join(sorted(called)),
            has_definitions=has_definitions,
            global_names=sorted(set(global_names)),
            stores_attributes=stores_attributes,
            has_named_expressions=has_named_expressions,
        )

    def _class(self, node: ast.ClassDef) -> nodes.Statement:
        body = self.statements(node.body)
        self._defines = True
        return nodes.ClassDef(
            name=node.name,
            bases=self._all(node.bases),
            keywords=self._keywords(node.keywords),
            decorators=self._all(node.decorator_list),
            body=body,
            docstring=docstring_line(node),
            type_parameters=self._type_parameters.get(node.lineno, []),
            first_line=first_line(node),
            line=node.lineno,
            column=node.col_offset,
            end_line=node.end_lineno or node.lineno,
            end_column=node.end_col_offset or 0,
            body_line=first_line(node.body[0]),
        )

    # Statements

    def _assign(self, node: ast.Assign) -> nodes.Statement:
        targets, value = self._all(node.targets), self.expression(node.value)
        return nodes.Assign(targets, value, None, node.lineno, node.col_offset, _end(node))

    def _annotated_assign(self, node: ast.AnnAssign) -> nodes.Statement:
        return nodes.Assign(
            [self.expression(node.target)],
            self._optional(node.value),
            self.expression(node.annotation),
            node.lineno,
            node.col_offset,
            _end(node),
        )

    def _type_alias(self, node: Any) -> nodes.Statement:
        annotation = nodes.Name("TypeAlias", node.lineno, node.col_offset)
        target, value = self.expression(node.name), self.expression(node.value)
        return nodes.Assign([target], value, annotation, node.lineno, node.col_offset, _end(node))

    def _augmented_assign(self, node: ast.AugAssign) -> nodes.Statement:
        target, value = self.expression(node.target), self.expression(node.value)
        return nodes.AugmentedAssign(target, _BINARY[type(node.op)], value, node.lineno, _end(node))

    def _expression_statement(self, node: ast.Expr) -> nodes.Statement:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return nodes.Simple("string", node.lineno, _end(node))
        return nodes.ExpressionStatement(self.expression(node.value), node.lineno, _end(node))

    def _return(self, node: ast.Return) -> nodes.Statement:
        value = self._optional(node.value)
        return nodes.Return(value, node.lineno, node.col_offset, _end(node), node.end_col_offset or 0)

    def _raise(self, node: ast.Raise) -> nodes.Statement:
        return nodes.Raise(self._optional(node.exc), self._optional(node.cause), node.lineno, _end(node))

    def _if(self, node: ast.If) -> nodes.Statement:
        test, body = self.expression(node.test), self.statements(node.body)
        return nodes.If(test, body, self.statements(node.orelse), node.lineno, _end(node))

    def _for(self, node: ast.For | ast.AsyncFor) -> nodes.Statement:
        return nodes.For(
            self.expression(node.target),
            self.expression(node.iter),
            self.statements(node.body),
            self.statements(node.orelse),
            isinstance(node, ast.AsyncFor),
            node.lineno,
            _end(node),
        )

    def _while(self, node: ast.While) -> nodes.Statement:
        test, body = self.expression(node.test), self.statements(node.body)
        return nodes.While(test, body, self.statements(node.orelse), node.lineno, _end(node))

    def _with(self, node: ast.With | ast.AsyncWith) -> nodes.Statement:
        items = [
            nodes.WithItem(self.expression(item.context_expr), self._optional(item.optional_vars))
            for item in node.items
        ]
        is_async = isinstance(node, ast.AsyncWith)
        return nodes.With(items, self.statements(node.body), is_async, node.lineno, _end(node))

    def _try(self, node: Any) -> nodes.Statement:
        handlers = [
            nodes.ExceptHandler(self._optional(h.type), h.name, self.statements(h.body), h.lineno)
            for h in node.handlers
        ]
        return nodes.Try(
            self.statements(node.body),
            handlers,
            self.statements(node.orelse),
            self.statements(node.finalbody),
            node.lineno,
            _end(node),
        )

    def _match(self, node: ast.Match) -> nodes.Statement:
        cases = [
            nodes.MatchCase(
                _bound_names(case.pattern), self._optional(case.guard), self.statements(case.body)
            )
            for case in node.cases
        ]
        return nodes.Match(self.expression(node.subject), cases, node.lineno, _end(node))

    def _import(self, node: ast.Import) -> nodes.Statement:
        names = [nodes.Alias(alias.name, alias.asname) for alias in node.names]
        self.imports.append(found := nodes.Import(names, node.lineno, _end(node)))
        return found

    def _import_from(self, node: ast.ImportFrom) -> nodes.Statement:
        names = [nodes.Alias(alias.name, alias.asname) for alias in node.names]
        found = nodes.ImportFrom(node.module or "", names, node.level, node.lineno, _end(node))
        self.imports.append(found)
        return found

    def _global(self, node: ast.Global) -> nodes.Statement:
        self._global_names += node.names
        return nodes.Scoping("global", list(node.names), node.lineno, _end(node))

    def _delete(self, node: ast.Delete) -> nodes.Statement:
        return nodes.Delete(self._all(node.targets), node.lineno, _end(node))

    def _assert(self, node: ast.Assert) -> nodes.Statement:
        return nodes.Assert(self.expression(node.test), node.lineno, _end(node))


def _name(node: ast.Name) -> nodes.Expression:
    return nodes.Name(node.id, node.lineno, node.col_offset)


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _bound_names(pattern: ast.AST) -> list[str]:
    names = []
    for node in ast.walk(pattern):
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if isinstance(name, str):
            names.append(name)
    return names


def _nonlocal(node: ast.Nonlocal) -> nodes.Statement:
    return nodes.Scoping("nonlocal", list(node.names), node.lineno, _end(node))


def _simple(node: ast.stmt) -> nodes.Statement:
    return nodes.Simple(_SIMPLE[type(node)], node.lineno, _end(node))


def docstring_line(node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str | None:
    """The first line of a docstring."""
    if node.body:
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            text = first.value.value
            if isinstance(text, str):
                return text.strip().split("\n", 1)[0]
    return None


def first_line(statement: ast.stmt) -> int:
    """Where a statement begins: at its first decorator, if it has any."""
    decorators = getattr(statement, "decorator_list", None)
    return min(statement.lineno, decorators[0].lineno) if decorators else statement.lineno
