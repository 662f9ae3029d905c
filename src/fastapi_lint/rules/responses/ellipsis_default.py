"""FAL317 ellipsis-default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.index import nodes
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.call_rule import CallRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Scope

_MARKERS = frozenset({"Body", "Cookie", "File", "Form", "Header", "Path", "Query"})
_FIELDS = frozenset({"pydantic.Field", "sqlmodel.Field"})


class EllipsisDefault(CallRule):
    """
    ## What it does
    Reports `...` as the default in `Field(...)`, `Query(...)`, `Path(...)` and the other markers. Silent with
    Pydantic 1, where it makes a difference.

    ## Why it is bad
    What has no default is required anyway: the ellipsis says nothing, and looks as if it did.

    ## Use instead
    `Field(min_length=1)`, `Annotated[str, Query()]`.

    ## Fix
    Safe: removes it. Nothing changes in validation or in OpenAPI.

    ## References
    - [FastAPI: Required Query Parameters](https://fastapi.tiangolo.com/tutorial/query-params-str-validations/)
    """

    code = "FAL317"
    name = "ellipsis-default"
    severity = Severity.INFO
    preset = Preset.STRICT
    fixes = (Applicability.SAFE,)
    names = _MARKERS | {"Field"}

    @classmethod
    def is_wrong(cls, app: Application, call: nodes.Call, scope: Scope) -> bool:
        """Whether an ellipsis is its default."""
        if not isinstance(call.argument(0, "default"), nodes.Ellipsis):
            return False
        if app.versions is not None and app.versions.below("pydantic", "2"):
            return False
        name = app.inference.qualified_name(call.func, scope)
        return name is not None and (
            name in _FIELDS or (name.startswith("fastapi.") and name.removeprefix("fastapi.") in _MARKERS)
        )

    def report_call(self, node: cst.Call, call: nodes.Call, scope: Scope) -> None:
        """Report the call."""
        argument = next(
            (each for each in node.args if each.keyword is None or each.keyword.value == "default"), None
        )
        if argument is None:
            return
        code = self.visit.code(node.func)
        editor = self.editor()
        editor.remove_argument(node, argument)
        self.report(
            node,
            f"`...` says nothing: without a default, `{code}(…)` is required anyway",
            help="remove the ellipsis",
            fix=self.build_fix("Remove the ellipsis", Applicability.SAFE, editor),
        )
