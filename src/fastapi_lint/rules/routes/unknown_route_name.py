"""FAL231 unknown-route-name."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Location, Severity, TraceStep
from fastapi_lint.index import nodes
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.call_rule import CallRule
from fastapi_lint.rules.route_rule import shown
from fastapi_lint.rules.wording import listed

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Scope

_FINDERS = frozenset(
    {
        *("fastapi.APIRouter.url_path_for", "fastapi.FastAPI.url_path_for"),
        *("fastapi.Request.url_for", "fastapi.WebSocket.url_for"),
        *("fastapi.requests.HTTPConnection.url_for", "starlette.requests.HTTPConnection.url_for"),
        *("starlette.applications.Starlette.url_path_for", "starlette.routing.Router.url_path_for"),
    }
)
_REQUESTS = ("fastapi.Request", "fastapi.WebSocket", "fastapi.requests.HTTPConnection")
"""What has the application as its attribute `app`."""


class UnknownRouteName(CallRule):
    """
    ## What it does
    Reports `url_for` and `url_path_for` of a name that no route of the project has, and of one whose routes want other
    variables for their paths. The name of a route is that of its handler, unless `name=` gives another. Nothing is
    reported where routes may be registered that are not known.

    ## Why it is bad
    The call raises `NoMatchFound`: the request ends in a 500. A handler that is renamed takes the links to it along.

    ## Use instead
    The route's name, with its variables: `request.url_for("read_user", user_id=1)`. An explicit `name=` survives a
    renamed handler.
    """

    code = "FAL231"
    name = "unknown-route-name"
    severity = Severity.ERROR
    preset = Preset.STRICT
    names = frozenset({"url_for", "url_path_for"})

    @classmethod
    def is_wrong(cls, app: Application, call: nodes.Call, scope: Scope) -> bool:
        """Whether it finds nothing."""
        name = _name(app, call, scope)
        if name is None or not app.route_names.is_complete:
            return False
        return not app.route_names.may_exist(name, _given(call)) or _wanted(app, call, name) is not None

    def report_call(self, node: cst.Call, call: nodes.Call, scope: Scope) -> None:
        """Report it."""
        name = _name(self.app, call, scope) or ""
        wanted = _wanted(self.app, call, name)
        known = self.app.route_names
        if wanted is None:
            nearest = difflib.get_close_matches(name, sorted(known.routes), n=1, cutoff=0.6)
            self.report(
                node,
                f"no route is named `{name}`: this raises `NoMatchFound`",
                help=f"did you mean `{nearest[0]}`?" if nearest else None,
            )
            return
        first = known.find(name)[0]
        given = listed(sorted(_given(call) or ())) if _given(call) else "nothing"
        self.report(
            node,
            f"`{shown(first)}` wants {listed(sorted(wanted)) if wanted else 'no variables'}, and gets {given}: "
            "this raises `NoMatchFound`",
            help="give exactly the variables of its path",
            trace=[
                TraceStep(each.module.path, Location(each.line, 1), shown(each)) for each in known.find(name)
            ],
        )


def _name(app: Application, call: nodes.Call, scope: Scope) -> str | None:
    """The name that is looked for, if it is written down."""
    if not _finds_routes(app, call.func, scope):
        return None
    return app.inference.literal_string(call.argument(0, "name"), scope)


def _finds_routes(app: Application, function: nodes.Expression, scope: Scope) -> bool:
    if app.inference.qualified_name(function, scope) in _FINDERS:
        return True
    match function:
        case nodes.Attribute(value=nodes.Attribute(value=request, attr="app"), attr="url_path_for"):
            return app.inference.is_instance(app.inference.infer(request, scope), _REQUESTS)
    return False


def _given(call: nodes.Call) -> frozenset[str] | None:
    """The variables that a call gives; None when they are not known."""
    names = [each.name for each in call.keywords]
    if None in names or any(isinstance(each, nodes.Starred) for each in call.args):
        return None
    by_position = {"name"} if not call.args else set()
    return frozenset(each for each in names if each is not None) - by_position


def _wanted(app: Application, call: nodes.Call, name: str) -> frozenset[str] | None:
    """The variables of a route of that name, where no such route takes what the call gives."""
    given = _given(call)
    wanted = app.route_names.variables(name)
    if given is None or wanted is None or given in wanted:
        return None
    return min(wanted, key=lambda each: (len(each ^ given), sorted(each)))
