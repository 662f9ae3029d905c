"""FAL413 instance-dependency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.scopes import Class
from fastapi_lint.application.values import External, Instance
from fastapi_lint.diagnostics import Severity
from fastapi_lint.index import nodes
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.depends_rule import DependsRule
from fastapi_lint.rules.wording import quoted

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.providers import DependsCall


class InstanceDependency(DependsRule):
    """
    ## What it does
    Reports `Depends(Thing())`: an object that is made where it is used, and has no name.

    ## Why it is bad
    `dependency_overrides` needs the object as its key, and nobody can get at this one: tests run against the real
    thing. Written twice, it is two objects, and FastAPI calls both.

    ## Use instead
    A variable: `check_admin = Role("admin")`, and `Depends(check_admin)` wherever it is needed.
    """

    code = "FAL413"
    name = "instance-dependency"
    severity = Severity.INFO
    preset = Preset.ALL

    @classmethod
    def is_wrong(cls, app: Application, depends: DependsCall) -> bool:
        """Whether an object is made on the spot, and can be called."""
        value = depends.value
        if not isinstance(depends.dependency, nodes.Call) or not isinstance(value, Instance):
            return False
        made = app.inference.infer(depends.dependency.func, depends.scope)
        return isinstance(made, (Class, External)) and not app.class_relations.is_uncallable(value)

    def report_depends(self, node: cst.Call, depends: DependsCall) -> None:
        """Report the object."""
        self.report(
            node,
            f"`{quoted(depends.dependency)}` has no name by which a test could override it",
            help="keep it in a variable, and depend on that",
        )
