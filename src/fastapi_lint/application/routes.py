"""The effective routes of an application: what FastAPI serves once every router has been included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi_lint.application import values as static
from fastapi_lint.application.assembly.containers import iterated
from fastapi_lint.application.assembly.values import (
    NONE,
    UNKNOWN_TEXT,
    Blueprint,
    Constant,
    Foreign,
    Given,
    Text,
    Unknown,
    Value,
    joined,
    text_of,
)
from fastapi_lint.application.paths import PathPattern
from fastapi_lint.application.registrars import App, Certainty, Hop, Level, Registrar, RouteRegistration
from fastapi_lint.application.response_models import ResponseModel, response_model_of
from fastapi_lint.application.scopes import Class

if TYPE_CHECKING:
    from fastapi_lint.application.callables import Callee
    from fastapi_lint.application.dependencies import Dependency, RouteDependencies
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.routing import Routing
    from fastapi_lint.application.scopes import Function, Scope
    from fastapi_lint.index import nodes


@dataclass(eq=False)
class Route:
    """One route as it is served: with everything that the app and the routers above it add."""

    routing: Routing
    registration: RouteRegistration
    root: Registrar
    """The app it is served by, or the outermost router when no app of the project includes that."""
    levels: tuple[Level, ...]
    """The settings that apply to it: of the app, each `include_router`, each router, outermost first."""
    chain: tuple[Hop, ...]
    """How the app comes to serve it: the app, each inclusion, the registration."""
    certainty: Certainty
    """Whether it exists."""
    index: int
    """Its place in the order in which the app tries its routes."""

    @property
    def app(self) -> App | None:
        """The app that serves it; None when no app of the project is known to."""
        return self.root if isinstance(self.root, App) and not self.root.is_placeholder else None

    @property
    def conditional(self) -> bool:
        """Whether it exists only under a condition that is not known statically."""
        return self.certainty is not Certainty.SURE

    @property
    def kind(self) -> str:
        """`http`, `websocket` or `mount`."""
        return self.registration.kind

    @property
    def module(self) -> Module:
        """Where it is registered."""
        return self.registration.module

    @property
    def line(self) -> int:
        """The line of its decorator, or of the call that registers it."""
        return self.registration.line

    @property
    def call(self) -> nodes.Call | None:
        """Its decorator, or the call that registers it."""
        return self.registration.call

    @property
    def scope(self) -> Scope:
        """The scope in which its decorator or call stands."""
        return self.registration.scope

    @cached_property
    def handler(self) -> Callee:
        """What answers its requests."""
        return self.routing.interpreter.described(self.registration.endpoint)

    @property
    def function(self) -> Function | None:
        """The function of the project that answers its requests."""
        return self.handler.function

    @property
    def is_async(self) -> bool | None:
        """Whether the handler runs on the event loop; None when it is unknown. A mounted application does."""
        if self.kind == "mount":
            return (self.handler.is_known and self.registration.method != "frontend") or None
        return self.handler.is_async

    # Where it is served

    @cached_property
    def _path(self) -> Text:
        parts: list[Value] = [level.prefix for level in self.levels]
        return text_of(joined([*parts, self.registration.path])) or Text(())

    @cached_property
    def path(self) -> str:
        """The whole path; `{?}` stands for what is not known statically."""
        text = str(self._path)
        if self.kind == "mount" and self.registration.method != "frontend":
            return text.rstrip("/")
        return text

    @cached_property
    def pattern(self) -> PathPattern:
        """The path in Starlette's grammar."""
        return PathPattern(self.path, is_mount=self.kind == "mount")

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """The names of the variables in its path."""
        return self.pattern.parameters

    @cached_property
    def methods(self) -> tuple[str, ...]:
        """HTTP methods, sorted; `{?}` when they are not known."""
        if self.kind != "http":
            return ("GET", "HEAD") if self.registration.method == "frontend" else ()
        given = self.registration.methods
        starlette = self.registration.method in ("route", "add_route")
        if starlette and self.handler.kind == "class":
            return ()
        if given is None or given == NONE:
            if self.registration.method == "include_router":
                return (UNKNOWN_TEXT,)
            return ("GET", "HEAD") if starlette else ("GET",)
        found = set(_strings(given))
        methods = {each.upper() if each != UNKNOWN_TEXT else each for each in found}
        return tuple(sorted(methods | ({"HEAD"} if starlette and "GET" in methods else set())))

    @property
    def is_low_priority(self) -> bool:
        """Whether it is tried after all other routes, wherever it was added."""
        return self.registration.method == "frontend"

    @cached_property
    def has_own_matching(self) -> bool:
        """Whether its class may decide for itself which requests it takes: an own or unknown `route_class`."""
        given = self.registration.registrar.options.get("route_class")
        if given is None or given.value == NONE:
            return False
        if isinstance(given.value, Blueprint):
            line = self.routing.interpreter.inference.mro(given.value.cls)
            return any(isinstance(base, Class) and "matches" in base.body_scope.bindings for base in line)
        known = given.value.value if isinstance(given.value, Foreign) else None
        return not (isinstance(known, static.External) and known.name.endswith("APIRoute"))

    @cached_property
    def name(self) -> str:
        """The name by which `url_for` finds it."""
        given = self._given("name")
        if given is None or given.value == NONE:
            return self.handler.name if self.kind != "mount" else ""
        return str(given.value.value) if isinstance(given.value, Constant) else UNKNOWN_TEXT

    # What applies to it

    def _given(self, option: str) -> Given | None:
        return self.registration.options.get(option)

    def option(self, name: str) -> Given | None:
        """A keyword argument of its own registration."""
        return self._given(name)

    def _on_every_level(self, option: str) -> Iterator[Given]:
        if self.registration.own is None:
            return
        for level in self.levels:
            given = getattr(level, option)
            if given is not None:
                yield given
        own = self._given(option)
        if own is not None and own.value != NONE:
            yield own

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """Tags of all levels, outermost first, repeats kept."""
        if self.kind != "http":
            return ()
        return tuple(tag for given in self._on_every_level("tags") for tag in _strings(given.value))

    @cached_property
    def include_in_schema(self) -> bool | None:
        """Whether OpenAPI shows it; None when that is not known, or it is not an HTTP route."""
        if self.kind != "http":
            return None
        own = self._given("include_in_schema")
        levels = list(self._on_every_level("include_in_schema"))
        found = [_boolean(each.value) for each in levels or ([own] if own is not None else [])]
        return False if False in found else None if None in found else True

    @cached_property
    def deprecated(self) -> bool | None:
        """Whether any level marks it as deprecated; None when that is not known."""
        found = [_boolean(given.value) for given in self._on_every_level("deprecated")]
        return True if True in found else None if None in found else False

    @cached_property
    def status_code(self) -> int | None:
        """The declared status of a success; None when none is declared, or it is unknown (see `unknowns`)."""
        given = self._given("status_code")
        return status_of(given.value) if given is not None else None

    @cached_property
    def response_class(self) -> Given | None:
        """The response class given on the innermost level that gives one."""
        own = self._given("response_class")
        if own is not None and own.value != NONE:
            return own
        found = list(self._on_every_level("default_response_class"))
        return found[-1] if found else None

    @cached_property
    def generate_unique_id_function(self) -> Given | None:
        """The function that names its operation, given on the innermost level that gives one."""
        own = self._given("generate_unique_id_function")
        if own is not None:
            return own
        found = list(self._on_every_level("generate_unique_id_function"))
        return found[-1] if found else None

    @cached_property
    def responses(self) -> tuple[Given, ...]:
        """The `responses=` of all levels, outermost first: inner ones win."""
        return tuple(self._on_every_level("responses"))

    @cached_property
    def operation_id(self) -> str | None:
        """The explicit operation id."""
        given = self._given("operation_id")
        if given is None or given.value == NONE:
            return None
        return str(given.value.value) if isinstance(given.value, Constant) else UNKNOWN_TEXT

    @cached_property
    def response_model(self) -> ResponseModel | None:
        """The type that the response is validated against; None when there is none."""
        if self.kind != "http" or self.registration.own is None:
            return None
        return response_model_of(self.routing.interpreter, self._given("response_model"), self.handler)

    @cached_property
    def annotated_model(self) -> ResponseModel | None:
        """The type that it would be validated against without `response_model=`: the return annotation's."""
        if self.kind != "http" or self.registration.own is None:
            return None
        return response_model_of(self.routing.interpreter, None, self.handler)

    # Dependencies

    @cached_property
    def declared_dependencies(self) -> tuple[Dependency, ...]:
        """The dependencies of all levels (`dependencies=[…]`), outermost first, without those of the signature."""
        from fastapi_lint.application.dependencies import listed

        return tuple(
            dependency
            for given in self._on_every_level("dependencies")
            for dependency in listed(self.routing.interpreter, given)
        )

    @cached_property
    def resolution(self) -> RouteDependencies:
        """Its dependencies, resolved."""
        from fastapi_lint.application.dependencies import RouteDependencies

        declared = self.declared_dependencies if self.registration.own is not None else ()
        return RouteDependencies(
            self.routing, declared, self.handler, self.path_parameters, tuple(self._route_classes())
        )

    def _route_classes(self) -> Iterator[Value]:
        """What may be its class, where one is given."""
        registrar = self.registration.registrar
        given = (registrar.options.get("route_class"), self._given("route_class_override"))
        yield from (each.value for each in given if each is not None and each.value != NONE)
        if "route_class" in registrar.attributes:
            yield registrar.attributes["route_class"]

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """All dependencies in FastAPI's order: each before those it needs, each callable at its first place only."""
        if self.kind == "mount" and self.registration.method != "frontend":
            return ()
        if self.registration.own is None or self.registration.method == "frontend":
            return self.resolution.declared_only
        return self.resolution.flattened

    @cached_property
    def security(self) -> tuple[Dependency, ...]:
        """Those of its dependencies that authenticate."""
        return tuple(each for each in self.dependencies if self.routing.security.authenticates(each))

    # What is not known

    @cached_property
    def unknowns(self) -> dict[str, str]:
        """The fields that are not known statically, each with the reason."""
        found: dict[str, str] = {}
        for reason in self._path.unknowns:
            found["path"] = reason
        if not self.handler.is_known:
            found["handler"] = self.handler.reason
        if UNKNOWN_TEXT in self.methods:
            found["methods"] = _reason(self.registration.methods)
        if UNKNOWN_TEXT in self.tags:
            found["tags"] = "a tag is known only at run time"
        given = self._given("status_code")
        if given is not None and given.value != NONE and self.status_code is None:
            found["status_code"] = _reason(given.value)
        if self.kind == "http" and self.include_in_schema is None:
            found["include_in_schema"] = _AT_RUN_TIME
        if self.registration.incomplete is not None:
            found["options"] = self.registration.incomplete
        is_foreign = self.handler.kind == "library" and not self.handler.label.startswith(_FRAMEWORK)
        if is_foreign and self.registration.own is not None:
            found |= dict.fromkeys(
                ("dependencies", "security"), f"the code of `{self.handler.name}` is not here"
            )
        if self.registration.method == "include_router":  # it stands for all routes of an unknown router
            found |= dict.fromkeys(_ROUTER_OPTIONS, self.handler.reason)
        return {field: reason or _AT_RUN_TIME for field, reason in found.items()}

    def __repr__(self) -> str:
        return f"<route {','.join(self.methods) or self.kind} {self.path}>"


