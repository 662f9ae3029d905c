"""From a module's `ast` statements to the index's own: a walk driven by a table.

Lines count from 1; columns are taken as they are, so they have to be in characters already.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from fastapi_lint.index import nodes
from fastapi_lint.index.expression_reduction import BINARY_OPERATORS, ExpressionReduction

if TYPE_CHECKING:
    import msgspec

_SIMPLE: dict[type[ast.AST], nodes.SimpleKind] = {
    ast.Pass: "pass",
    ast.Break: "break",
    ast.Continue: "continue",
}


class Reduction(ExpressionReduction):
    """One walk over one module; `_defines` tells the enclosing function whether a definition was met."""

    def __init__(self, type_parameters: dict[int, list[str]]) -> None:
        super().__init__()
        self._type_parameters = type_parameters
        self._defines = False
        self._global_names: list[str] = []
        """What was declared `global` so far in the enclosing function."""
        self.imports: list[nodes.Import | nodes.ImportFrom] = []
        """The import statements so far."""

    def statements(self, body: list[ast.stmt]) -> tuple[nodes.Statement, ...]:
        """The reduced form of a block."""
        table = _STATEMENTS
        return tuple([table[type(node)](self, node) for node in body])

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
            type_parameters=tuple(self._type_parameters.get(node.lineno, ())),
            first_line=first_line(node),
            line=node.lineno,
            column=node.col_offset,
            end_line=node.end_lineno or node.lineno,
            end_column=node.end_col_offset or 0,
            body_line=first_line(node.body[0]),
            called_names=" ".join(sorted(called)),
            has_definitions=has_definitions,
            global_names=tuple(sorted(set(global_names))),
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
            type_parameters=tuple(self._type_parameters.get(node.lineno, ())),
            first_line=first_line(node),
            line=node.lineno,
            column=node.col_offset,
            end_line=node.end_lineno or node.lineno,
            end_column=node.end_col_offset or 0,
            body_line=first_line(node.body[0]),
        )

    def _assign(self, node: ast.Assign) -> nodes.Statement:
        targets, value = self._all(node.targets), self.expression(node.value)
        return nodes.Assign(targets, value, None, node.lineno, node.col_offset, _end(node))

    def _annotated_assign(self, node: ast.AnnAssign) -> nodes.Statement:
        return nodes.Assign(
            (self.expression(node.target),),
            self._optional(node.value),
            self.expression(node.annotation),
            node.lineno,
            node.col_offset,
            _end(node),
        )

    def _type_alias(self, node: Any) -> nodes.Statement:
        annotation = nodes.Name("TypeAlias", node.lineno, node.col_offset)
        target, value = self.expression(node.name), self.expression(node.value)
        return nodes.Assign((target,), value, annotation, node.lineno, node.col_offset, _end(node))

    def _augmented_assign(self, node: ast.AugAssign) -> nodes.Statement:
        target, value = self.expression(node.target), self.expression(node.value)
        return nodes.AugmentedAssign(target, BINARY_OPERATORS[type(node.op)], value, node.lineno, _end(node))

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
        items = tuple(
            nodes.WithItem(self.expression(item.context_expr), self._optional(item.optional_vars))
            for item in node.items
        )
        is_async = isinstance(node, ast.AsyncWith)
        return nodes.With(items, self.statements(node.body), is_async, node.lineno, _end(node))

    def _try(self, node: Any) -> nodes.Statement:
        handlers = tuple(
            nodes.ExceptHandler(self._optional(h.type), h.name, self.statements(h.body), h.lineno)
            for h in node.handlers
        )
        return nodes.Try(
            self.statements(node.body),
            handlers,
            self.statements(node.orelse),
            self.statements(node.finalbody),
            node.lineno,
            _end(node),
        )

    def _match(self, node: ast.Match) -> nodes.Statement:
        cases = tuple(
            nodes.MatchCase(
                _bound_names(case.pattern), self._optional(case.guard), self.statements(case.body)
            )
            for case in node.cases
        )
        return nodes.Match(self.expression(node.subject), cases, node.lineno, _end(node))

    def _import(self, node: ast.Import) -> nodes.Statement:
        names = tuple([nodes.Alias(alias.name, alias.asname) for alias in node.names])
        self.imports.append(found := nodes.Import(names, node.lineno, _end(node)))
        return found

    def _import_from(self, node: ast.ImportFrom) -> nodes.Statement:
        names = tuple([nodes.Alias(alias.name, alias.asname) for alias in node.names])
        found = nodes.ImportFrom(node.module or "", names, node.level, node.lineno, _end(node))
        self.imports.append(found)
        return found

    def _global(self, node: ast.Global) -> nodes.Statement:
        self._global_names += node.names
        return nodes.Scoping("global", tuple(node.names), node.lineno, _end(node))

    def _simple(self, node: ast.stmt) -> nodes.Statement:
        return nodes.Simple(_SIMPLE[type(node)], node.lineno, _end(node))

    def _nonlocal(self, node: ast.Nonlocal) -> nodes.Statement:
        return nodes.Scoping("nonlocal", tuple(node.names), node.lineno, _end(node))

    def _delete(self, node: ast.Delete) -> nodes.Statement:
        return nodes.Delete(self._all(node.targets), node.lineno, _end(node))

    def _assert(self, node: ast.Assert) -> nodes.Statement:
        return nodes.Assert(self.expression(node.test), node.lineno, _end(node))


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _bound_names(pattern: ast.AST) -> tuple[str, ...]:
    names = []
    for node in ast.walk(pattern):
        name = getattr(node, "name", None) or getattr(node, "rest", None)
        if isinstance(name, str):
            names.append(name)
    return tuple(names)


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


_STATEMENTS: dict[type[ast.AST], Callable[[Reduction, Any], nodes.Statement]] = {
    ast.FunctionDef: Reduction._function,
    ast.AsyncFunctionDef: Reduction._function,
    ast.ClassDef: Reduction._class,
    ast.Assign: Reduction._assign,
    ast.AnnAssign: Reduction._annotated_assign,
    ast.AugAssign: Reduction._augmented_assign,
    ast.Expr: Reduction._expression_statement,
    ast.Return: Reduction._return,
    ast.Raise: Reduction._raise,
    ast.If: Reduction._if,
    ast.For: Reduction._for,
    ast.AsyncFor: Reduction._for,
    ast.While: Reduction._while,
    ast.With: Reduction._with,
    ast.AsyncWith: Reduction._with,
    ast.Try: Reduction._try,
    ast.Match: Reduction._match,
    ast.Import: Reduction._import,
    ast.ImportFrom: Reduction._import_from,
    ast.Global: Reduction._global,
    ast.Nonlocal: Reduction._nonlocal,
    ast.Delete: Reduction._delete,
    ast.Assert: Reduction._assert,
    ast.Pass: Reduction._simple,
    ast.Break: Reduction._simple,
    ast.Continue: Reduction._simple,
}
if sys.version_info >= (3, 11):
    _STATEMENTS[ast.TryStar] = Reduction._try
if sys.version_info >= (3, 12):
    _STATEMENTS[ast.TypeAlias] = Reduction._type_alias
