"""FAL207 flask-path-syntax."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.rules.route_rule import RouteRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route
    from fastapi_lint.diagnostics import Fix

_VARIABLE = re.compile(r"{[a-zA-Z_]\w*(?::[a-zA-Z_]\w*)?}|{\?}", re.ASCII)
"""What Starlette takes for a variable, and what stands for a part that is not known statically."""
_BRACES = re.compile(r"{[^{}]*}")
_ANGLES = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", re.ASCII)
_COLON = re.compile(r"(?<=/):([a-zA-Z_]\w*)(?=/|$)", re.ASCII)
_CONVERTORS = {"float": "float", "int": "int", "path": "path", "uuid": "uuid"}
_REPAIRABLE = re.compile(r"{\s*([a-zA-Z_]\w*)\s*(?::\s*(float|int|path|str|uuid)\s*)?}", re.ASCII)


class FlaskPathSyntax(RouteRule):
    """
    ## What it does
    Reports path variables that Starlette does not take for variables: `/users/<int:id>` as in Flask, `/users/:id` as in
    Express where a parameter has that name, and braces with anything but a name and a convertor between them,
    such as `{ id }`, `{item-id}` and `{id:[0-9]+}`.

    ## Why it is bad
    It is plain text: only a request for `/users/<int:id>` itself is answered, everything else gets a 404. The
    parameter of that name becomes a required query parameter.

    ## Use instead
    `/users/{id}`, or with a convertor `/users/{id:int}`.

    ## Fix
    Unsafe: rewrites the variable where its name and convertor can be told. The route then answers.
    """

    code = "FAL207"
    name = "flask-path-syntax"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Whether its path contains such a variable."""
        return _mistake(route) is not None

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report the first mistake in the path."""
        mistake = next((found for found in map(_mistake, routes) if found is not None), None)
        if mistake is not None:
            path = str(routes[0].registration.path)
            instead = repaired(mistake)
            self.report(
                node,
                f"`{mistake}` in `{path}` is plain text, not a variable: other paths get a 404",
                help=f"write `{instead}`" if instead is not None else "write `{name}` or `{name:convertor}`",
                fix=self._fix(node, routes[0]),
            )

    def _fix(self, node: cst.Call, route: Route) -> Fix | None:
        import libcst

        first = node.args[0].value if node.args and node.args[0].keyword is None else None
        if not isinstance(first, libcst.SimpleString):
            return None
        changed = first.value
        for mistake in _mistakes(route):
            instead = repaired(mistake)
            if instead is None:
                return None
            changed = changed.replace(mistake, instead)
        editor = self.editor()
        editor.replace(first, changed)
        return self.build_fix("Write it as Starlette does", Applicability.UNSAFE, editor)


def _mistake(route: Route) -> str | None:
    return next(iter(_mistakes(route)), None)


def _mistakes(route: Route) -> list[str]:
    """What looks like a variable in the path of a registration, and is none."""
    if route.registration.method == "frontend":
        return []
    path = str(route.registration.path)
    found = [each for each in _BRACES.findall(path) if not _VARIABLE.fullmatch(each) and each[1] != "$"]
    found += [match[0] for match in _ANGLES.finditer(path)]
    if ":" in path:
        names = _parameter_names(route)
        found += [match[0] for match in _COLON.finditer(path) if match[1] in names]
    return found


def _parameter_names(route: Route) -> set[str]:
    return {each.name for each in route.handler.parameters}


def repaired(mistake: str) -> str | None:
    """The variable in Starlette's spelling; None when its name or convertor cannot be told."""
    angles = _ANGLES.fullmatch(mistake)
    if angles is not None:
        convertor = _CONVERTORS.get(angles[1] or "")
        return f"{{{angles[2]}:{convertor}}}" if convertor else f"{{{angles[2]}}}"
    if mistake.startswith(":"):
        return f"{{{mistake[1:]}}}"
    braces = _REPAIRABLE.fullmatch(mistake)
    if braces is None:
        return None
    return f"{{{braces[1]}:{braces[2]}}}" if braces[2] else f"{{{braces[1]}}}"
