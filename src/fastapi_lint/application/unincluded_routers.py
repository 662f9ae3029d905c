"""Routers whose routes nobody serves: no app of the project includes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from fastapi_lint.application.hidden_uses import HiddenUses
from fastapi_lint.application.modules import Module
from fastapi_lint.application.registrars import App, Router
from fastapi_lint.application.revealed import SOMETHING
from fastapi_lint.application.values import External
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import mentions_of

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.registrars import Inclusion, Registrar

_INCLUDING = frozenset({"include_router"})
_EXAMPLES = frozenset({"demo", "demos", "doc", "docs", "example", "examples", "sample", "samples"})
"""Folders whose apps show how to use a library."""


class UnincludedRouters:
    """Looks for them where an app includes them in no way that is known, nor may in any other."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._registrars = application.routing.interpreter.registrars

    @cached_property
    def by_call(self) -> Mapping[nodes.Call, Router]:
        """Those of linted files, by the call that makes each. Of routers that include each other, the outermost."""
        if not any(self._is_app_of_project(app) for app in self._application.apps):
            return {}
        suspects = list(self._candidates())
        if not suspects or self._has_routes_replaced():
            return {}
        mentioned = self._mentioned(suspects)
        suspects = [each for each in suspects if each not in mentioned]
        if suspects and self._includes_unknown():
            suspects = [each for each in suspects if not self._hidden_uses.may_reach(each.module)]
        return {each.call: each for each in suspects if each.call is not None}

    @cached_property
    def _hidden_uses(self) -> HiddenUses:
        """What code may get at that includes routers which are not known: nothing that nobody can name."""
        loaded = filter(self._application.is_production, self._application.project.loaded())
        return HiddenUses(self._application.inference, loaded, frozenset(self._application.modules))

    def _is_app_of_project(self, app: App) -> bool:
        folders = app.module.path.split("/")
        return self._application.is_production(app.module) and _EXAMPLES.isdisjoint(folders)

    def _candidates(self) -> Iterator[Router]:
        included = self._included()
        for router in self._application.routers:
            if (
                self._application.is_linted(router.module)
                and router not in included
                and not any(map(self._counts, router.included_in))
                and not router.mounted_in
                and not router.escapes
                and not router.is_placeholder
                and router.names
                and self._application.is_production(router.module)
                and any(self._routes(router, frozenset()))
            ):
                yield router

    def _included(self) -> set[Registrar]:
        """What apps include, those too that are only arguments of functions; what tests do does not count."""
        seen: set[Registrar] = set()
        waiting: list[Registrar] = [
            each for each in self._registrars if isinstance(each, App) or each.is_placeholder
        ]
        while waiting:
            registrar = waiting.pop()
            if registrar not in seen:
                seen.add(registrar)
                waiting += [
                    each.router for each in registrar.inclusions if each.router and self._counts(each)
                ]
        return seen

    def _counts(self, inclusion: Inclusion) -> bool:
        return self._application.is_production(inclusion.module)

    def _routes(self, router: Router, above: frozenset[Router]) -> Iterator[object]:
        yield from router.routes
        for each in router.inclusions:
            if each.router is not None and each.router not in above:
                yield from self._routes(each.router, above | {router})

    def _has_routes_replaced(self) -> bool:
        """Whether routes are put into apps in ways that are not followed."""
        return any(
            isinstance(registrar, App) and any("`rout" in each.reason for each in registrar.escapes)
            for registrar in self._registrars
        )

    def _includes_unknown(self) -> bool:
        """Whether apps may include routers that are not known."""
        known = {each.call for registrar in self._registrars for each in registrar.inclusions}
        return any(
            self._is_unknown(each) for registrar in self._registrars for each in registrar.inclusions
        ) or any(call not in known for call in self._including_calls())

    def _is_unknown(self, inclusion: Inclusion) -> bool:
        """Whether any router of the project may be what is included: not so for what a library makes or holds."""
        if inclusion.router is not None or inclusion.reason.endswith("is not a router of the project"):
            return False
        given = inclusion.call.argument(0, "router")
        if isinstance(given, nodes.Call):
            return not isinstance(self._application.inference.infer(given.func, inclusion.scope), External)
        return True

    def _including_calls(self) -> Iterator[nodes.Call]:
        """The calls of `include_router` in the code, also where nothing is known to get to."""
        for module in self._application.modules:
            if self._application.is_production(module):
                yield from (call for call, _ in self._application.calls_of(module, _INCLUDING))

    def _mentioned(self, routers: Iterable[Router]) -> set[Router]:
        """Those that the code uses for more than registering on them: an app may get them in a way not known."""
        by_label: dict[str, set[Router]] = {}
        for router in routers:
            for label in router.names:
                by_label.setdefault(label, set()).add(router)
        found: set[Router] = set()
        for module in self._application.modules:
            if self._application.is_production(module):
                found.update(self._mentioned_in(module, by_label))
        return found

    def _mentioned_in(self, module: Module, by_label: Mapping[str, set[Router]]) -> Iterator[Router]:
        """The routers whose variables a module uses, its own and those of others, beyond attributes of them."""
        module.scope.reveal(SOMETHING)
        names = {label.split(":")[1] for label in by_label}
        own = self._local_names(module, names, by_label)
        for node, parent in mentions_of(names | own.keys(), module.index.body):
            if isinstance(node, nodes.Name):
                if not _is_registered_on(node, parent) and not _is_assigned_to(node, parent):
                    yield from own.get(node.id, ())
            else:
                value = self._application.inference.infer(node.value, module.scope)
                if isinstance(value, Module):
                    yield from by_label.get(f"{value.name}:{node.attr}", ())

    def _local_names(
        self, module: Module, names: Collection[str], by_label: Mapping[str, set[Router]]
    ) -> Mapping[str, set[Router]]:
        """The routers that names of a module stand for: of its own variables, and of those it imports."""
        found = {name: set(by_label.get(f"{module.name}:{name}", ())) for name in names}
        for local, bindings in module.scope.bindings.items():
            for each in bindings:
                if each.kind == "import" and each.attribute in names:
                    origin = self._application.inference.imported_binding(each)
                    if origin is not None:
                        label = f"{origin.scope.module.name}:{each.attribute}"
                        found.setdefault(local, set()).update(by_label.get(label, ()))
        return found


def _is_registered_on(node: nodes.Name, parent: nodes.Node) -> bool:
    return isinstance(parent, nodes.Attribute) and parent.attr != "routes"


def _is_assigned_to(node: nodes.Name, parent: nodes.Node) -> bool:
    return isinstance(parent, nodes.Assign) and node in parent.targets
