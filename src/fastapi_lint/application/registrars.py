"""Apps and routers, and what the project's code does to them, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from fastapi_lint.index import nodes

if TYPE_CHECKING:
    from fastapi_lint.application.assembly.values import Arguments, Blueprint, Given, Text, Value
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.scopes import Scope


class Certainty(IntEnum):
    """Whether something happens when the application starts; of several conditions the least certain counts."""

    UNUSUAL = 0
    """Only when settings differ from their defaults."""
    OPEN = 1
    """It depends on a condition of which nothing is known."""
    USUAL = 2
    """Unless settings differ from their defaults."""
    SURE = 3


class Happening:
    """Something that the project's code does to an app or router."""

    __slots__ = ()
    certainty: Certainty

    @property
    def conditional(self) -> bool:
        """Whether it stands under a condition that is not known statically."""
        return self.certainty is not Certainty.SURE


class Hop(NamedTuple):
    """A place on the way from an app to a route, and what happens there."""

    module: Module
    line: int
    text: str


class Escape(NamedTuple):
    """A place where an app or router leaves what is followed."""

    reason: str
    module: Module
    line: int
    may_register: bool = True
    """Whether it may get further routes there; else it is only put to another use than to be served."""


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """What a router, an app or an `include_router` call gives to every route that passes through it."""

    hop: Hop
    prefix: Text
    tags: Given | None = None
    dependencies: Given | None = None
    responses: Given | None = None
    deprecated: Given | None = None
    include_in_schema: Given | None = None
    default_response_class: Given | None = None
    generate_unique_id_function: Given | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RouteRegistration(Happening):
    """A route added to an app or router."""

    registrar: Registrar
    method: str
    """The registering method: `get`, `api_route`, `add_api_route`, `websocket`, `add_route`, `mount`, `frontend` …"""
    kind: str
    """`http`, `websocket` or `mount`."""
    path: Text
    methods: Value | None
    """As given; None when the method implies them."""
    endpoint: Value
    options: dict[str, Given]
    """Keyword arguments of the registering call, and the positional ones by their names."""
    own: Level | None
    """The app's or router's own settings at that time; None for Starlette's methods, which do not apply them."""
    module: Module
    """Where it is written: of a decorator, the module of the decorated function."""
    line: int
    call: nodes.Call | None
    """The decorator, or the call that registers."""
    inner_call: nodes.Call | None
    """The call of FastAPI's own method, where an own helper makes it."""
    scope: Scope
    certainty: Certainty
    incomplete: str | None = None
    """Why further options may have been given."""


@dataclass(frozen=True, slots=True, eq=False)
class Inclusion(Happening):
    """A router included in an app or in another router."""

    registrar: Registrar
    router: Router | None
    """None when it is not known which."""
    reason: str
    """Why it is not known."""
    level: Level
    parent: Level
    """The including router's own settings at that time."""
    size: int
    """How many registrations the included router had at that time."""
    module: Module
    line: int
    call: nodes.Call
    scope: Scope
    certainty: Certainty
    is_circular: bool = False
    """The included router surely is the including one, or includes that already."""


Registration: TypeAlias = RouteRegistration | Inclusion


@dataclass(frozen=True, slots=True, eq=False)
class Middleware(Happening):
    """A middleware added to an app."""

    cls: Value
    """Its class, or the function under `@app.middleware("http")`."""
    options: dict[str, Given]
    module: Module
    line: int
    call: nodes.Call | None
    scope: Scope
    certainty: Certainty
    is_function: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ExceptionHandler(Happening):
    """A handler of an exception class or a status code."""

    exception: Given | None
    handler: Value
    module: Module
    line: int
    call: nodes.Call | None
    scope: Scope
    certainty: Certainty


@dataclass(frozen=True, slots=True, eq=False)
class EventHandler:
    """A start-up or shutdown handler."""

    event: str
    """`startup`, `shutdown`, or whatever was given."""
    handler: Value
    how: str
    """`on_event`, `add_event_handler` or `argument` (`on_startup=[…]`)."""
    module: Module
    line: int
    call: nodes.Call | None
    scope: Scope
    position: int
    """How many registrations the app or router had at that time."""


@dataclass(eq=False)
class Registrar:
    """An object on which routes are registered."""

    module: Module
    """Where it is made."""
    call: nodes.Call | None
    """The call that makes it; None for a function's parameter, which the project never gives a value."""
    line: int
    scope: Scope
    blueprint: Blueprint | None
    """Its class, where that is one of the project's."""
    arguments: Arguments | None
    options: dict[str, Given] = field(default_factory=dict)
    """Keyword arguments it was made with, also by an own `__init__` through `super()`."""
    library_class: str = ""
    """Qualified name of the library's class that it is an object of, or derives from."""
    factory: str = ""
    """`module:function()`, where it is made in a function."""
    registrations: list[Registration] = field(default_factory=list)
    included_in: list[Inclusion] = field(default_factory=list)
    mounted_in: list[RouteRegistration] = field(default_factory=list)
    event_handlers: list[EventHandler] = field(default_factory=list)
    escapes: list[Escape] = field(default_factory=list)
    """Where it is passed to unknown code, which may register more, and the like."""
    level: Level = field(init=False)
    """Its own prefix, tags, dependencies …, as they are now."""
    attributes: dict[str, Value] = field(default_factory=dict)
    """Attributes that are not FastAPI's."""
    is_placeholder: bool = False
    """It stands for an argument that no known call gives."""
    names: list[str] = field(default_factory=list)
    """Every module-level variable that holds it, as `module:variable`."""

    @property
    def name(self) -> str:
        """`module:variable`, or `module:function()` when no module-level variable holds it."""
        return self.names[0] if self.names else self.factory

    @property
    def kind(self) -> str:
        """`app` or `router`."""
        return "app" if isinstance(self, App) else "router"

    @property
    def lifespan(self) -> Given | None:
        """What was given as `lifespan=`."""
        return self.options.get("lifespan")

    @property
    def routes(self) -> Iterator[RouteRegistration]:
        """The routes registered on it directly."""
        return (each for each in self.registrations if isinstance(each, RouteRegistration))

    @property
    def inclusions(self) -> Iterator[Inclusion]:
        """The routers included in it directly."""
        return (each for each in self.registrations if isinstance(each, Inclusion))

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name or self.line}>"


@dataclass(eq=False, repr=False)
class Router(Registrar):
    """An `APIRouter`, or Starlette's `Router`."""


@dataclass(eq=False, repr=False)
class App(Registrar):
    """A `FastAPI` or `Starlette` application."""

    added_middleware: list[Middleware] = field(default_factory=list)
    """In the order in which the code adds them; those of `middleware=[…]` first."""
    constructed_with: int = 0
    """How many of them come from `middleware=[…]`."""
    exception_handlers: list[ExceptionHandler] = field(default_factory=list)

    @property
    def middleware(self) -> list[Middleware]:
        """Outermost first: the last one added, …, the first one added, then `middleware=[…]` as written."""
        given = self.added_middleware[: self.constructed_with]
        return self.added_middleware[self.constructed_with :][::-1] + given
