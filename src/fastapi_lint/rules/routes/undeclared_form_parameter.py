"""FAL226 undeclared-form-parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Applicability
from fastapi_lint.metadata import Preset
from fastapi_lint.rules.parameter_rule import ParameterRule, is_ordinary
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.readings import ParameterReading, Reading

_FORM = frozenset({"file", "form"})


class UndeclaredFormParameter(ParameterRule):
    """
    ## What it does
    Reports plain parameters of handlers that take an upload or form fields, where they are required, or where a
    sibling is declared with `Form()`.

    ## Why it is bad
    Beside an `UploadFile` a plain parameter is still read from the query string. A client that sends it as a field
    of the form, together with the file, gets a 422, or the default without a word.

    ## Use instead
    `Annotated[str, Form()]`; or `Annotated[str, Query()]` where the query string is meant.

    ## Fix
    Unsafe: adds `Form()`. Clients that send the value in the query string then have to send it in the form.
    """

    code = "FAL226"
    name = "undeclared-form-parameter"
    preset = Preset.STRICT
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def is_wrong(cls, app: Application, readings: tuple[ParameterReading, ...]) -> bool:
        """Whether it is a plain query parameter in every reading, beside a form."""
        return is_ordinary(readings) and all(
            signature.is_handler
            and parameter.role == "query"
            and parameter.marker is None
            and parameter.annotation is not None
            and _speaks_for_form(signature, is_required=parameter.default is None)
            for parameter, signature in readings
        )

    def report_parameter(self, node: cst.Param, readings: tuple[ParameterReading, ...]) -> None:
        """Report it at its name."""
        parameter, signature = readings[0]
        self.report(
            node.name,
            f"`{parameter.name}` of `{shown(signature.routes[0])}` is read from the query string, not from the form",
            help=f"declare it with `Form()`, or with `Query()` if that is meant: `{parameter.name}: "
            f"Annotated[…, Form()]`",
            fix=self.marked(node, "Form", Applicability.UNSAFE),
        )


def _speaks_for_form(signature: Reading, *, is_required: bool) -> bool:
    """Whether the other parameters make a form, and this one must be meant to be in it."""
    markers = [each for each in signature.parameters if each.role in _FORM]
    if not markers or any(each.role == "query" and each.marker is not None for each in signature.parameters):
        return False
    return is_required or any(each.role == "form" for each in markers)
