"""Which names a file binds, in which scope, and whether an import binds them."""

from __future__ import annotations

import ast
import builtins
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_Inline: TypeAlias = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

_WORD = re.compile(r"\w+")
_SKIPPABLE = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Match)


class Imported(NamedTuple):
    """What an import binds: a module (`name` is None) or a name of one."""

    module: str
    name: str | None


class Branch(NamedTuple):
    """A part of a statement that may be skipped: its body or what is done otherwise."""

    statement: int
    is_body: bool


class Binding(NamedTuple):
    """One place that binds a name."""

    imported: Imported | None
    """None for anything but an import."""
    row: int
    branches: tuple[Branch, ...]
    """The branches of `if`, `try` and the like around it: perhaps it is not executed."""
    type_checking: bool
    """Within `if TYPE_CHECKING:`: never executed."""
    dotted: bool = False
    """`import a.b`, which binds `a`."""


class Scope:
    """The names bound in a module, a class or a function, of which `first_row` to `last_row` is the body."""

    def __init__(self, kind: str, first_row: int, last_row: int) -> None:
        self.kind = kind
        self.first_row = first_row
        self.last_row = last_row
        self.bindings: dict[str, list[Binding]] = defaultdict(list)
        self.globals: set[str] = set()


class Bindings:
    """All scopes of a file."""

    def __init__(self, tree: ast.Module, package: str) -> None:
        """`package` is the dotted name of the package the file lies in, for its relative imports."""
        collector = _Collector(package)
        collector.visit(tree)
        self.module = collector.scopes[0]
        self.scopes = collector.scopes
        self.has_star_import = collector.has_star_import
        for scope in self.scopes[1:]:
            for name in scope.globals:
                self.module.bindings[name] += scope.bindings.pop(name, ())

    def visible(self, row: int) -> Iterator[Scope]:
        """The scopes whose names the code of a row sees, innermost first."""
        around = [scope for scope in self.scopes[1:] if scope.first_row <= row <= scope.last_row]
        for depth, scope in enumerate(reversed(around)):
            if depth == 0 or scope.kind == "function":
                yield scope
        yield self.module

    def resolve(self, name: str, row: int) -> tuple[Scope, list[Binding]] | None:
        """The scope that a name used in a row comes from, and all that binds it there."""
        for scope in self.visible(row):
            if name in scope.globals:
                return self.module, self.module.bindings.get(name, [])
            if name in scope.bindings:
                return scope, scope.bindings[name]
        return None


