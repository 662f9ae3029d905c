"""FAL305 sensitive-value-returned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Severity
from fastapi_lint.rules.return_rule import ReturnRule
from fastapi_lint.rules.route_rule import shown
from fastapi_lint.rules.traces import declaration_steps
from fastapi_lint.rules.wording import listed

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.returned import Returned
    from fastapi_lint.application.routes import Route


class SensitiveValueReturned(ReturnRule):
    """
    ## What it does
    Reports handlers that return a secret where no response model filters it out: a request model with a password, a
    row of the database with a password hash, `model_dump()`, `vars()`, `__dict__` and `JSONResponse` of these, and
    dictionaries under whose keys secrets are put. Without a response model, and with `dict` or `Any` as one, everything
    is sent.

    ## Why it is bad
    The secret goes out with every answer, into the clients' logs and caches, and no documentation shows it. `vars()`,
    `__dict__` and `dict(model)` even send what `Field(exclude=True)` keeps out.

    ## Use instead
    Declare a response model with the fields that clients need: FastAPI leaves out the others.

    ## Options
    - `sensitive-names`, `extend-sensitive-names`: the names of fields that hold secrets.

    ## References
    - [FastAPI: Response Model](https://fastapi.tiangolo.com/tutorial/response-model/)
    """

    code = "FAL305"
    name = "sensitive-value-returned"
    severity = Severity.ERROR

    @classmethod
    def wrong(cls, app: Application, route: Route) -> Iterator[Returned]:
        """The values that hold secrets."""
        return (leak.returned for leak in app.value_leaks.of(route))

    def report_returned(self, node: cst.Return, route: Route, value: Returned) -> None:
        """Report the secrets of one `return`."""
        found = [leak.sent for leak in self.app.value_leaks.of(route) if leak.returned is value]
        owners = {sent.exposure.field.declared_in.name for sent in found if sent.exposure is not None}
        owner = f" of `{owners.pop()}`" if len(owners) == 1 else ""
        exposure = found[0].exposure
        self.report(
            node,
            f"this sends {listed(sent.path for sent in found)}{owner} to the clients of "
            f"`{shown(route)}`: no response model filters it out",
            help="declare a response model that lacks the secret",
            trace=declaration_steps(exposure.way) if exposure is not None else (),
        )
