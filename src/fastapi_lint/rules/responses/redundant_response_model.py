"""FAL303 redundant-response-model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.names import visible_bindings
from fastapi_lint.application.type_identity import identity
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk
from fastapi_lint.rules.route_rule import RouteRule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.response_models import ResponseModel
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Function

_ANNOTATIONS_COUNT_SINCE = "0.89"


class RedundantResponseModel(RouteRule):
    """
    ## What it does
    Reports a `response_model=` that is the same type as the handler's return annotation, in any spelling:
    `Optional[User]` and `User | None`, `List[User]` and `list[User]`, `models.User`, an alias, a string.

    ## Why it is bad
    FastAPI takes the response model from the return annotation (since 0.89). Written twice, one of the two is
    forgotten when the type changes, and `response_model` silently wins.

    ## Use instead
    The return annotation alone. Keep `response_model=` where it differs from what the handler returns.

    ## Fix
    Safe: removes the argument. The route and its OpenAPI document stay the same.

    ## References
    - [FastAPI: Response Model - Return Type](https://fastapi.tiangolo.com/tutorial/response-model/)
    """

    code = "FAL303"
    name = "redundant-response-model"
    fixes = (Applicability.SAFE,)

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Routes that say their response model twice."""
        return _is_redundant(app, route)

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report the argument if it says nothing new wherever the call registers a route."""
        argument = next(
            (each for each in node.args if each.keyword and each.keyword.value == "response_model"), None
        )
        versions = self.app.versions
        if argument is None or (versions and versions.at_least("fastapi", _ANNOTATIONS_COUNT_SINCE) is False):
            return
        if not all(_is_redundant(self.app, route) for route in routes):
            return
        editor = self.editor()
        editor.remove_argument(node, argument)
        self.report(
            node,
            f"`response_model={self.visit.code(argument.value)}` repeats the return annotation of "
            f"`{routes[0].handler.name}`: FastAPI takes the model from there",
            help="remove `response_model`",
            fix=self.build_fix("Remove the redundant `response_model`", Applicability.SAFE, editor),
        )


def _is_redundant(app: Application, route: Route) -> bool:
    given, annotated = route.response_model, route.annotated_model
    if given is None or given.source != "argument" or annotated is None:
        return False
    helped = route.registration.inner_call is not route.call
    if helped or not route.resolution.has_own_signature(route.handler):
        return False
    if not _is_evaluated(route.function, annotated):
        return False
    interpreter = app.routing.interpreter
    found = identity(interpreter, given.node, given.environment)
    return found is not None and found == identity(interpreter, annotated.node, annotated.environment)


def _is_evaluated(function: Function | None, annotation: ResponseModel) -> bool:
    """Whether FastAPI can evaluate an annotation: one that is left a string sees the names of its module only."""
    module = annotation.scope.module.scope
    future = any(each.module == "__future__" for each in module.bindings.get("annotations", ()))
    is_string = future or function is None or isinstance(function.node.returns, nodes.Constant)
    for node in walk(annotation.node):
        if isinstance(node, nodes.Name):
            bindings, where = visible_bindings(node.id, annotation.scope)
            if where is module and not any(binding.block_end is None for binding in bindings):
                return False  # perhaps imported under `TYPE_CHECKING`
            if where not in (None, module) and is_string:
                return False
    return True
