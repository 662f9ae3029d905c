"""The application model: one object that rules ask about the checked project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi_lint.application.externals import Externals
from fastapi_lint.application.inference import Inference
from fastapi_lint.application.located import LocatedNodes
from fastapi_lint.application.model_options import ModelOptions
from fastapi_lint.application.modules import Module, Project
from fastapi_lint.application.names import all_definitions
from fastapi_lint.application.scopes import Class, Function

if TYPE_CHECKING:
    from fastapi_lint.application.annotated_moves import AnnotatedMoves
    from fastapi_lint.application.class_relations import ClassRelations
    from fastapi_lint.application.coroutines import Unawaited
    from fastapi_lint.application.effects import Effects
    from fastapi_lint.application.event_loop import EventLoop
    from fastapi_lint.application.frozen_defaults import FrozenDefaults
    from fastapi_lint.application.hoistable_dependencies import HoistableDependencies
    from fastapi_lint.application.injected_classes import InjectedClasses
    from fastapi_lint.application.lazy_annotations import LazyAnnotations
    from fastapi_lint.application.leaking_overrides import LeakingOverrides
    from fastapi_lint.application.leaks import Leaks
    from fastapi_lint.application.lent_resources import LentResources
    from fastapi_lint.application.located import Span
    from fastapi_lint.application.marker_defaults import MarkerDefaults
    from fastapi_lint.application.matching import Conflict
    from fastapi_lint.application.models import Models
    from fastapi_lint.application.opened_resources import OpenedResources
    from fastapi_lint.application.operation_ids import IdCollision
    from fastapi_lint.application.overrides import Overrides
    from fastapi_lint.application.per_call import PerCall
    from fastapi_lint.application.providers import Providers
    from fastapi_lint.application.raw_bodies import RawBody
    from fastapi_lint.application.registrars import App, Registration, Router
    from fastapi_lint.application.rejections import Rejections
    from fastapi_lint.application.repeated_dependencies import ListedDependency
    from fastapi_lint.application.repeated_inclusions import RepeatedInclusion
    from fastapi_lint.application.request_models import RequestModels
    from fastapi_lint.application.responses import Responses
    from fastapi_lint.application.reused_models import ReusedModels
    from fastapi_lint.application.route_names import RouteNames
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.routing import Routing
    from fastapi_lint.application.sensitive_fields import SensitiveFields
    from fastapi_lint.application.settings_dependencies import SettingsDependencies
    from fastapi_lint.application.split_dependencies import SplitDependencies
    from fastapi_lint.application.stale_overrides import StaleOverrides
    from fastapi_lint.application.unincluded_routers import UnincludedRouters
    from fastapi_lint.application.unprotected_routes import UnprotectedRoutes
    from fastapi_lint.application.value_leaks import ValueLeaks
    from fastapi_lint.config.versions import ProjectVersions
    from fastapi_lint.index import nodes


class Application:
    """Everything known of one checked project. Its parts are derived when first asked for."""

    def __init__(
        self,
        project: Project,
        candidates: Iterable[str],
        *,
        coroutine_files: Iterable[str] = (),
        model_files: Iterable[str] = (),
        rebuilding_files: Iterable[str] = (),
        overriding_files: Iterable[str] | None = None,
        loop_starting_files: Callable[[str], Iterable[str]] = lambda _: (),
        options: ModelOptions | None = None,
        versions: ProjectVersions | None = None,
        is_test: frozenset[str] = frozenset(),
        is_script: frozenset[str] = frozenset(),
        linted: frozenset[str] | None = None,
    ) -> None:
        self.project = project
        self.options = options or ModelOptions()
        self.versions = versions
        self.inference = Inference(project, Externals())
        self.test_files = is_test | is_script
        """Paths of all that is no production code: tests, scripts and migrations."""
        self.script_files = is_script - is_test
        """Those of scripts and migrations."""
        self.loop_starting_files = loop_starting_files
        """The files without coroutines that may start a loop for a function of that name."""
        self._linted = linted
        self._candidates = sorted(candidates)
        self._coroutine_files = sorted({*self._candidates, *coroutine_files})
        self._model_files = sorted({*self._candidates, *model_files})
        self._rebuilding_files = sorted(rebuilding_files)
        self._overriding_files = sorted(self._candidates if overriding_files is None else overriding_files)
        self._located: dict[Module, LocatedNodes] = {}

    def narrowed(self, path: str) -> Application:
        """The same project, of which nothing is known yet but what expressions are; rules see one file alone."""
        narrowed = Application(
            self.project,
            {path}.intersection(self._candidates),
            coroutine_files={path}.intersection(self._coroutine_files),
            model_files={path}.intersection(self._model_files),
            rebuilding_files=self._rebuilding_files,
            overriding_files={path}.intersection(self._overriding_files),
            loop_starting_files=self.loop_starting_files,
            options=self.options,
            versions=self.versions,
            is_test=self.test_files - self.script_files,
            is_script=self.script_files,
            linted=self._linted,
        )
        narrowed.inference = self.inference
        return narrowed

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """The modules whose text mentions FastAPI or Starlette, by path: where the model starts."""
        return tuple(self.project.module_at(path) for path in self._candidates)

    @cached_property
    def async_modules(self) -> tuple[Module, ...]:
        """The modules whose `async def`s count as running on a loop: `modules`, and others that have some."""
        return tuple(self.project.module_at(path) for path in self._coroutine_files)

    @cached_property
    def model_modules(self) -> tuple[Module, ...]:
        """The modules that may define data models: `modules`, and others that mention Pydantic."""
        return tuple(self.project.module_at(path) for path in self._model_files)

    @cached_property
    def rebuilding_modules(self) -> tuple[Module, ...]:
        """The modules, also those that are not linted, that complete models with `model_rebuild()`."""
        return tuple(self.project.module_at(path) for path in self._rebuilding_files)

    @cached_property
    def overriding_modules(self) -> tuple[Module, ...]:
        """Those of `modules` that may put something in the place of dependencies."""
        return tuple(self.project.module_at(path) for path in self._overriding_files)

    @cached_property
    def models(self) -> Models:
        """Data models and their fields."""
        from fastapi_lint.application.models import Models

        return Models(self.inference)

    @cached_property
    def responses(self) -> Responses:
        """What routes answer."""
        from fastapi_lint.application.responses import Responses

        return Responses(self)

    @cached_property
    def lazy_annotations(self) -> LazyAnnotations:
        """Annotations that are text, and cannot be evaluated."""
        from fastapi_lint.application.lazy_annotations import LazyAnnotations

        return LazyAnnotations(self)

    @cached_property
    def frozen_defaults(self) -> FrozenDefaults:
        """Defaults that are evaluated once and should not be."""
        from fastapi_lint.application.frozen_defaults import FrozenDefaults

        return FrozenDefaults(self)

    @cached_property
    def leaks(self) -> Leaks:
        """Secrets that routes send to their clients."""
        from fastapi_lint.application.leaks import Leaks

        return Leaks(self)

    @cached_property
    def value_leaks(self) -> ValueLeaks:
        """Secrets in what handlers return."""
        from fastapi_lint.application.value_leaks import ValueLeaks

        return ValueLeaks(self)

    @cached_property
    def sensitive_fields(self) -> SensitiveFields:
        """Which fields must not reach a client."""
        from fastapi_lint.application.sensitive_fields import SensitiveFields
        from fastapi_lint.knowledge.sensitive import SensitiveNames

        return SensitiveFields(
            SensitiveNames(self.options.sensitive_names, self.options.extend_sensitive_names)
        )

    @cached_property
    def routing(self) -> Routing:
        """Apps, routers and routes."""
        from fastapi_lint.application.routing import Routing

        return Routing(self)

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes of every app in match order; then those of routers that no app is known to include."""
        return self.routing.routes

    @property
    def apps(self) -> tuple[App, ...]:
        """The project's apps."""
        return self.routing.apps

    @property
    def routers(self) -> tuple[Router, ...]:
        """The project's routers."""
        return self.routing.routers

    def routes_of(self, function: Function) -> tuple[Route, ...]:
        """The routes that a function answers."""
        return self.routing.routes_of(function)

    def routes_registered_by(self, call: nodes.Call) -> tuple[Route, ...]:
        """The routes that a decorator or a registering call adds, once for each place they are served at."""
        return self.routing.routes_registered_by(call)

    def registrations(self, module: Module) -> Iterator[Registration]:
        """What a module registers, on any app or router."""
        return self.routing.registrations(module)

    @cached_property
    def route_conflicts(self) -> Mapping[Route, Conflict]:
        """Routes that lose requests to an earlier one."""
        from fastapi_lint.application.matching import conflicts

        return conflicts(self.routes)

    @cached_property
    def request_models(self) -> RequestModels:
        """Models that clients fill in."""
        from fastapi_lint.application.request_models import RequestModels

        return RequestModels(self)

    @cached_property
    def route_names(self) -> RouteNames:
        """What `url_for` finds."""
        from fastapi_lint.application.route_names import RouteNames

        return RouteNames(self)

    @cached_property
    def repeated_dependencies(self) -> Mapping[tuple[Module, int, int], ListedDependency]:
        """Dependencies listed for routes that all have them already, with the one that comes first."""
        from fastapi_lint.application.repeated_dependencies import repeated_dependencies

        return repeated_dependencies(self.routes)

    @cached_property
    def repeated_inclusions(self) -> Mapping[nodes.Call, RepeatedInclusion]:
        """Calls that include a router where the app has it already."""
        from fastapi_lint.application.repeated_inclusions import repeated_inclusions

        return repeated_inclusions(self)

    @cached_property
    def unincluded_routers(self) -> UnincludedRouters:
        """Routers whose routes nobody serves."""
        from fastapi_lint.application.unincluded_routers import UnincludedRouters

        return UnincludedRouters(self)

    @cached_property
    def raw_bodies(self) -> Mapping[nodes.Call, RawBody]:
        """Calls that read a body of a request which a declared parameter would do."""
        from fastapi_lint.application.raw_bodies import raw_bodies

        return raw_bodies(self)

    @cached_property
    def rejections(self) -> Rejections:
        """What FastAPI refuses."""
        from fastapi_lint.application.rejections import Rejections

        return Rejections(self)

    @cached_property
    def id_collisions(self) -> Mapping[nodes.Call, list[IdCollision]]:
        """Operations of OpenAPI that have one id, by the call to report."""
        from fastapi_lint.application.operation_ids import id_collisions

        return id_collisions(self)

    @cached_property
    def unprotected_routes(self) -> UnprotectedRoutes:
        """Routes without authentication among siblings that have it."""
        from fastapi_lint.application.unprotected_routes import UnprotectedRoutes

        return UnprotectedRoutes(self)

    @cached_property
    def answering_functions(self) -> frozenset[Function]:
        """The functions whose return value becomes the answer to a request, or is injected."""
        from fastapi_lint.application.answers import answering_functions

        return answering_functions(self.routing.answering, self.inference)

    @cached_property
    def injected_classes(self) -> InjectedClasses:
        """Classes whose objects dependencies provide."""
        from fastapi_lint.application.injected_classes import InjectedClasses

        return InjectedClasses(self)

    @cached_property
    def class_relations(self) -> ClassRelations:
        """What is certain of classes."""
        from fastapi_lint.application.class_relations import ClassRelations

        return ClassRelations(self.inference)

    @cached_property
    def providers(self) -> Providers:
        """The functions that FastAPI calls as dependencies."""
        from fastapi_lint.application.providers import Providers

        return Providers(self)

    @cached_property
    def lent_resources(self) -> LentResources:
        """Who keeps what a dependency has lent."""
        from fastapi_lint.application.lent_resources import LentResources

        return LentResources(self)

    @cached_property
    def opened_resources(self) -> OpenedResources:
        """Sessions, connections and pools that are opened for one request."""
        from fastapi_lint.application.opened_resources import OpenedResources

        return OpenedResources(self)

    @cached_property
    def per_call(self) -> PerCall:
        """What functions make anew each time."""
        from fastapi_lint.application.per_call import PerCall

        return PerCall(self)

    @cached_property
    def settings_dependencies(self) -> SettingsDependencies:
        """Dependencies that make the settings anew."""
        from fastapi_lint.application.settings_dependencies import SettingsDependencies

        return SettingsDependencies(self)

    @cached_property
    def hoistable_dependencies(self) -> HoistableDependencies:
        """What the routes of a router repeat."""
        from fastapi_lint.application.hoistable_dependencies import HoistableDependencies

        return HoistableDependencies(self)

    @cached_property
    def split_dependencies(self) -> SplitDependencies:
        """Dependencies that are called twice for one request."""
        from fastapi_lint.application.split_dependencies import SplitDependencies

        return SplitDependencies(self)

    @cached_property
    def reused_models(self) -> ReusedModels:
        """Models for requests and responses at once."""
        from fastapi_lint.application.reused_models import ReusedModels

        return ReusedModels(self)

    @cached_property
    def leaking_overrides(self) -> LeakingOverrides:
        """Overrides that tests leave behind."""
        from fastapi_lint.application.leaking_overrides import LeakingOverrides

        return LeakingOverrides(self)

    @cached_property
    def stale_overrides(self) -> StaleOverrides:
        """Overrides of what no route depends on."""
        from fastapi_lint.application.stale_overrides import StaleOverrides

        return StaleOverrides(self)

    @cached_property
    def overrides(self) -> Overrides:
        """What stands in `dependency_overrides`."""
        from fastapi_lint.application.overrides import Overrides

        return Overrides(self)

    @cached_property
    def marker_defaults(self) -> MarkerDefaults:
        """Functions whose defaults are FastAPI's markers, and who calls them himself."""
        from fastapi_lint.application.marker_defaults import MarkerDefaults

        return MarkerDefaults(self)

    @cached_property
    def annotated_moves(self) -> AnnotatedMoves:
        """How markers that are defaults are written with `Annotated`."""
        from fastapi_lint.application.annotated_moves import AnnotatedMoves

        return AnnotatedMoves(self)

    @cached_property
    def effects(self) -> Effects:
        """What functions do to stored data."""
        from fastapi_lint.application.effects import Effects

        return Effects(self.inference, self.event_loop.steps)

    @cached_property
    def event_loop(self) -> EventLoop:
        """What runs on the event loop."""
        from fastapi_lint.application.event_loop import EventLoop

        return EventLoop(self)

    @cached_property
    def unawaited_coroutines(self) -> Mapping[Module, Mapping[Span, Unawaited]]:
        """Calls that make coroutines nobody awaits, by module and position."""
        from fastapi_lint.application.coroutines import Coroutines

        coroutines = Coroutines(self.inference, self.event_loop.steps, self.event_loop.decorated)
        result: dict[Module, dict[Span, Unawaited]] = {}
        for function in self.functions(self.linted(self.async_modules)):
            if function.module.path not in self.test_files:
                for found in coroutines.unawaited(function, answers_requests=self.answers_requests(function)):
                    result.setdefault(function.module, {})[found.call.span] = found
        return result

    def linted(self, modules: Iterable[Module]) -> Iterator[Module]:
        """Those of the modules in which findings are reported: nobody asks for what is found in others."""
        return filter(self.is_linted, modules)

    def is_linted(self, module: Module) -> bool:
        """Whether findings are reported in a module."""
        return self._linted is None or module.path in self._linted

    def is_test(self, module: Module) -> bool:
        """Whether a module is one of tests, not of scripts."""
        return module.path in self.test_files and module.path not in self.script_files

    def answers_requests(self, function: Function) -> bool:
        """Whether FastAPI itself calls the function and takes what it returns: a handler or a dependency."""
        return function in self.routing.answering

    def functions(self, modules: Iterable[Module] | None = None) -> Iterator[Function]:
        """Every function and method of the given modules (default: `modules`)."""
        for definition in self.definitions(modules):
            if isinstance(definition, Function):
                yield definition

    def classes(self, modules: Iterable[Module] | None = None) -> Iterator[Class]:
        """Every class of the given modules (default: `modules`)."""
        for definition in self.definitions(modules):
            if isinstance(definition, Class):
                yield definition

    def definitions(self, modules: Iterable[Module] | None = None) -> Iterator[Function | Class]:
        """Every definition of the given modules, in source order."""
        for module in self.modules if modules is None else modules:
            yield from all_definitions(module.scope)

    def located(self, module: Module) -> LocatedNodes:
        """The nodes of a module by their position: how a visitor finds the model's view of a CST node."""
        if module not in self._located:
            self._located[module] = LocatedNodes(module)
        return self._located[module]
