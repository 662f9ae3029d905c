"""Prefixes, paths, dependencies, inclusions and events that FastAPI refuses, and types of responses."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.containers import iterated
from fastapi_lint.application.assembly.values import (
    NONE,
    Blueprint,
    Built,
    Constant,
    Given,
    LambdaRoutine,
    Routine,
    Table,
    Text,
    TypeExpression,
    Value,
    text_of,
)
from fastapi_lint.application.markers import is_depends, marker_name
from fastapi_lint.application.registrars import App, Certainty, Inclusion, RouteRegistration
from fastapi_lint.application.rejected_parameters import schemaless_reason
from fastapi_lint.application.rejections import Rejection
from fastapi_lint.application.schemaless_types import SchemalessTypes
from fastapi_lint.application.source_text import source_text

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.registrars import Registrar
    from fastapi_lint.application.routes import Route
    from fastapi_lint.index import nodes

_ADDING_CONVERTORS = frozenset({"register_url_convertor"})
_EVENTS = ("startup", "shutdown")
_REFUSES_ITSELF = "0.128.7"
_REFUSES_CYCLES = "0.137"
"""The versions of FastAPI since which a router in itself, and a longer cycle, are refused."""


class RejectedRouting:
    """Looks at every app, router, inclusion and route."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._types = SchemalessTypes(application.inference, application.models)

    @property
    def all(self) -> Iterator[Rejection]:
        """What is refused in linted files."""
        for registrar in self._application.routing.interpreter.registrars:
            yield from self._of_registrar(registrar)
            for each in registrar.inclusions:
                yield from self._of_inclusion(each)
        for route in self._application.routes:
            yield from self._of_route(route)

    # Apps and routers

    def _of_registrar(self, registrar: Registrar) -> Iterator[Rejection]:
        if not isinstance(registrar, App):
            yield from self._prefix(registrar.options.get("prefix"))
        yield from self._dependencies(
            registrar.options.get("dependencies"), is_used=bool(registrar.registrations)
        )
        for handler in registrar.event_handlers:
            if handler.how == "on_event" and handler.event and handler.event not in _EVENTS:
                if handler.call is not None:
                    nearest = next(iter(get_close_matches(handler.event, _EVENTS, n=1, cutoff=0)), "startup")
                    reason = f"there is no event `{handler.event}`, only `startup` and `shutdown`"
                    yield Rejection(
                        "event", handler.module, handler.call, reason, f"did you mean `{nearest}`?"
                    )

    def _of_inclusion(self, inclusion: Inclusion) -> Iterator[Rejection]:
        prefix = inclusion.call.keyword("prefix")
        if prefix is not None:
            yield from self._wrong_slash(inclusion, inclusion.call, inclusion.level.prefix)
        yield from self._dependencies(inclusion.level.dependencies, is_used=True)
        if inclusion.is_circular:
            yield from self._cycle(inclusion)
        elif not inclusion.level.prefix.parts and inclusion.certainty >= Certainty.USUAL:
            yield from self._empty_path(inclusion)

    def _cycle(self, inclusion: Inclusion) -> Iterator[Rejection]:
        is_itself = inclusion.router is inclusion.registrar
        versions = self._application.versions
        since = _REFUSES_ITSELF if is_itself else _REFUSES_CYCLES
        if versions is not None and versions.below("fastapi", since):
            return
        router = source_text(inclusion.call.args[0]) if inclusion.call.args else "the router"
        reason = f"`{router}` is included in itself"
        if not is_itself:
            reason = f"`{router}` includes the router already that it is included in"
        inner = () if inclusion.router is None else tuple(inclusion.router.inclusions)
        chain = () if is_itself else tuple(each.level.hop for each in inner[:1])
        yield Rejection(
            "cycle", inclusion.module, inclusion.call, reason, "include another router", chain=chain
        )

    def _empty_path(self, inclusion: Inclusion) -> Iterator[Rejection]:
        """A route of an included router for which neither has a path."""
        if inclusion.router is None:
            return
        for each in inclusion.router.registrations[: inclusion.size]:
            if isinstance(each, RouteRegistration) and each.certainty >= Certainty.USUAL and _is_empty(each):
                described = self._application.routing.interpreter.described(each.endpoint)
                shown = "a mount" if each.kind == "mount" else f"`{described.name}`"
                yield Rejection(
                    "empty-path",
                    inclusion.module,
                    inclusion.call,
                    f"the prefix is empty, and so is the path of {shown} ({each.module.path}:{each.line})",
                    'give a prefix, or the route the path `"/"`',
                )
                return

    def _prefix(self, given: Given | None) -> Iterator[Rejection]:
        call = self._call_giving(given)
        text = text_of(given.value) if given is not None else None
        if given is not None and call is not None and text is not None:
            yield from self._wrong_slash(given, call, text)

    def _wrong_slash(self, at: Given | Inclusion, call: nodes.Call, text: Text) -> Iterator[Rejection]:
        first, last = (text.parts[0], text.parts[-1]) if text.parts else ("/", "")
        reason = None
        if isinstance(first, str) and not first.startswith("/"):
            reason = f"the prefix `{text}` does not begin with a slash"
        elif isinstance(last, str) and last.endswith("/"):
            reason = f"the prefix `{text}` ends with a slash, and the paths of the routes begin with one"
        if reason is not None:
            written = str(text).strip("/")
            advice = f'write `prefix="/{written}"`' if written else "leave the prefix out"
            yield Rejection("prefix", at.scope.module, call, reason, advice, keyword="prefix")

    # Dependencies

    def _dependencies(self, given: Given | None, *, is_used: bool) -> Iterator[Rejection]:
        call = self._call_giving(given)
        if given is None or call is None:
            return
        module, written = given.scope.module, source_text(given.node)
        if is_depends(given.value):
            reason = "`dependencies` is a single `Depends(…)`, and has to be a list"
            yield Rejection(
                "dependency-list", module, call, reason, f"write `[{written}]`", keyword="dependencies"
            )
            return
        for element in iterated(given.value)[0] if is_used else ():
            name = self._no_depends(element.value)
            if name is not None:
                reason = f"{name} in `dependencies` is no `Depends(…)`"
                yield Rejection(
                    "dependency", module, call, reason, "wrap it in `Depends(…)`", keyword="dependencies"
                )
                return

    def _no_depends(self, value: Value) -> str | None:
        """How to name something that surely is no `Depends(…)`; None for what may be one."""
        match value:
            case Routine(function=function):
                return f"`{function.name}`" if not function.node.decorators else None
            case LambdaRoutine():
                return "a lambda"
            case Blueprint(cls=cls):
                return f"`{cls.name}`" if not cls.node.decorators else None
            case TypeExpression(node=node):
                return f"`{source_text(node)}`"
            case Constant():
                return f"`{value.value!r}`"
            case Built(cls=cls):
                is_other = marker_name(value) is not None or cls.startswith("fastapi.security.")
                return f"`{cls.rpartition('.')[2]}(…)`" if is_other and not is_depends(value) else None
        return None

    def _call_giving(self, given: Given | None) -> nodes.Call | None:
        """The call whose argument something is, if it stands in a linted file."""
        if given is None or given.value == NONE or not self._application.is_linted(given.scope.module):
            return None
        calls = self._application.located(given.scope.module).calls.values()
        return next(
            (call for call, _ in calls for each in call.keywords if each.value is given.node),
            None,
        )

    # Routes

    def _of_route(self, route: Route) -> Iterator[Rejection]:
        call = route.call
        if call is None or route.registration.method == "include_router":
            return
        yield from self._dependencies(route.option("dependencies"), is_used=True)
        if not self._application.is_linted(route.module):
            return
        path = route.path
        for name in route.pattern.repeated:
            reason = f"`{{{name}}}` stands twice in the path `{path}`"
            if route.kind == "mount":
                reason += ", to which a mount adds `{path:path}`" if name == "path" else ""
            yield Rejection("path", route.module, call, reason, "give each variable a name of its own")
            return
        for convertor in route.pattern.foreign_convertors:
            if self._convertors is not None and convertor not in self._convertors:
                reason = f"there is no convertor `{convertor}`, which `{path}` names"
                advice = "use `str`, `int`, `float`, `uuid` or `path`; the type of the parameter validates"
                yield Rejection("path", route.module, call, reason, advice)
                return
        yield from self._response(route, call)
        yield from self._additional_responses(route, call)

    def _response(self, route: Route, call: nodes.Call) -> Iterator[Rejection]:
        model = route.response_model
        if model is None or route.registration.incomplete is not None:
            return
        if self._application.lazy_annotations.of_return(route) is not None:
            return
        found = self._types.find(model.node, model.scope)
        if found is None:
            return
        advice = "declare a Pydantic model with `response_model=`"
        if found.kind == "response":
            advice = "declare the model with `response_model=`, or none with `response_model=None`"
        reason = schemaless_reason(found, f"the answer of `{route.handler.name}`")
        yield Rejection("response", route.module, call, reason, advice)

    def _additional_responses(self, route: Route, call: nodes.Call) -> Iterator[Rejection]:
        """`responses={404: {"model": …}}`."""
        given = route.option("responses")
        entries = given.value.entries if given is not None and isinstance(given.value, Table) else []
        for status, response in entries:
            model = response.value.get(Constant("model")) if isinstance(response.value, Table) else None
            found = self._types.find(model.node, model.scope) if model is not None else None
            if found is not None:
                shown = status.value if isinstance(status, Constant) else "…"
                reason = schemaless_reason(found, f"the answer {shown} of `{route.handler.name}`")
                advice = "declare a Pydantic model"
                yield Rejection("response", route.module, call, reason, advice, keyword="responses")

    @cached_property
    def _convertors(self) -> frozenset[str] | None:
        """The convertors that the project adds to Starlette's; None when that is not known."""
        found = set()
        for module in self._application.modules:
            calls = list(self._application.calls_of(module, _ADDING_CONVERTORS))
            if not calls and "CONVERTOR_TYPES" in module.scope.bindings:
                return None
            for call, scope in calls:
                name = self._application.inference.qualified_name(call.func, scope)
                if name is not None and name.endswith(".register_url_convertor"):
                    given = call.args[0] if call.args else call.keyword("key")
                    key = self._application.inference.literal_string(given, scope)
                    if key is None:
                        return None
                    found.add(key)
        return frozenset(found)


def _is_empty(registration: RouteRegistration) -> bool:
    """Whether the path of a route, with the prefix of its router, is empty."""
    if registration.kind == "mount":
        return registration.method == "mount" and str(registration.path).strip("/") == ""
    own = registration.own.prefix.parts if registration.own is not None else ()
    return not own and not registration.path.parts
