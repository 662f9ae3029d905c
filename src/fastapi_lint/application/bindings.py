"""How names get their values: the bindings that the statements of a scope make, before anything is resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from fastapi_lint.index import nodes
from fastapi_lint.index.walk import last_name, walk_scope

if TYPE_CHECKING:
    from fastapi_lint.application.scopes import Class, Function, Scope


class Binding(Struct, eq=False):
    """One place that gives a name its value.

    `kind` says how `value` is to be understood: `import` (see `module`, `attribute`), `function`, `class`,
    `assign` (value at `path` of an unpacked tuple, perhaps only annotated), `parameter`, `loop` (an element
    of the value), `with` (what entering the value gives), `except` (an instance of the value), `pattern`
    and `augmented` (unknown).
    """

    kind: str
    scope: Scope
    line: int
    conditional: bool = False
    """Bound in an `except` handler or an `else`: another binding is the usual one."""
    block_end: int | None = None
    """Last line of the innermost branch or loop body it stands in; None when it is always executed."""
    module: str = ""
    attribute: str | None = None
    level: int = 0
    value: nodes.Expression | None = None
    annotation: nodes.Expression | None = None
    path: tuple[int, ...] = ()
    is_async: bool = False
    node: nodes.Node | None = None
    symbol: Function | Class | None = None

    @property
    def effective_line(self) -> int:
        """The name has its new value after this line."""
        return self.node.end_line if isinstance(self.node, nodes.Assign) else self.line

    def __repr__(self) -> str:
        return f"<{self.kind} binding, line {self.line}>"


class Binder:
    """Fills a scope with bindings."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        holder = scope.node if isinstance(scope.node, nodes.FunctionDef) else scope.module.index
        self._has_named_expressions = holder.has_named_expressions
        self._conditional = False
        self._block_end: int | None = None

    def bind_parameters(self, parameters: tuple[nodes.Parameter, ...]) -> None:
        """The names of a function's parameters."""
        for parameter in parameters:
            binding = self._add(parameter.name, "parameter", parameter.line)
            binding.node = parameter
            binding.annotation = parameter.annotation
            binding.value = parameter.default

    def bind_generators(self, node: nodes.Comprehension) -> None:
        """The loop variables of a comprehension."""
        for each in node.generators:
            self._bind_target(each.target, "loop", each.iterable, (), node.line, each.is_async)

    def bind_body(self, body: tuple[nodes.Statement, ...]) -> None:
        """What statements bind, in order."""
        for statement in body:
            bind = _BINDERS.get(type(statement))
            if bind is not None:
                bind(self, statement)
            if self._has_named_expressions:
                self._bind_named_expressions(statement)

    def _add(self, name: str, kind: str, line: int) -> Binding:
        binding = Binding(kind, self._scope, line, self._conditional, self._block_end)
        bindings = self._scope.bindings
        bindings[name] = (*bindings.get(name, ()), binding)
        return binding

    def _bind_augmented(self, node: nodes.AugmentedAssign) -> None:
        if isinstance(node.target, nodes.Name):
            self._add(node.target.id, "augmented", node.line).node = node

    def _bind_scoping(self, node: nodes.Scoping) -> None:
        self._scope.outer_names = {**self._scope.outer_names, **dict.fromkeys(node.names, node.kind)}

    def _bind_for(self, node: nodes.For) -> None:
        self._bind_target(node.target, "loop", node.iterable, (), node.line, node.is_async)
        self._bind_block(node.body)
        self.bind_body(node.orelse)

    def _bind_with(self, node: nodes.With) -> None:
        for item in node.items:
            if item.target is not None:
                self._bind_target(item.target, "with", item.context, (), node.line, node.is_async)
        self.bind_body(node.body)

    def _bind_if(self, node: nodes.If) -> None:
        is_aside = _has_runtime_replacement(node)
        self._bind_block(node.body, aside=is_aside)
        self._bind_block(node.orelse, aside=not is_aside)

    def _bind_while(self, node: nodes.While) -> None:
        self._bind_block(node.body)
        self.bind_body(node.orelse)

    def _bind_match(self, node: nodes.Match) -> None:
        for case in node.cases:
            for name in case.names:
                self._add(name, "pattern", node.line)
            self._bind_block(case.body)

    def _bind_definition(self, node: nodes.FunctionDef | nodes.ClassDef) -> None:
        kind = "function" if isinstance(node, nodes.FunctionDef) else "class"
        binding = self._add(node.name, kind, node.line)
        binding.node = node
        binding.symbol = self._scope.define(node)

    def _bind_assignment(self, node: nodes.Assign) -> None:
        for target in node.targets:
            if isinstance(target, nodes.Name):
                binding = self._add(target.id, "assign", node.line)
                binding.value, binding.annotation, binding.node = node.value, node.annotation, node
            else:
                self._bind_target(target, "assign", node.value, (), node.line, False)

    def _bind_target(
        self,
        target: nodes.Expression,
        kind: str,
        value: nodes.Expression | None,
        path: tuple[int, ...],
        line: int,
        is_async: bool,
    ) -> None:
        if isinstance(target, nodes.Name):
            binding = self._add(target.id, kind, line)
            binding.value, binding.path, binding.is_async = value, path, is_async
        elif isinstance(target, nodes.Sequence):
            for position, element in enumerate(target.elements):
                self._bind_target(element, kind, value, (*path, position), line, is_async)
        elif isinstance(target, nodes.Starred) and isinstance(target.value, nodes.Name):
            self._add(target.value.id, "pattern", line)

    def _bind_import(self, node: nodes.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.split(".", 1)[0]
            binding = self._add(name, "import", node.line)
            binding.module = alias.name if alias.asname else name
            binding.node = node

    def _bind_import_from(self, node: nodes.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                binding = Binding("import", self._scope, node.line, conditional=self._conditional)
                self._scope.stars += (binding,)
            else:
                binding = self._add(alias.asname or alias.name, "import", node.line)
            binding.module, binding.attribute, binding.level = node.module, alias.name, node.level
            binding.node = node

    def _bind_try(self, node: nodes.Try) -> None:
        self.bind_body(node.body)
        for handler in node.handlers:
            if handler.name is not None:
                binding = self._add(handler.name, "except", handler.line)
                binding.value = handler.exception
            self._bind_block(handler.body, aside=True)
        self.bind_body(node.orelse)
        self.bind_body(node.finalbody)

    def _bind_block(self, body: tuple[nodes.Statement, ...], *, aside: bool = False) -> None:
        if not body:
            return
        outer = self._conditional, self._block_end
        self._conditional = self._conditional or aside
        self._block_end = body[-1].end_line
        self.bind_body(body)
        self._conditional, self._block_end = outer

    def _bind_named_expressions(self, statement: nodes.Statement) -> None:
        for expression in _own_expressions(statement):
            for node in _named_expressions(expression):
                binding = self._add(node.name, "assign", node.line)
                binding.value, binding.node = node.value, node


_BINDERS: Mapping[type[nodes.Node], Callable[[Binder, Any], None]] = {
    nodes.Assign: Binder._bind_assignment,
    nodes.AugmentedAssign: Binder._bind_augmented,
    nodes.ClassDef: Binder._bind_definition,
    nodes.For: Binder._bind_for,
    nodes.FunctionDef: Binder._bind_definition,
    nodes.If: Binder._bind_if,
    nodes.Import: Binder._bind_import,
    nodes.ImportFrom: Binder._bind_import_from,
    nodes.Match: Binder._bind_match,
    nodes.Scoping: Binder._bind_scoping,
    nodes.Try: Binder._bind_try,
    nodes.While: Binder._bind_while,
    nodes.With: Binder._bind_with,
}


def _has_runtime_replacement(statement: nodes.If) -> bool:
    """Whether an `if TYPE_CHECKING` has an `else` that imports or defines what is there at run time."""
    kinds = (nodes.Import, nodes.ImportFrom, nodes.FunctionDef, nodes.ClassDef)
    return (
        bool(statement.orelse)
        and last_name(statement.test) == "TYPE_CHECKING"
        and all(isinstance(each, kinds) for each in statement.orelse)
    )


def _own_expressions(statement: nodes.Statement) -> Iterator[nodes.Node]:
    """The expressions a statement evaluates itself, without those of the statements inside it."""
    match statement:
        case nodes.If() | nodes.While():
            yield statement.test
        case nodes.Assert():
            yield statement.test
        case nodes.Assign() if statement.value is not None:
            yield statement.value
        case nodes.ExpressionStatement():
            yield statement.value
        case nodes.Return() if statement.value is not None:
            yield statement.value
        case nodes.With():
            for item in statement.items:
                yield item.context
        case nodes.For():
            yield statement.iterable
        case _:
            return


def _named_expressions(expression: nodes.Node) -> Iterator[nodes.NamedExpression]:
    for node in walk_scope(expression):
        if isinstance(node, nodes.NamedExpression):
            yield node
