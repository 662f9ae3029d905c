"""Routers that one app includes twice under the same prefix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from fastapi_lint.application.assembly.values import UNKNOWN_TEXT
from fastapi_lint.application.registrars import Certainty, Inclusion

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.registrars import App, Registrar, Router
    from fastapi_lint.index import nodes

_Way: TypeAlias = "tuple[Inclusion, ...]"


class RepeatedInclusion(NamedTuple):
    """A router at a prefix where the app has it already."""

    prefix: str
    """The whole prefix, that of the router included."""
    first: _Way
    """How the app comes to it the first time: inclusions, outermost first."""
    again: _Way


def repeated_inclusions(application: Application) -> Mapping[nodes.Call, RepeatedInclusion]:
    """By the call that includes it again."""
    found: dict[nodes.Call, RepeatedInclusion] = {}
    for app in application.routing.interpreter.apps:
        if application.is_production(app.module):
            for each in _repetitions(app):
                if not _in_tests(application, each):
                    found.setdefault(_differing(each).call, each)
    return found


def _repetitions(app: App) -> Iterator[RepeatedInclusion]:
    """The outermost routers that are there twice; what they include is there twice because of them."""
    seen: dict[tuple[Router, str], _Way] = {}

    def visit(registrar: Registrar, prefix: str, way: _Way) -> Iterator[RepeatedInclusion]:
        for each in registrar.inclusions:
            router = each.router
            if router is None or each.certainty < Certainty.USUAL or each.is_circular:
                continue
            if any(router is outer.router for outer in way):
                continue
            whole = f"{prefix}{each.parent.prefix}{each.level.prefix}"
            following = (*way, each)
            key = (router, whole)
            if key not in seen:
                seen[key] = following
                yield from visit(router, whole, following)
            elif UNKNOWN_TEXT not in whole and router.registrations and not router.is_placeholder:
                repeated = RepeatedInclusion(whole + str(router.level.prefix), seen[key], following)
                if _differing(repeated) is not _differing(repeated, of_first=True):
                    yield repeated

    return visit(app, "", ())


def _differing(repeated: RepeatedInclusion, *, of_first: bool = False) -> Inclusion:
    """The inclusion at which the second way, or the first, leaves the other."""
    way, other = repeated.again, repeated.first
    if of_first:
        way, other = other, way
    calls = {each.call for each in other}
    return next((each for each in way if each.call not in calls), way[-1])


def _in_tests(application: Application, repeated: RepeatedInclusion) -> bool:
    return any(not application.is_production(each.module) for each in (*repeated.first, *repeated.again))
