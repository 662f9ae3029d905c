"""FAL304 sensitive-field-in-response-model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.diagnostics import Severity
from fastapi_lint.rules.route_rule import RouteRule, shown
from fastapi_lint.rules.traces import declaration_steps
from fastapi_lint.rules.wording import listed

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route


class SensitiveFieldInResponseModel(RouteRule):
    """
    ## What it does
    Reports routes whose effective response model sends a field that holds a secret: a password or its hash, an API key,
    a private key, a card number and the like. The model is what `response_model=` or the return annotation says, with
    inherited fields, nested models, generics, lists and unions, in whatever module they are declared, without what
    `Field(exclude=True)`, `response_model_include` and `response_model_exclude` leave out.

    `SecretStr` is masked and fine, and so are the tokens that a token endpoint hands out, keys and codes in a model or
    from a handler that exists to hand them out (`create_api_key`), and answers that the handler redacts.

    ## Why it is bad
    A response model is a filter, and this one lets the secret through, to every client that may call the route, into
    its logs and caches. Often the field is inherited from a class in another file, or three models down.

    `response_model_exclude={"password"}` does not reach into a list: for `list[User]` nothing is left out.

    ## Use instead
    A model for clients, with the fields that they need. Or `Field(exclude=True)` at the field itself.

    ## Options
    - `sensitive-names`, `extend-sensitive-names`: the names of fields that hold secrets.

    ## References
    - [FastAPI: Response Model](https://fastapi.tiangolo.com/tutorial/response-model/)
    - [OWASP API3:2023 Broken Object Property Level Authorization](https://owasp.org/API-Security/)
    """

    code = "FAL304"
    name = "sensitive-field-in-response-model"
    severity = Severity.ERROR

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Whether its response model sends a secret."""
        return bool(app.leaks.through_model(route))

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report the secrets that the first of the routes sends."""
        route = next((each for each in routes if self.app.leaks.through_model(each)), None)
        if route is None:
            return
        leaks = self.app.leaks.through_model(route)
        self.report(
            node,
            f"`{shown(route)}` sends {listed(leak.path for leak in leaks)} to its clients, "
            f"declared by {listed(leak.field.declared_in.name for leak in leaks)}",
            help="answer with a model that lacks the field, or exclude it with `Field(exclude=True)`",
            trace=declaration_steps(leaks[0].way),
        )
