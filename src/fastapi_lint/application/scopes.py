"""Scopes and the names bound in them, before anything is resolved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.index import nodes
from fastapi_lint.index.walk import last_name, walk_scope

if TYPE_CHECKING:
    from fastapi_lint.application.modules import Module


class Binding:
    """One place that gives a name its value.

    `kind` says how `value` is to be understood: `import` (see `module`, `attribute`), `function`, `class`,
    `assign` (value at `path` of an unpacked tuple, perhaps only annotated), `parameter`, `loop` (an element
    of the value), `with` (what entering the value gives), `except` (an instance of the value), `pattern`
    and `augmented` (unknown).
    """

    __slots__ = (
        "annotation",
        "attribute",
        "block_end",
        "conditional",
        "is_async",
        "kind",
        "level",
        "line",
        "module",
        "node",
        "path",
        "scope",
        "symbol",
        "value",
    )

    def __init__(
        self, kind: str, scope: Scope, line: int, *, conditional: bool = False, block_end: int | None = None
    ) -> None:
        self.kind = kind
        self.scope = scope
        self.line = line
        self.conditional = conditional
        """Bound in an `except` handler or an `else`: another binding is the usual one."""
        self.block_end = block_end
        """Last line of the innermost branch or loop body it stands in; None when it is always executed."""
        self.module = ""
        self.attribute: str | None = None
        self.level = 0
        self.value: nodes.Expression | None = None
        self.annotation: nodes.Expression | None = None
        self.path: tuple[int, ...] = ()
        self.is_async = False
        self.node: nodes.Node | None = None
        self.symbol: Function | Class | None = None

    @property
    def effective_line(self) -> int:
        """The name has its new value after this line."""
        return self.node.end_line if isinstance(self.node, nodes.Assign) else self.line

    def __repr__(self) -> str:
        return f"<{self.kind} binding, line {self.line}>"


class Scope:
    """The names bound in the body of a module, class or function, or by a lambda or comprehension."""

    __slots__ = ("bindings", "module", "node", "outer_names", "owner", "parent", "qualname", "stars")

    def __init__(self, module: Module, node: nodes.Node | None, parent: Scope | None, qualname: str) -> None:
        self.module = module
        self.node = node
        self.parent = parent
        self.qualname = qualname
        self.bindings: dict[str, list[Binding]] = {}
        self.stars: list[Binding] = []
        """Star imports."""
        self.outer_names: dict[str, str] = {}
        """Names declared `global` or `nonlocal` here."""
        self.owner: Function | Class | None = None

    @classmethod
    def of_module(cls, module: Module) -> Scope:
        """The module-level scope, with what nested functions bind through `global`."""
        scope = cls(module, None, None, "")
        _Binder(scope).bind_body(module.index.body)
        return scope

    @property
    def is_class(self) -> bool:
        """Class bodies are not visible from the functions inside them."""
        return isinstance(self.node, nodes.ClassDef)

    @property
    def is_comprehension(self) -> bool:
        """A comprehension runs in place: outside of its own names, what holds for its place holds in it."""
        return isinstance(self.node, nodes.Comprehension)

    @property
    def function(self) -> Function | None:
        """The innermost function around this scope (itself, if it is one)."""
        scope: Scope | None = self
        while scope is not None:
            if isinstance(scope.owner, Function):
                return scope.owner
            scope = scope.parent
        return None

    @property
    def enclosing_class(self) -> Class | None:
        """The class whose method this scope is (in), if any."""
        scope: Scope | None = self
        while scope is not None:
            if isinstance(scope.owner, Class):
                return scope.owner
            scope = scope.parent
        return None

    def definitions(self) -> Iterator[Function | Class]:
        """The functions and classes defined directly in this scope, in source order."""
        found = [b.symbol for group in self.bindings.values() for b in group if b.symbol is not None]
        return iter(sorted(found, key=lambda symbol: symbol.node.line))

    def __repr__(self) -> str:
        return f"<scope {self.module.name}:{self.qualname}>"


class _Definition:
    """A function or class of the project."""

    __slots__ = ("_scope", "module", "qualname", "scope")

    node: nodes.FunctionDef | nodes.ClassDef

    def __init__(self, scope: Scope, qualname: str) -> None:
        self.scope = scope
        """The scope it is defined in."""
        self.module = scope.module
        self.qualname = qualname
        self._scope: Scope | None = None

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def full_name(self) -> str:
        """`package.module.Class.method`."""
        return f"{self.module.name}.{self.qualname}"

    @property
    def label(self) -> str:
        """`package.module:Class.method`."""
        return f"{self.module.name}:{self.qualname}"

    @property
    def body_scope(self) -> Scope:
        """The scope of its body."""
        if self._scope is None:
            self._scope = Scope(self.module, self.node, self.scope, self.qualname)
            self._scope.owner = self  # type: ignore[assignment]  # one of the two subclasses below
            binder = _Binder(self._scope)
            if isinstance(self.node, nodes.FunctionDef):
                binder.bind_parameters(self.node.parameters)
            binder.bind_body(self.node.body)
        return self._scope

    def forget_body(self) -> None:
        """The body of the node is another now."""
        self._scope = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__.lower()} {self.full_name}>"


class Function(_Definition):
    """A `def` or `async def` of the project."""

    __slots__ = ("node",)

    node: nodes.FunctionDef

    def __init__(self, node: nodes.FunctionDef, scope: Scope, qualname: str) -> None:
        super().__init__(scope, qualname)
        self.node = node

    @property
    def owner(self) -> Class | None:
        """The class whose body defines it."""
        owner = self.scope.owner
        return owner if isinstance(owner, Class) else None

    @property
    def is_async(self) -> bool:
        """Whether it is an `async def`."""
        return self.node.is_async


class Class(_Definition):
    """A class of the project."""

    __slots__ = ("node",)

    node: nodes.ClassDef

    def __init__(self, node: nodes.ClassDef, scope: Scope, qualname: str) -> None:
        super().__init__(scope, qualname)
        self.node = node


def lambda_scope(node: nodes.Lambda, parent: Scope) -> Scope:
    """The scope of a lambda's body."""
    scope = Scope(
        parent.module, node, parent, f"{parent.qualname}.<lambda>" if parent.qualname else "<lambda>"
    )
    _Binder(scope).bind_parameters(node.parameters)
    return scope


