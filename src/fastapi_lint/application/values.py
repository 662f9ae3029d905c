"""What an expression of the checked project is known to be, without running it. None stands for unknown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Struct

from fastapi_lint.application.modules import Module
from fastapi_lint.application.scopes import Class, Function, Scope
from fastapi_lint.index import nodes


class External(Struct, frozen=True):
    """Something outside the project, by its canonical dotted name: a module, class, function or constant."""

    name: str

    @property
    def last(self) -> str:
        """Its last part."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace package of the project."""

    name: str
    importer: Module = field(compare=False)


class Instance(Struct, frozen=True):
    """An object of a class. `arguments` are those of its annotation: `Page[User]`, `list[int]`."""

    type: Class | External
    arguments: tuple[Value | None, ...] = ()

    @property
    def class_name(self) -> str:
        """Full dotted name of its class."""
        return self.type.name if isinstance(self.type, External) else self.type.full_name


class Method(Struct, frozen=True):
    """A method together with the object (or, for a class method, the class) it is called on."""

    function: Function
    receiver: Value


class ExternalMethod(Struct, frozen=True):
    """A method of an object whose class is outside the project, as `class.method`."""

    name: str
    receiver: Instance


class Literal(Struct, frozen=True):
    """A constant."""

    value: str | int | float | bool | None


class Display(Struct, frozen=True):
    """A list, tuple, set or dict display, or a lambda or comprehension, with the scope it stands in."""

    node: nodes.Sequence | nodes.Mapping | nodes.Lambda | nodes.Comprehension
    scope: Scope


class Partial(Struct, frozen=True):
    """`functools.partial(function, …)`; the arguments are in `call`."""

    function: Value
    call: nodes.Call
    scope: Scope


class Awaitable(Struct, frozen=True):
    """What has to be awaited to give `result`; `function` is the coroutine function that made it."""

    result: Value | None
    function: Value | None = None


class Super(Struct, frozen=True):
    """`super()` in a method of `cls`."""

    cls: Class
    receiver: Instance


class Unpacked(Struct, frozen=True):
    """A tuple whose elements are known: the result of `return a, b`, or `tuple[A, B]`."""

    elements: tuple[Value | None, ...]


class Alternatives(Struct, frozen=True):
    """One of several: a union annotation."""

    values: tuple[Value | None, ...]


Value: TypeAlias = (
    Module
    | Namespace
    | External
    | Class
    | Function
    | Instance
    | Method
    | ExternalMethod
    | Literal
    | Display
    | Partial
    | Awaitable
    | Super
    | Unpacked
    | Alternatives
)

NONE = Literal(None)
