"""FAL310 inconsistent-response-shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from fastapi_lint.application.returned import is_changed, origins
from fastapi_lint.diagnostics import Location, TraceStep
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.return_rule import ReturnRule
from fastapi_lint.rules.wording import listed

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.returned import Returned
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Function, Scope


class InconsistentResponseShape(ReturnRule):
    """
    ## What it does
    Reports handlers without a response model that return dictionaries with different keys, or a list of such.

    Empty dictionaries, dictionaries whose keys are not all known, and responses of their own are left alone.

    ## Why it is bad
    No client can rely on any of the keys, and no documentation says when which of them comes.

    ## Use instead
    One model, with optional fields for what may be missing, and an `HTTPException` for what went wrong.
    """

    code = "FAL310"
    name = "inconsistent-response-shape"
    preset = Preset.STRICT

    @classmethod
    def wrong(cls, app: Application, route: Route) -> Iterator[Returned]:
        """The first value whose keys differ from those before."""
        found = _difference(app, route)
        if found is not None:
            yield found.returned

    def report_returned(self, node: cst.Return, route: Route, value: Returned) -> None:
        """Report that value."""
        found = _difference(self.app, route)
        if found is None:
            return
        place = Location(found.first.statement.line, found.first.statement.column + 1)
        self.report(
            node,
            f"`{route.handler.name}` answers in different shapes: not all of them have {listed(sorted(found.keys))}",
            help="declare one response model for all that the handler returns",
            trace=(TraceStep(self.module.path, place, "this one has other keys"),)
            if found.first.statement is not value.statement
            else (),
        )


class _Difference(NamedTuple):
    """A value whose keys are not those of one before it."""

    returned: Returned
    first: Returned
    keys: frozenset[str]
    """The keys that only one of the two has."""


def _difference(app: Application, route: Route) -> _Difference | None:
    function, responses = route.function, app.responses
    if function is None or route.kind != "http" or not responses.is_json(route):
        return None
    if not responses.is_unfiltered(route) or _sets_status(function):
        return None
    known: dict[bool, tuple[Returned, frozenset[str]]] = {}
    for returned in responses.returned(route):
        for in_list, keys in _shapes(app, returned.node, returned.scope, function):
            first, others = known.setdefault(in_list, (returned, keys))
            if keys != others:
                return _Difference(returned, first, keys ^ others)
    return None


def _shapes(
    app: Application, node: nodes.Expression, scope: Scope, function: Function
) -> Iterator[tuple[bool, frozenset[str]]]:
    """The keys of a dictionary, or of those in a list, and whether it is in a list."""
    for origin, where in origins(node, scope):
        if isinstance(node, nodes.Name) and is_changed(node.id, function):
            continue
        elements: tuple[nodes.Expression, ...] = (origin,)
        in_list = False
        if isinstance(origin, (nodes.Sequence, nodes.Comprehension)) and origin.kind == "list":
            elements, in_list = origin.elements, True
        for each in elements:
            keys = _keys(app, each, where)
            if keys:
                yield in_list, keys


def _keys(app: Application, node: nodes.Expression, scope: Scope) -> frozenset[str] | None:
    """The keys of a dictionary display; None when any of them is not known."""
    if not isinstance(node, nodes.Mapping):
        return None
    found = [app.inference.literal_string(key, scope) for key in node.keys]
    return None if None in found else frozenset(key for key in found if key is not None)


def _sets_status(function: Function) -> bool:
    """Whether another status says which shape it is."""
    return any(
        isinstance(target, nodes.Attribute) and target.attr == "status_code"
        for node in find_in_scope(function.node.body, {nodes.Assign})
        for target in node.targets
    )
