"""The apps, routers and routes of a project, and how to find them from its code."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.assemble import assemble
from fastapi_lint.application.flattening import Flattening
from fastapi_lint.application.readings import Readings
from fastapi_lint.application.registrars import App, Registrar, Router
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.routes import Route
from fastapi_lint.application.security import Security
from fastapi_lint.application.signatures import Signatures

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.request_reads import RequestReads
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.application.unmatched_parameters import UnmatchedParameters
    from fastapi_lint.index import nodes

_LAZY_INCLUSION = "0.137"
"""Since this version of FastAPI a route added to a router after its inclusion is served."""


class Routing:
    """Made from the whole project when first asked for."""

    def __init__(self, application: Application) -> None:
        self.interpreter = assemble(application)
        self.models = application.models
        self.signatures = Signatures(self.interpreter, application.models)
        self.security = Security(self.interpreter.inference)
        versions = application.versions
        self._lazy = versions is None or not versions.below("fastapi", _LAZY_INCLUSION)

    @property
    def apps(self) -> tuple[App, ...]:
        """The project's apps, in the order in which they are made; those of tests last."""
        return tuple(app for app in self.interpreter.apps if not app.is_placeholder)

    @property
    def routers(self) -> tuple[Router, ...]:
        """The project's routers."""
        return tuple(self.interpreter.routers)

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The routes of every app in match order; then those of routers that no app is known to include."""
        found = tuple(route for root in self._roots() for route in self._routes_of(root))
        for route in found:
            if route.function is not None and route.function.module is not route.module:
                route.function.reveal(SOMETHING)
        return found

    def routes_served_by(self, app: Registrar) -> tuple[Route, ...]:
        """The routes of one app, in match order."""
        return tuple(route for route in self.routes if route.root is app)

    def routes_of(self, function: Function) -> tuple[Route, ...]:
        """The routes that a function answers."""
        return self._by_function.get(function, ())

    def routes_registered_by(self, call: nodes.Call) -> tuple[Route, ...]:
        """The routes that a decorator or a registering call adds, once for each place they are served at."""
        return self._by_call.get(call, ())

    @cached_property
    def answering(self) -> frozenset[Function]:
        """The functions that FastAPI calls for a request: handlers, dependencies, exception handlers."""
        found = {route.function for route in self.routes}
        found |= {each.callee.function for route in self.routes for each in route.dependencies}
        for app in self.interpreter.apps:
            found |= {self.interpreter.described(each.handler).function for each in app.exception_handlers}
        return frozenset(function for function in found if function is not None)

    @cached_property
    def readings(self) -> Readings:
        """The signatures of handlers and dependencies, as FastAPI reads them."""
        return Readings(self.interpreter.inference, self.signatures, self.routes)

    @cached_property
    def request_reads(self) -> RequestReads:
        """What functions read of the path of a request that they are given."""
        from fastapi_lint.application.request_reads import RequestReads

        return RequestReads(self.interpreter.inference)

    @cached_property
    def unmatched_parameters(self) -> UnmatchedParameters:
        """Parameters that are meant to come from a path, and do not stand in it."""
        from fastapi_lint.application.unmatched_parameters import UnmatchedParameters

        return UnmatchedParameters(self.signatures, self.models, self.routes)

    def _roots(self) -> Iterator[Registrar]:
        """Apps, then what is included nowhere."""
        yield from self.apps
        reached = self._reached(list(self.apps))
        for registrar in self.interpreter.registrars:
            if registrar not in reached and not registrar.included_in and registrar.registrations:
                yield registrar
                reached |= self._reached([registrar])
        for registrar in self.interpreter.registrars:
            if registrar not in reached and registrar.registrations:
                yield registrar
                reached |= self._reached([registrar])

    def _reached(self, start: list[App] | list[Registrar]) -> set[Registrar]:
        seen: set[Registrar] = set()
        waiting: list[Registrar] = list(start)
        while waiting:
            registrar = waiting.pop()
            if registrar not in seen:
                seen.add(registrar)
                waiting += [each.router for each in registrar.inclusions if each.router is not None]
        return seen

    def _routes_of(self, root: Registrar) -> list[Route]:
        return Flattening(self, root, lazy=self._lazy).routes()

    @cached_property
    def _by_function(self) -> dict[Function, tuple[Route, ...]]:
        found: dict[Function, list[Route]] = {}
        for route in self.routes:
            if route.function is not None and route.handler.kind != "class":
                found.setdefault(route.function, []).append(route)
        return {function: tuple(routes) for function, routes in found.items()}

    @cached_property
    def _by_call(self) -> dict[nodes.Call, tuple[Route, ...]]:
        found: dict[nodes.Call, list[Route]] = {}
        for route in self.routes:
            registration = route.registration
            for call in {registration.call, registration.inner_call}:
                if call is not None:
                    found.setdefault(call, []).append(route)
        return {call: tuple(routes) for call, routes in found.items()}
