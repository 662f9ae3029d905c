"""The application model: one object that rules ask about the checked project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi_lint.application.externals import Externals
from fastapi_lint.application.inference import Inference
from fastapi_lint.application.model_options import ModelOptions
from fastapi_lint.application.modules import Module, Project
from fastapi_lint.application.project_modules import ProjectModules

if TYPE_CHECKING:
    from fastapi_lint.application.annotated_moves import AnnotatedMoves
    from fastapi_lint.application.class_relations import ClassRelations
    from fastapi_lint.application.coroutines import Unawaited
    from fastapi_lint.application.effects import Effects
    from fastapi_lint.application.event_loop import EventLoop
    from fastapi_lint.application.file_groups import FileGroups
    from fastapi_lint.application.frozen_defaults import FrozenDefaults
    from fastapi_lint.application.hoistable_dependencies import HoistableDependencies
    from fastapi_lint.application.injected_classes import InjectedClasses
    from fastapi_lint.application.known_loop import LoopPart
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
    from fastapi_lint.application.registrars import App, Router
    from fastapi_lint.application.rejections import Rejections
    from fastapi_lint.application.repeated_dependencies import ListedDependency
    from fastapi_lint.application.repeated_inclusions import RepeatedInclusion
    from fastapi_lint.application.request_models import RequestModels
    from fastapi_lint.application.responses import Responses
    from fastapi_lint.application.reused_models import ReusedModels
    from fastapi_lint.application.route_names import RouteNames
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.routing import Routing
    from fastapi_lint.application.scopes import Function
    from fastapi_lint.application.sensitive_fields import SensitiveFields
    from fastapi_lint.application.settings_dependencies import SettingsDependencies
    from fastapi_lint.application.split_dependencies import SplitDependencies
    from fastapi_lint.application.stale_overrides import StaleOverrides
    from fastapi_lint.application.unincluded_routers import UnincludedRouters
    from fastapi_lint.application.unprotected_routes import UnprotectedRoutes
    from fastapi_lint.application.value_leaks import ValueLeaks
    from fastapi_lint.config.versions import ProjectVersions
    from fastapi_lint.index import nodes


class Application(ProjectModules):
    """Everything known of one checked project. Its parts are derived when first asked for."""

    def __init__(
        self,
        project: Project,
        files: FileGroups,
        *,
        options: ModelOptions | None = None,
        versions: ProjectVersions | None = None,
    ) -> None:
        super().__init__(project, files)
        self.options = options or ModelOptions()
        self.versions = versions
        self.inference = Inference(project, Externals())
        self.loop_part: LoopPart | None = None
        """All of the event loop that has to be searched for findings in linted files, where that is known."""
        self.waypoint: Callable[[], None] = lambda: None
        """Called again and again in analyses that take long; what it raises gives them up."""

    def narrowed(self, path: str) -> Application:
        """The same project, of which nothing is known yet but what expressions are; rules see one file alone."""
        narrowed = Application(
            self.project, self.files.only(path), options=self.options, versions=self.versions
        )
        narrowed.inference = self.inference
        return narrowed

    # Routes

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

    def answers_requests(self, function: Function) -> bool:
        """Whether FastAPI itself calls the function and takes what it returns: a handler or a dependency."""
        return function in self.routing.answering

    @cached_property
    def route_conflicts(self) -> Mapping[Route, Conflict]:
        """Routes of linted files that lose requests to an earlier one."""
        from fastapi_lint.application.matching import conflicts

        return conflicts(self.routes, lambda route: self.is_linted(route.module))

    @cached_property
    def route_names(self) -> RouteNames:
        """What `url_for` finds."""
        from fastapi_lint.application.route_names import RouteNames

        return RouteNames(self)

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
    def rejections(self) -> Rejections:
        """What FastAPI refuses."""
        from fastapi_lint.application.rejections import Rejections

        return Rejections(self)

    # Dependencies

    @cached_property
    def providers(self) -> Providers:
        """The functions that FastAPI calls as dependencies."""
        from fastapi_lint.application.providers import Providers

        return Providers(self)

    @cached_property
    def overrides(self) -> Overrides:
        """What stands in `dependency_overrides`."""
        from fastapi_lint.application.overrides import Overrides

        return Overrides(self)

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
    def repeated_dependencies(self) -> Mapping[tuple[Module, int, int], ListedDependency]:
        """Dependencies listed for routes that all have them already, with the one that comes first."""
        from fastapi_lint.application.repeated_dependencies import repeated_dependencies

        return repeated_dependencies(self.routes)

    @cached_property
    def hoistable_dependencies(self) -> HoistableDependencies:
        """Dependencies that every route of a router repeats."""
        from fastapi_lint.application.hoistable_dependencies import HoistableDependencies

        return HoistableDependencies(self)

    @cached_property
    def split_dependencies(self) -> SplitDependencies:
        """Dependencies that are called twice for one request."""
        from fastapi_lint.application.split_dependencies import SplitDependencies

        return SplitDependencies(self)

    @cached_property
    def settings_dependencies(self) -> SettingsDependencies:
        """Dependencies that make the settings anew."""
        from fastapi_lint.application.settings_dependencies import SettingsDependencies

        return SettingsDependencies(self)

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
    def injected_classes(self) -> InjectedClasses:
        """Classes whose objects dependencies provide."""
        from fastapi_lint.application.injected_classes import InjectedClasses

        return InjectedClasses(self)

    @cached_property
    def lent_resources(self) -> LentResources:
        """Calls that keep a session, or what else a dependency closes at the end, for longer."""
        from fastapi_lint.application.lent_resources import LentResources

        return LentResources(self)

    @cached_property
    def opened_resources(self) -> OpenedResources:
        """Sessions, connections and pools that are opened for one request."""
        from fastapi_lint.application.opened_resources import OpenedResources

        return OpenedResources(self)

    # Models, and what is sent and received

    @cached_property
    def models(self) -> Models:
        """Data models and their fields."""
        from fastapi_lint.application.models import Models

        return Models(self.inference)

    @cached_property
    def class_relations(self) -> ClassRelations:
        """Which values surely cannot be called, and which classes are surely unrelated."""
        from fastapi_lint.application.class_relations import ClassRelations

        return ClassRelations(self.inference)

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
    def request_models(self) -> RequestModels:
        """Models that clients fill in."""
        from fastapi_lint.application.request_models import RequestModels

        return RequestModels(self)

    @cached_property
    def reused_models(self) -> ReusedModels:
        """Models that serve as request and as response."""
        from fastapi_lint.application.reused_models import ReusedModels

        return ReusedModels(self)

    @cached_property
    def raw_bodies(self) -> Mapping[nodes.Call, RawBody]:
        """Calls that read a body of a request which a declared parameter would do."""
        from fastapi_lint.application.raw_bodies import raw_bodies

        return raw_bodies(self)

    @cached_property
    def responses(self) -> Responses:
        """What routes answer."""
        from fastapi_lint.application.responses import Responses

        return Responses(self)

    @cached_property
    def answering_functions(self) -> frozenset[Function]:
        """The functions whose return value becomes the answer to a request, or is injected."""
        from fastapi_lint.application.answers import answering_functions

        return answering_functions(self.routing.answering, self.inference)

    @cached_property
    def sensitive_fields(self) -> SensitiveFields:
        """Which fields must not reach a client."""
        from fastapi_lint.application.sensitive_fields import SensitiveFields
        from fastapi_lint.knowledge.sensitive import SensitiveNames

        return SensitiveFields(
            SensitiveNames(self.options.sensitive_names, self.options.extend_sensitive_names)
        )

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

    # What functions do, and where they run

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
            if self.is_production(function.module):
                for found in coroutines.unawaited(function, answers_requests=self.answers_requests(function)):
                    result.setdefault(function.module, {})[found.call.span] = found
        return result

    @cached_property
    def effects(self) -> Effects:
        """What functions do to stored data."""
        from fastapi_lint.application.effects import Effects

        return Effects(self.inference, self.event_loop.steps)

    @cached_property
    def per_call(self) -> PerCall:
        """What functions make anew each time, and what they keep."""
        from fastapi_lint.application.per_call import PerCall

        return PerCall(self)
