"""FAL414 class-dependency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.model_dependencies import dependency_class, is_model, is_settings
from fastapi_lint.diagnostics import Severity
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.depends_rule import DependsRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.providers import DependsCall


class ClassDependency(DependsRule):
    """
    ## What it does
    Reports classes of the project as dependencies: `Depends(Pagination)`, and `Depends()` beside one. Pydantic models
    and settings have rules of their own.

    ## Why it is bad
    The parameters of `__init__` become the contract of the API: who adds one for the sake of other callers adds a query
    parameter to every route. `Depends()` does not even say that the class is called.

    ## Use instead
    A function that declares what it takes from the request, and returns the object.

    ## References
    - [FastAPI: Classes as Dependencies](https://fastapi.tiangolo.com/tutorial/dependencies/classes-as-dependencies/)
    """

    code = "FAL414"
    name = "class-dependency"
    severity = Severity.INFO
    preset = Preset.ALL

    @classmethod
    def is_wrong(cls, app: Application, depends: DependsCall) -> bool:
        """Whether it is a class of the project that no other rule is about."""
        given = dependency_class(app, depends)
        return given is not None and not is_model(app, given) and not is_settings(app, given)

    def report_depends(self, node: cst.Call, depends: DependsCall) -> None:
        """Report the dependency."""
        given = dependency_class(self.app, depends)
        if given is not None:
            self.report(
                node,
                f"the parameters of `{given.name}.__init__` become those of every route that depends on it",
                help=f"depend on a function that returns a `{given.name}`",
            )
