"""Scopes, and the functions and classes defined in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fastapi_lint.application.bindings import Binder, Binding
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope

if TYPE_CHECKING:
    from fastapi_lint.application.modules import Module

_NOTABLE: frozenset[type[nodes.Node]] = frozenset(
    {
        nodes.Assign,
        nodes.Attribute,
        nodes.AugmentedAssign,
        nodes.Await,
        nodes.BinaryOperation,
        nodes.Call,
        nodes.Comparison,
        nodes.Comprehension,
        nodes.Delete,
        nodes.For,
        nodes.Lambda,
        nodes.Starred,
        nodes.Subscript,
        nodes.With,
        nodes.Yield,
    }
)


_NO_NAMES: Mapping[str, str] = {}
"""Shared by the scopes that declare none."""


class Scope:
    """The names bound in the body of a module, class or function, or by a lambda or comprehension."""

    __slots__ = (
        "bindings",
        "is_class",
        "is_comprehension",
        "module",
        "node",
        "outer_names",
        "owner",
        "parent",
        "qualname",
        "stars",
    )

    def __init__(self, module: Module, node: nodes.Node | None, parent: Scope | None, qualname: str) -> None:
        self.module = module
        self.node = node
        self.parent = parent
        self.qualname = qualname
        self.bindings: dict[str, tuple[Binding, ...]] = {}
        self.stars: tuple[Binding, ...] = ()
        """Star imports."""
        self.outer_names: Mapping[str, str] = _NO_NAMES
        """Names declared `global` or `nonlocal` here."""
        self.owner: Function | Class | None = None
        self.is_class = isinstance(node, nodes.ClassDef)
        """Class bodies are not visible from the functions inside them."""
        self.is_comprehension = isinstance(node, nodes.Comprehension)
        """A comprehension runs in place: outside of its own names, what holds for its place holds in it."""

    @classmethod
    def of_module(cls, module: Module) -> Scope:
        """The module-level scope, without what functions bind in it through `global`."""
        scope = cls(module, None, None, "")
        Binder(scope).bind_body(module.index.body)
        return scope

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

    def reveal(self, fact: int) -> None:
        """Say that findings in other files may lean on something in the bodies of the functions in a scope.

        Of a module they may lean on any function that it had.
        """
        if self.parent is None:
            self.module.revealed[0] = self.module.revealed.get(0, 0) | fact
        for definition in self.definitions():
            definition.reveal(fact)

    def define(self, node: nodes.FunctionDef | nodes.ClassDef) -> Function | Class:
        """The function or class that a statement of this scope defines."""
        if self.owner is None:
            qualname = node.name
        elif isinstance(self.owner, Class):
            qualname = f"{self.qualname}.{node.name}"
        else:
            qualname = f"{self.qualname}.<locals>.{node.name}"
        if isinstance(node, nodes.FunctionDef):
            return Function(node, self, qualname)
        return Class(node, self, qualname)

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
            binder = Binder(self._scope)
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

    __slots__ = ("_body_nodes", "node", "outermost", "revealed")

    node: nodes.FunctionDef

    def __init__(self, node: nodes.FunctionDef, scope: Scope, qualname: str) -> None:
        super().__init__(scope, qualname)
        self.node = node
        self._body_nodes: list[nodes.Node] | None = None
        around = scope.function
        self.outermost: Function = around.outermost if around is not None else self
        """The function in whose body it is defined, at any depth; else itself."""
        self.revealed = 0
        """What of the body findings in other files may lean on, of outermost functions: see `revealed.py`."""

    def reveal(self, fact: int) -> None:
        """Say that findings in other files may lean on something in the body."""
        outermost = self.outermost
        if fact & ~outermost.revealed:
            outermost.revealed |= fact
            self.module.revealed[outermost.node.line] = outermost.revealed

    @property
    def body_nodes(self) -> list[nodes.Node]:
        """What its body does, in source order: its calls, operators, assignments, loops and the like.

        Found in one walk for all who ask. As with `find_in_scope`, what lies in nested definitions, lambdas and
        comprehensions is not among them.
        """
        if self._body_nodes is None:
            self._body_nodes = find_in_scope(self.node.body, _NOTABLE)
        return self._body_nodes

    @property
    def calls(self) -> Iterator[nodes.Call]:
        """The calls among `body_nodes`."""
        return (node for node in self.body_nodes if isinstance(node, nodes.Call))

    def forget_body(self) -> None:
        """The body of the node is another now."""
        super().forget_body()
        self._body_nodes = None

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

    def reveal(self, fact: int) -> None:
        """Say that findings in other files may lean on something in the bodies of its methods."""
        self.body_scope.reveal(fact)


def lambda_scope(node: nodes.Lambda, parent: Scope) -> Scope:
    """The scope of a lambda's body."""
    scope = Scope(
        parent.module, node, parent, f"{parent.qualname}.<lambda>" if parent.qualname else "<lambda>"
    )
    Binder(scope).bind_parameters(node.parameters)
    return scope


def comprehension_scope(node: nodes.Comprehension, parent: Scope) -> Scope:
    """The scope of a comprehension: its loop variables."""
    scope = Scope(parent.module, node, parent, parent.qualname)
    Binder(scope).bind_generators(node)
    return scope