_AT_RUN_TIME = "it is known only at run time"
_FRAMEWORK = ("fastapi.", "starlette.")
_ROUTER_OPTIONS = ("status_code", "tags", "include_in_schema")
"""What a router may give to each of its routes, besides what depends on the handler."""


def status_of(value: Value) -> int | None:
    """The status code that a value stands for."""
    if isinstance(value, Constant):
        return value.value if type(value.value) is int else None
    if isinstance(value, Foreign) and isinstance(value.value, static.External):
        name = value.value.name.removesuffix(".value")
        found = re.search(r"\.(?:HTTP|WS)_(\d+)_\w+$", name)
        if found:
            return int(found.group(1))
        if name.startswith("http.HTTPStatus."):
            member = HTTPStatus.__members__.get(name.rpartition(".")[2])
            return int(member) if member is not None else None
    return None


def _boolean(value: Value) -> bool | None:
    return bool(value.value) if isinstance(value, Constant) else None


def _strings(value: Value) -> Iterator[str]:
    if isinstance(value, Constant) and isinstance(value.value, str):
        yield from value.value  # a string instead of a list is taken letter by letter
        return
    elements, rest = iterated(value)
    for element in elements:
        yield str(element.value.value) if isinstance(element.value, Constant) else UNKNOWN_TEXT
    if rest is not None:
        yield UNKNOWN_TEXT


def _reason(value: Value | None) -> str:
    return value.reason if isinstance(value, Unknown) and value.reason else "it is known only at run time"