def comprehension_scope(node: nodes.Comprehension, parent: Scope) -> Scope:
    """The scope of a comprehension: its loop variables."""
    scope = Scope(parent.module, node, parent, parent.qualname)
    _Binder(scope).bind_generators(node)
    return scope


class _Binder:
    """Fills a scope from the statements of its body."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        holder = scope.node if isinstance(scope.node, nodes.FunctionDef) else scope.module.index
        self._has_named_expressions = holder.has_named_expressions
        self._conditional = False
        self._block_end: int | None = None

    def bind_parameters(self, parameters: list[nodes.Parameter]) -> None:
        for parameter in parameters:
            binding = self._add(parameter.name, "parameter", parameter.line)
            binding.node = parameter
            binding.annotation = parameter.annotation
            binding.value = parameter.default

    def bind_generators(self, node: nodes.Comprehension) -> None:
        for each in node.generators:
            self._bind_target(each.target, "loop", each.iterable, (), node.line, each.is_async)

    def bind_body(self, body: list[nodes.Statement]) -> None:
        for statement in body:
            self._bind(statement)

    def _add(self, name: str, kind: str, line: int) -> Binding:
        binding = Binding(kind, self._scope, line, conditional=self._conditional, block_end=self._block_end)
        self._scope.bindings.setdefault(name, []).append(binding)
        return binding

    def _bind(self, statement: nodes.Statement) -> None:
        match statement:
            case nodes.FunctionDef() | nodes.ClassDef():
                self._bind_definition(statement)
            case nodes.Assign():
                self._bind_assignment(statement)
            case nodes.AugmentedAssign(target=nodes.Name(id=name)):
                self._add(name, "augmented", statement.line).node = statement
            case nodes.Import():
                self._bind_import(statement)
            case nodes.ImportFrom():
                self._bind_import_from(statement)
            case nodes.Scoping():
                for name in statement.names:
                    self._scope.outer_names[name] = statement.kind
            case nodes.For():
                self._bind_target(
                    statement.target, "loop", statement.iterable, (), statement.line, statement.is_async
                )
                self._bind_block(statement.body)
                self.bind_body(statement.orelse)
            case nodes.With():
                for item in statement.items:
                    if item.target is not None:
                        self._bind_target(
                            item.target, "with", item.context, (), statement.line, statement.is_async
                        )
                self.bind_body(statement.body)
            case nodes.If():
                is_aside = _has_runtime_replacement(statement)
                self._bind_block(statement.body, aside=is_aside)
                self._bind_block(statement.orelse, aside=not is_aside)
            case nodes.While():
                self._bind_block(statement.body)
                self.bind_body(statement.orelse)
            case nodes.Try():
                self._bind_try(statement)
            case nodes.Match():
                for case in statement.cases:
                    for name in case.names:
                        self._add(name, "pattern", statement.line)
                    self._bind_block(case.body)
            case _:
                pass
        if self._has_named_expressions:
            self._bind_named_expressions(statement)

    def _bind_definition(self, node: nodes.FunctionDef | nodes.ClassDef) -> None:
        scope = self._scope
        if scope.owner is None:
            qualname = node.name
        elif isinstance(scope.owner, Class):
            qualname = f"{scope.qualname}.{node.name}"
        else:
            qualname = f"{scope.qualname}.<locals>.{node.name}"
        is_function = isinstance(node, nodes.FunctionDef)
        binding = self._add(node.name, "function" if is_function else "class", node.line)
        binding.node = node
        binding.symbol = (
            Function(node, scope, qualname)
            if isinstance(node, nodes.FunctionDef)
            else Class(node, scope, qualname)
        )

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
                self._scope.stars.append(binding)
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

    def _bind_block(self, body: list[nodes.Statement], *, aside: bool = False) -> None:
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


def _has_runtime_replacement(statement: nodes.If) -> bool:
    """Whether an `if TYPE_CHECKING` has an `else` that imports or defines what is there at run time."""
    kinds = (nodes.Import, nodes.ImportFrom, nodes.FunctionDef, nodes.ClassDef)
    return (
        last_name(statement.test) == "TYPE_CHECKING"
        and bool(statement.orelse)
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