class _Collector(ast.NodeVisitor):
    def __init__(self, package: str) -> None:
        self._package = package.split(".") if package else []
        self._stack: list[Scope] = []
        self._branches: tuple[Branch, ...] = ()
        self._type_checking = 0
        self.scopes: list[Scope] = []
        self.has_star_import = False

    def visit_Module(self, node: ast.Module) -> None:
        self._enter(Scope("module", 1, 1 << 31), node.body)

    def _enter(self, scope: Scope, body: list[ast.stmt], parameters: Iterable[ast.arg] = ()) -> None:
        branches, self._branches = self._branches, ()
        self._stack.append(scope)
        self.scopes.append(scope)
        for parameter in parameters:
            self._bind(parameter.arg, parameter.lineno)
        for statement in body:
            self.visit(statement)
        self._stack.pop()
        self._branches = branches

    def _bind(self, name: str, row: int, imported: Imported | None = None, *, dotted: bool = False) -> None:
        binding = Binding(imported, row, self._branches, self._type_checking > 0, dotted)
        self._stack[-1].bindings[name].append(binding)

    def visit_FunctionDef(self, node: _Function) -> None:
        self._bind(node.name, node.lineno)
        parameters = [each for each in ast.walk(node.args) if isinstance(each, ast.arg)]
        annotations = (node.returns, *(each.annotation for each in parameters))
        for outside in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults, *annotations):
            if outside is not None:
                self.visit(outside)
        self._enter(Scope("function", _first_row(node.body[0]), node.end_lineno or 0), node.body, parameters)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name, node.lineno)
        for outside in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outside)
        self._enter(Scope("class", _first_row(node.body[0]), node.end_lineno or 0), node.body)

    def visit_Lambda(self, node: _Inline) -> None:
        scope = Scope("function", node.lineno, node.end_lineno or 0)
        self._stack.append(scope)
        self.scopes.append(scope)
        self.generic_visit(node)
        self._stack.pop()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_Lambda  # noqa: N815

    def visit_arg(self, node: ast.arg) -> None:
        self._bind(node.arg, node.lineno)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        typing_only = _is_type_checking(node.test)
        self._type_checking += typing_only
        self._visit_branch(node, node.body, is_body=True)
        self._type_checking -= typing_only
        self._visit_branch(node, node.orelse, is_body=False)

    def visit_Try(self, node: ast.Try) -> None:
        self._visit_branch(node, node.body, is_body=True)
        self._visit_branch(node, [*node.handlers, *node.orelse], is_body=False)
        for statement in node.finalbody:
            self.visit(statement)

    def visit_TryStar(self, node: Any) -> None:
        self.visit_Try(node)

    def _visit_branch(self, node: ast.stmt, parts: Sequence[ast.AST], *, is_body: bool) -> None:
        self._branches = (*self._branches, Branch(id(node), is_body))
        for part in parts:
            self.visit(part)
        self._branches = self._branches[:-1]

    def generic_visit(self, node: ast.AST) -> None:
        if not isinstance(node, _SKIPPABLE):
            super().generic_visit(node)
            return
        self._branches = (*self._branches, Branch(id(node), is_body=True))
        super().generic_visit(node)
        self._branches = self._branches[:-1]

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.asname:
                self._bind(alias.asname, node.lineno, Imported(alias.name, None))
            else:
                root = alias.name.partition(".")[0]
                self._bind(root, node.lineno, Imported(alias.name, None), dotted=root != alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = absolute_module(node, self._package)
        for alias in node.names:
            if alias.name == "*":
                self.has_star_import = True
            else:
                imported = Imported(module, alias.name) if module is not None else None
                self._bind(alias.asname or alias.name, node.lineno, imported)

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, node.lineno)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name, node.lineno)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self._bind(node.name, node.lineno)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self._bind(node.name, node.lineno)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self._bind(node.rest, node.lineno)
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self._stack[-1].globals.update(node.names)


def absolute_module(node: ast.ImportFrom, package: list[str]) -> str | None:
    """The full name of the module a `from` import names; None for a relative one that leads nowhere known."""
    if not node.level:
        return node.module
    if node.level > len(package):
        return None
    parts = package[: len(package) - node.level + 1]
    return ".".join([*parts, node.module] if node.module else parts)


def _first_row(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else test.id if isinstance(test, ast.Name) else ""
    return name == "TYPE_CHECKING"


def is_builtin(name: str) -> bool:
    """Whether Python gives the name a meaning of its own."""
    return hasattr(builtins, name)


def used_names(tree: ast.Module) -> set[str]:
    """The names that code reads, and the words in strings: annotations and `__all__` may hold names."""
    used: set[str] = set()
    docstrings = {id(node.value) for node in _docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
            used.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            used.update(_WORD.findall(node.value))
    return used


def _docstrings(tree: ast.Module) -> Iterator[ast.Expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield first


def is_surely_bound(bindings: Iterable[Binding]) -> bool:
    """Whether one of these is always executed: alone, or as two branches of the same statement."""
    outermost: dict[int, set[bool]] = defaultdict(set)
    for binding in bindings:
        if not binding.branches:
            return True
        if len(binding.branches) == 1:
            outermost[binding.branches[0].statement].add(binding.branches[0].is_body)
    return any(len(branches) == 2 for branches in outermost.values())
