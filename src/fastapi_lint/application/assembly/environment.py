"""The names in force where an expression stands, and their values."""

from __future__ import annotations

from fastapi_lint.application.assembly.values import Given, Value
from fastapi_lint.application.scopes import Class, Scope


class Environment:
    """The variables of one execution of a module, class body or function."""

    __slots__ = ("module_environment", "origins", "parent", "scope", "variables")

    def __init__(self, scope: Scope, parent: Environment | None) -> None:
        self.scope = scope
        self.parent = parent
        self.variables: dict[str, Value] = {}
        self.origins: dict[str, Given] = {}
        """Of a function's parameters: the arguments, as the caller wrote them."""
        self.module_environment: Environment = parent.module_environment if parent is not None else self

    def holder(self, name: str) -> Environment | None:
        """The environment in which Python looks a name up from here; None when no scope binds it."""
        if self.scope.outer_names.get(name) == "global":
            return self.module_environment
        current: Environment | None = self
        while current is not None:
            visible = current is self or not isinstance(current.scope.owner, Class)
            if visible and (name in current.variables or current._declares(name)):
                return current
            current = current.parent
        return None

    def _declares(self, name: str) -> bool:
        """Whether the name is one of this scope, though nothing is bound to it yet."""
        # A comprehension or lambda has only the names it binds itself; the scope is that around it.
        is_inner = self.parent is not None and self.parent.scope is self.scope
        return not is_inner and name in self.scope.bindings and name not in self.scope.outer_names

    def assign(self, name: str, value: Value) -> None:
        """Bind a name, where a `global` or `nonlocal` declaration says."""
        kind = self.scope.outer_names.get(name)
        if kind == "global":
            self.module_environment.variables[name] = value
        elif kind == "nonlocal" and self.parent is not None:
            (self.parent.holder(name) or self.parent).variables[name] = value
        else:
            self.variables[name] = value

    def origin(self, name: str) -> Given | None:
        """The argument behind a parameter of the function that runs here."""
        return self.origins.get(name)

    def __repr__(self) -> str:
        return f"<environment of {self.scope!r}>"
