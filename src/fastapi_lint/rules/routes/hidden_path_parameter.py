"""FAL234 hidden-path-parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability, Location, TraceStep
from fastapi_lint.rules.parameter_rule import ParameterRule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading
    from fastapi_lint.application.registrars import Registrar
    from fastapi_lint.application.routes import Route


class HiddenPathParameter(ParameterRule):
    """
    ## What it does
    Reports parameters of handlers and dependencies that have the name of a variable in the path at which their
    application is mounted: `app.mount("/shops/{shop}", shop_app)`. Variables of router and `include_router` prefixes
    are a different matter: FastAPI knows these, and reads them from the path.

    ## Why it is bad
    FastAPI knows only the paths of the mounted application itself. It reads the parameter from the query string: every
    request without it gets a 422, or the default, and a client chooses another value than the one in the path.

    ## Use instead
    `Annotated[str, Path()]`: what is marked is read from the whole path.

    ## Fix
    Unsafe: adds `Path()`. The value in the query string is then ignored.
    """

    code = "FAL234"
    name = "hidden-path-parameter"
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether it is a query parameter in every reading, and a variable wherever the application is mounted."""
        return all(
            parameter.role == "query"
            and parameter.marker is None
            and signature.routes
            and all(_is_variable(app, route.root, parameter.name) for route in signature.routes)
            for parameter, signature in readings
        )

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        parameter, signature = readings[0]
        route = signature.routes[0]
        mount = next(_mounts(self.app, route.root))
        self.report(
            node.name,
            f"`{parameter.name}` stands in the path of the mount `{mount.path}`, not of `{shown(route)}`: FastAPI "
            "reads it from the query string",
            help=f"declare it with `Path()`: `{parameter.name}: Annotated[…, Path()]`",
            trace=[TraceStep(mount.module.path, Location(mount.line, 1), f"mounted at `{mount.path}`")],
            fix=self.marked(node, "Path", Applicability.UNSAFE) if node.default is None else None,
        )


def _mounts(app: Application, root: Registrar) -> Iterator[Route]:
    """The routes that mount an application, in others of the project."""
    if root.mounted_in:
        for route in app.routes:
            if route.kind == "mount" and route.registration in root.mounted_in:
                yield route


def _is_variable(app: Application, root: Registrar, name: str, depth: int = 3) -> bool:
    """Whether every path at which an application is mounted has a variable of that name."""
    mounts = list(_mounts(app, root)) if depth else []
    return bool(mounts) and all(
        name in mount.path_parameters or _is_variable(app, mount.root, name, depth - 1) for mount in mounts
    )
