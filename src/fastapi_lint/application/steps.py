"""What a function does when it runs, step by step.

A step is one of three things: it runs a function of the project, it uses something of a library, or it calls
something unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.scopes import Class, Function
    from fastapi_lint.application.values import Instance

Located: TypeAlias = (
    nodes.Call
    | nodes.With
    | nodes.For
    | nodes.Attribute
    | nodes.Comprehension
    | nodes.Subscript
    | nodes.BinaryOperation
    | nodes.Comparison
    | nodes.AugmentedAssign
)


class Run(Struct, frozen=True, eq=False):
    """A function of the project runs: now, or later on the same loop."""

    function: Function
    node: Located
    how: str
    """What makes it run: `call`, `await`, `enter`, `iterate`, `construct`, `read`, `write` or `operate`.

    Later and beside what comes after: `schedule` (as a task), `background` (after the response), `stream` (as the
    response). On a loop of its own, for which the caller waits: `private`. A coroutine of which it is not known
    what becomes of it is `made`.
    """
    receiver: Class | None = None
    """Class of the object whose method it is."""


class Use(Struct, frozen=True, eq=False):
    """Something of a library is called, entered (`with`), iterated over, or decorates the function itself."""

    name: str
    """Qualified name: of a function or class, or `class.method`; of the class when entered or iterated."""
    node: Located
    how: str
    """`call`, `enter`, `iterate` or `decorate`."""
    awaited: bool
    receiver: Instance | None = None


class Unresolved(Struct, frozen=True, eq=False):
    """A call of which it is not known what it runs."""

    node: nodes.Call


Step: TypeAlias = Run | Use | Unresolved


def as_call(decorator: nodes.Expression) -> nodes.Call:
    """A bare decorator as the call it is."""
    line, column = decorator.line, getattr(decorator, "column", 0)
    return nodes.Call(decorator, (), (), line, column, line, column)


def called_on_self(node: Located, method: Function) -> str | None:
    """The name in `self.name(…)` and `super().name(…)`: classes below may have another method of that name."""
    match node.func if isinstance(node, nodes.Call) else node:
        case nodes.Attribute(value=nodes.Name(id=holder), attr=name) if method.node.parameters:
            return name if holder == method.node.parameters[0].name else None
        case nodes.Attribute(value=nodes.Call(func=nodes.Name(id="super")), attr=name):
            return name if method.owner is not None else None
    return None
