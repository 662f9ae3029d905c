"""FAL227 secret-in-query."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fastapi_lint.application.source_text import source_text
from fastapi_lint.diagnostics import Severity
from fastapi_lint.knowledge.sensitive import SensitiveNames
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.parameter_rule import ParameterRule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.application.routes import Route

_IN_LINKS = frozenset({"id_token", "jwt", "jwt_token", "otp", "session_token", "token"})
"""What also stands in links that are sent by mail or opened by a browser, which can send nothing but a URL."""


class SecretInQuery(ParameterRule):
    """
    ## What it does
    Reports parameters named like a secret (`password`, `api_key`, `access_token` …) that FastAPI reads from the query
    string, in handlers and dependencies. `token` and the like are left alone in GET routes, which links lead to, and
    all of them in WebSocket routes, where a browser cannot send headers.

    ## Why it is bad
    A URL is written into the logs of every server and proxy on the way, into the browser's history and into the
    `Referer` header of the next request.

    ## Use instead
    A body, a form (`OAuth2PasswordRequestForm`), a header, or a security scheme: `Annotated[str, Form()]`.

    ## Options
    - `sensitive-names`, `extend-sensitive-names`: what counts as a secret.
    """

    code = "FAL227"
    name = "secret-in-query"
    preset = Preset.STRICT
    severity = Severity.ERROR

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether some HTTP route reads it from its query string."""
        parameter = readings[0].parameter
        if parameter.annotation is None and parameter.marker is None:
            return False
        names = _sensitive(app.options.sensitive_names, app.options.extend_sensitive_names)
        text = source_text(parameter.annotation) if parameter.annotation is not None else None
        if not names.is_secret_parameter(parameter.name, text):
            return False
        return _exposing(readings) is not None

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        route = _exposing(readings)
        if route is not None:
            name = readings[0].parameter.name
            self.report(
                node.name,
                f"`{name}` of `{shown(route)}` is part of the URL: servers, proxies and browsers keep it",
                help="take it from the body, a form or a header, such as `Annotated[str, Form()]`",
            )


@cache
def _sensitive(names: tuple[str, ...] | None, additional: tuple[str, ...]) -> SensitiveNames:
    return SensitiveNames(names, additional)


def _exposing(readings: tuple[ParameterReading, ...]) -> Route | None:
    """A route with the parameter in its URL, where it need not be there."""
    for parameter, signature in readings:
        if parameter.role == "query":
            for route in signature.routes:
                if route.kind == "http" and not (parameter.name in _IN_LINKS and "GET" in route.methods):
                    return route
    return None
