"""What the interpreter knows of an object: enough to follow apps and routers through a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from fastapi_lint.application import values as static
from fastapi_lint.application.modules import Module
from fastapi_lint.application.registrars import Certainty, Registrar
from fastapi_lint.application.scopes import Class, Function, Scope
from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.environment import Environment
    from fastapi_lint.application.bindings import Binding

UNKNOWN_TEXT = "{?}"
"""How a part of a text that is not known statically is shown."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is known only at run time."""

    reason: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A string, number, boolean or None."""

    value: str | int | float | bool | None
    assumed: bool = field(default=False, compare=False)
    """It is a default that the environment or a caller outside the project may replace."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string of which some parts are unknown."""

    parts: tuple[str | Unknown, ...]

    @property
    def unknowns(self) -> Iterator[str]:
        """Why parts of it are unknown."""
        return (part.reason for part in self.parts if isinstance(part, Unknown))

    def __str__(self) -> str:
        return "".join(part if isinstance(part, str) else UNKNOWN_TEXT for part in self.parts)


class Given(NamedTuple):
    """A value together with the expression that gave it, and where that stands."""

    value: Value
    node: nodes.Expression
    environment: Environment

    @property
    def scope(self) -> Scope:
        """The scope in which the expression stands."""
        return self.environment.scope


class Element(NamedTuple):
    """A member of a collection."""

    value: Value
    certainty: Certainty = Certainty.SURE
    """Whether it is in the collection."""


@dataclass(eq=False, slots=True)
class Listing:
    """A list, tuple or set. With a `rest` there are further elements nothing is known of."""

    elements: list[Element]
    kind: str = "list"
    rest: Unknown | None = None


@dataclass(eq=False, slots=True)
class Table:
    """A dict. With a `rest` there are further entries nothing is known of."""

    entries: list[tuple[Value, Given]]
    rest: Unknown | None = None

    def get(self, key: Value) -> Given | None:
        """The last entry under a key."""
        return next((given for each, given in reversed(self.entries) if each == key), None)


@dataclass(eq=False, slots=True)
class Routine:
    """A function of the project; free names of its body are looked up in `environment`."""

    function: Function
    environment: Environment
    wraps: Value | None = None
    """What `functools.wraps` says it stands for."""
    closed_over: tuple[Value, ...] = ()


@dataclass(eq=False, slots=True)
class LambdaRoutine:
    """A lambda."""

    node: nodes.Lambda
    environment: Environment


@dataclass(frozen=True, slots=True)
class Bound:
    """A method together with its object or class."""

    routine: Routine
    receiver: Value


@dataclass(frozen=True, slots=True)
class ViewMethod:
    """A method of a class-based view: FastAPI makes the object that it is called on, as a dependency."""

    routine: Routine
    view: Blueprint


@dataclass(eq=False, slots=True)
class Partial:
    """`functools.partial(function, …)`."""

    function: Value
    arguments: Arguments


@dataclass(eq=False, slots=True)
class Blueprint:
    """A class of the project; `attributes` are those its body has bound so far."""

    cls: Class
    environment: Environment
    """Where it is defined."""
    body: Environment | None = None
    """The names of its body, once that was executed."""


@dataclass(eq=False, slots=True)
class Thing:
    """An object of a class of the project. Its `__init__` runs when an attribute is first asked for."""

    blueprint: Blueprint
    call: nodes.Call | None
    pending: Arguments | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    name: str = ""
    """`module:variable` of the first module-level variable that held it."""


@dataclass(eq=False, slots=True)
class Built:
    """An object of a library's class, with what it was made from."""

    cls: str
    """Qualified name of the class, or of the library function that makes it."""
    arguments: Arguments
    name: str = ""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A value that the inference of names and types knows: a module, or something of a library."""

    value: static.Value


@dataclass(frozen=True, slots=True)
class LibraryHandler:
    """An `async def` of a library that answers a route which its router has from the start."""

    label: str
    """`module:qualname`."""


@dataclass(frozen=True, slots=True)
class LibraryMethod:
    """A method of an app, a router, a collection, or of any object that is not the project's."""

    receiver: Value
    name: str


@dataclass(frozen=True, slots=True)
class RouteList:
    """`router.routes`."""

    registrar: Registrar


@dataclass(eq=False, slots=True)
class Decorating:
    """What a registering method such as `router.get("/x")` returns: called with a function, it registers that."""

    registrar: Registrar
    method: str
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class ModulePath:
    """`package.__path__`."""

    package: Module


