"""FAL222 router-options-at-include."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.registrars import Inclusion, RouteRegistration
from fastapi_lint.diagnostics import Location, Severity, TraceStep
from fastapi_lint.index.walk import last_name
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.call_rule import keyword_argument
from fastapi_lint.rules.wording import listed, quoted

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.registrars import Router
    from fastapi_lint.index import nodes

_OPTIONS = ("prefix", "tags", "dependencies")


class RouterOptionsAtInclude(Rule):
    """
    ## What it does
    Reports `prefix`, `tags` and `dependencies` that an `include_router` call gives to a router of the project which is
    included there and nowhere else. A prefix is left alone where the router has one of its own, or only includes
    others: there it says where the router is put, such as `/api/v1`.

    ## Why it is bad
    Whoever reads the router does not see where its routes are, nor who may call them. A router that is included
    elsewhere, in a test for instance, is there without its authentication.

    ## Use instead
    `router = APIRouter(prefix="/items", tags=["items"], dependencies=[Depends(get_current_user)])`.
    """

    code = "FAL222"
    name = "router-options-at-include"
    severity = Severity.INFO
    preset = Preset.STRICT

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The inclusions with such options."""
        for call, (inclusion, _) in _misplaced(app).items():
            yield Place(inclusion.module, call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """An `include_router` call."""
        call = self.call(node)
        if call is None or last_name(call.func) != "include_router":
            return
        found = _misplaced(self.app).get(call)
        if found is None:
            return
        inclusion, router = found
        names = [name for name in _options(inclusion, router) if keyword_argument(node, name) is not None]
        if names:
            place = Location(router.line, 1)
            is_one = len(names) == 1
            self.report(
                node,
                f"{listed(names)} of `{quoted(call.argument(0, 'router'))}` {'stands' if is_one else 'stand'} here, "
                "not where the router and its routes are",
                help=f"give {'it' if is_one else 'them'} to `APIRouter(…)`",
                trace=[TraceStep(router.module.path, place, f"{router.name} is made here")],
            )


def _misplaced(app: Application) -> dict[nodes.Call, tuple[Inclusion, Router]]:
    """The only inclusions of routers that give them something of their own."""
    found: dict[nodes.Call, tuple[Inclusion, Router]] = {}
    repeated: set[nodes.Call] = set()
    for router in app.routers:
        for inclusion in router.included_in:
            if inclusion.call in found or len(router.included_in) > 1:
                repeated.add(inclusion.call)
            if router.names and not router.is_placeholder and any(_options(inclusion, router)):
                found[inclusion.call] = (inclusion, router)
    return {call: each for call, each in found.items() if call not in repeated}


def _options(inclusion: Inclusion, router: Router) -> Iterator[str]:
    """The options that an inclusion gives and the router should have."""
    level, own = inclusion.level, router.level
    has_routes = any(isinstance(each, RouteRegistration) for each in router.registrations)
    if str(level.prefix) and not str(own.prefix) and has_routes:
        yield "prefix"
    if level.tags is not None:
        yield "tags"
    if level.dependencies is not None:
        yield "dependencies"
