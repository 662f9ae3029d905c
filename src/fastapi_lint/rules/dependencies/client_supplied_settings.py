"""FAL427 client-supplied-settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.model_dependencies import dependency_class, is_settings
from fastapi_lint.diagnostics import Severity
from fastapi_lint.rules.depends_rule import DependsRule
from fastapi_lint.rules.traces import definition_step

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.providers import DependsCall


class ClientSuppliedSettings(DependsRule):
    """
    ## What it does
    Reports `BaseSettings` classes as dependencies: `Depends(Settings)`, and `settings: Annotated[Settings, Depends()]`.

    ## Why it is bad
    FastAPI takes the fields of the class for query parameters, and what a client sends wins over the environment:
    `?secret_key=mine` replaces the secret key for that request. The documentation lists all of them, too.

    ## Use instead
    A function with `@lru_cache` that returns the settings. `dependency_overrides` works with it as well.

    ## References
    - [FastAPI: Settings and Environment Variables](https://fastapi.tiangolo.com/advanced/settings/)
    """

    code = "FAL427"
    name = "client-supplied-settings"
    severity = Severity.ERROR

    @classmethod
    def is_wrong(cls, app: Application, depends: DependsCall) -> bool:
        """Whether it is a settings class."""
        given = dependency_class(app, depends)
        return given is not None and is_settings(app, given)

    def report_depends(self, node: cst.Call, depends: DependsCall) -> None:
        """Report the dependency."""
        settings = dependency_class(self.app, depends)
        if settings is not None:
            self.report(
                node,
                f"the fields of `{settings.name}` are query parameters here: what a client sends in them replaces "
                "the settings",
                help=f"depend on a function with `@lru_cache` that returns the `{settings.name}`",
                trace=(definition_step(settings, f"`{settings.name}` is defined here"),),
            )
