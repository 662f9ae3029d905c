"""FAL501 cors-wildcard-credentials."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.constants import Constants
from fastapi_lint.application.names import imported_as
from fastapi_lint.diagnostics import Severity
from fastapi_lint.index import nodes
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Scope

_CORS = "fastapi.middleware.cors.CORSMiddleware"
_FROM_ANYWHERE = ("https://evil.example", "https://nobody-knows.test:8443")
_INSTALLING = frozenset({"add_middleware", "Middleware", "CORSMiddleware"})
_MIDDLEWARE = ("fastapi.middleware.Middleware", "starlette.middleware.Middleware")


class CorsWildcardCredentials(Rule):
    """
    ## What it does
    Reports a `CORSMiddleware` that allows any origin (`"*"`, or a regular expression that matches every origin)
    together with credentials, also through constants, settings with defaults and environment variables with
    defaults.

    ## Why it is bad
    Browsers do not save you here. With credentials, Starlette answers with the origin that asked instead of `*`: any
    website can call your API with the cookies of whoever looks at it, and read the answers.

    ## Use instead
    List the origins that may send credentials, or drop `allow_credentials=True` where the API is public.
    """

    code = "FAL501"
    name = "cors-wildcard-credentials"
    severity = Severity.ERROR

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Calls that let any origin in, with credentials."""
        for module in app.linted(app.modules):
            if not _INSTALLING.isdisjoint(module.index.called) or imported_as(module.scope, _INSTALLING):
                for call, scope in app.located(module).calls.values():
                    if _may_set_credentials(call) and _open_door(app, call, scope):
                        yield Place(module, call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """`add_middleware(CORSMiddleware, …)`, `Middleware(CORSMiddleware, …)` or `CORSMiddleware(app, …)`."""
        call = self.call(node)
        wildcard = _open_door(self.app, call, self.scope) if call is not None else None
        if wildcard is not None:
            self.report(
                node,
                f"{wildcard} with `allow_credentials=True` lets every website act with your users' cookies: "
                "Starlette reflects the origin that asks",
                help="list the origins that may send credentials, or remove `allow_credentials=True`",
            )


def _may_set_credentials(node: object) -> bool:
    return isinstance(node, nodes.Call) and any(
        keyword.name in ("allow_credentials", None) for keyword in node.keywords
    )


def _open_door(app: Application, call: nodes.Call, scope: Scope) -> str | None:
    """How a call lets any origin in with credentials, in words; None when it does not."""
    position = _first_option(app, call, scope)
    if position is None:
        return None
    constants = Constants(app.inference)
    options = constants.arguments(call, scope)
    if position < len(call.args):
        options.setdefault("allow_origins", (call.args[position], scope))
    credentials = options.get("allow_credentials")
    if credentials is None or constants.boolean(*credentials) is not True:
        return None
    return _wildcard(constants, options)


def _first_option(app: Application, call: nodes.Call, scope: Scope) -> int | None:
    """Position of `allow_origins` if the call sets up the middleware."""
    inference = app.inference
    name = inference.qualified_name(call.func, scope)
    if name == _CORS:
        return 1
    if not call.args or inference.qualified_name(call.args[0], scope) != _CORS:
        return None
    if name in _MIDDLEWARE:
        return 1
    if isinstance(call.func, nodes.Attribute) and call.func.attr == "add_middleware":
        holder = inference.infer(call.func.value, scope)
        if inference.is_instance(holder, ["starlette.applications.Starlette"]):
            return 1
    return None


def _wildcard(constants: Constants, options: dict[str, tuple[nodes.Expression, Scope]]) -> str | None:
    """How any origin is allowed, in words."""
    origins = constants.strings(*options["allow_origins"]) if "allow_origins" in options else None
    if origins is not None and "*" in origins:
        return "`*` as allowed origin"
    if "allow_origin_regex" not in options:
        return None
    pattern = constants.string(*options["allow_origin_regex"])
    return f"`{pattern}` as pattern of allowed origins" if pattern and _matches_anything(pattern) else None


def _matches_anything(pattern: str) -> bool:
    """Whether origins that have nothing in common match, as Starlette matches them."""
    try:
        compiled = re.compile(pattern)
    except re.error:
        return False
    return all(compiled.fullmatch(origin) for origin in _FROM_ANYWHERE)