@dataclass(frozen=True, slots=True)
class Wraps:
    """`functools.wraps(function)`."""

    function: Value


@dataclass(frozen=True, slots=True)
class SuperProxy:
    """`super()` in a method of `cls` called on `receiver`."""

    cls: Class
    receiver: Value


@dataclass(frozen=True, slots=True)
class Imported:
    """A name bound by an import that has not been followed yet."""

    binding: Binding


@dataclass(frozen=True, slots=True)
class TypeExpression:
    """A subscripted or united type: `list[Item]`, `Item | None`."""

    node: nodes.Expression
    environment: Environment


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, depending on a condition."""

    values: tuple[Value, ...]


Value: TypeAlias = (
    Unknown
    | Constant
    | Text
    | Listing
    | Table
    | Routine
    | LambdaRoutine
    | Bound
    | ViewMethod
    | Partial
    | Blueprint
    | Thing
    | Built
    | Foreign
    | LibraryHandler
    | LibraryMethod
    | RouteList
    | Decorating
    | ModulePath
    | Wraps
    | SuperProxy
    | Imported
    | TypeExpression
    | Choice
    | Registrar
)

NONE = Constant(None)
_MOST_COMBINATIONS = 8


@dataclass(eq=False, slots=True)
class Arguments:
    """The arguments of a call, evaluated."""

    call: nodes.Call
    environment: Environment
    positional: list[Given] = field(default_factory=list)
    keywords: dict[str, Given] = field(default_factory=dict)
    rest: Unknown | None = None
    """Set when an unknown `*args` or `**kwargs` may give more."""

    def get(self, position: int | None, name: str) -> Given | None:
        """The argument at a position (None: keyword only) or under a name."""
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return self.keywords.get(name)

    def value(self, position: int | None, name: str) -> Value | None:
        """The value of that argument; None when it is not given."""
        given = self.get(position, name)
        return given.value if given is not None else None

    def values(self) -> Iterator[Value]:
        """All values."""
        yield from (given.value for given in self.positional)
        yield from (given.value for given in self.keywords.values())

    def after(self, count: int) -> Arguments:
        """The same without the first positional ones."""
        return Arguments(self.call, self.environment, self.positional[count:], dict(self.keywords), self.rest)


def text_of(value: Value | None) -> Text | None:
    """A value as text; None when it is surely not a string."""
    match value:
        case Constant(value=str(text)):
            return Text((text,) if text else ())
        case Text():
            return value
        case Unknown():
            return Text((value,))
        case Choice():
            return Text((Unknown("it depends on a condition"),))
        case Foreign() | Thing() | Built() | LibraryMethod() | Imported():
            return Text((Unknown("it is known only at run time"),))
    return None


def joined(values: list[Value]) -> Value:
    """The concatenation of values, each as text; of alternatives, every combination."""
    combinations: list[list[Value]] = [[]]
    for value in values:
        options = alternatives(value)
        if len(options) * len(combinations) > _MOST_COMBINATIONS:
            options = (Unknown("it depends on a condition"),)
        combinations = [[*before, option] for before in combinations for option in options]
    return choice(_joined(each) for each in combinations)


def _joined(values: list[Value]) -> Constant | Text:
    parts: list[str | Unknown] = []
    assumed = False
    for value in values:
        if isinstance(value, Constant) and not (value.value is None and value.assumed):
            pieces: Iterable[str | Unknown] = (str(value.value),)
            assumed = assumed or value.assumed
        else:
            text = text_of(value)
            pieces = text.parts if text is not None else (Unknown("it is known only at run time"),)
        for piece in pieces:
            if isinstance(piece, str) and parts and isinstance(parts[-1], str):
                parts[-1] += piece
            elif piece != "":
                parts.append(piece)
    if all(isinstance(part, str) for part in parts):
        return Constant("".join(str(part) for part in parts), assumed)
    return Text(tuple(parts))


def choice(values: Iterable[Value]) -> Value:
    """One value out of alternatives."""
    distinct: list[Value] = []
    for value in values:
        for each in value.values if isinstance(value, Choice) else (value,):
            if each not in distinct:
                distinct.append(each)
    return distinct[0] if len(distinct) == 1 else Choice(tuple(distinct))


def alternatives(value: Value) -> tuple[Value, ...]:
    """The values of a choice, or the value itself."""
    return value.values if isinstance(value, Choice) else (value,)
