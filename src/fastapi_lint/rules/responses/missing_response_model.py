"""FAL301 missing-response-model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.application.flow import goes_on
from fastapi_lint.application.returned import Nature
from fastapi_lint.application.shapes import Collection, Plain, Shape
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.rules.route_rule import RouteRule, shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Class, Function
    from fastapi_lint.diagnostics import Fix

_WITHOUT_BODY = (204, 205, 304)
_SERIALISED = ("pydantic", "sqlmodel", "dataclass", "typeddict")


class MissingResponseModel(RouteRule):
    """
    ## What it does
    Reports routes that answer with data as JSON and declare nothing of it: neither a return annotation nor
    `response_model=`. Handlers that return responses of their own, return nothing or stream, routes that are not in
    OpenAPI, and `response_model=None` are left alone.

    ## Why it is bad
    The answer is whatever the handler happens to return. Nothing is validated, no field is filtered out, OpenAPI says
    nothing of it, and clients generated from it get `any`. A field added to a database row goes out with the next
    deployment.

    ## Use instead
    A return annotation, or `response_model=` where the handler returns something else than what clients are to see.

    ## Fix
    Adds the return annotation where the class of what is returned is known, and imported there. It is unsafe: answers
    are validated from then on, and fields that the model lacks are left out.

    ## References
    - [FastAPI: Response Model - Return Type](https://fastapi.tiangolo.com/tutorial/response-model/)
    """

    code = "FAL301"
    name = "missing-response-model"
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def concerns(cls, app: Application, route: Route) -> bool:
        """Whether it answers with data of which it says nothing."""
        return _lacks_model(app, route)

    def check_routes(self, node: cst.Call, routes: tuple[Route, ...]) -> None:
        """Report a function once, where it is first made the handler of such a route."""
        route = next((each for each in routes if _lacks_model(self.app, each)), None)
        if route is None or route.function is None:
            return
        alike = [each for each in self.app.routes_of(route.function) if _lacks_model(self.app, each)]
        if min(alike, key=lambda each: (each.module.path, each.line)).call is route.call:
            self.report(
                node,
                f"`{shown(route)}` sends whatever `{route.handler.name}` returns: nothing validates or filters it",
                help="annotate what the handler returns, or give the route a `response_model`",
                fix=self._fix(node, route),
            )

    def _fix(self, node: cst.Call, route: Route) -> Fix | None:
        """Annotate the function below the decorator with what it returns."""
        import libcst

        editor, function = self.editor(), route.function
        definition = next(
            (each for each in editor.region.ancestors(node) if isinstance(each, libcst.FunctionDef)), None
        )
        if definition is None or function is None or self.definition(definition) is not function:
            return None
        annotation = self._annotation(route, function)
        if annotation is None:
            return None
        returns = libcst.Annotation(libcst.parse_expression(annotation))
        editor.replace(definition, definition.with_changes(returns=returns))
        return self.build_fix(f"Annotate `{function.name}` with `{annotation}`", Applicability.UNSAFE, editor)

    def _annotation(self, route: Route, function: Function) -> str | None:
        """The one type of all that the function returns, as it can be written there."""
        found = {each.shape for each in self.app.responses.returned(route)}
        ends = not goes_on(function.node.body)
        return self._text(found.pop(), function) if ends and len(found) == 1 else None

    def _text(self, shape: Shape, function: Function) -> str | None:
        match shape:
            case Collection(name="builtins.list", elements=(element,)):
                inner = self._text(element, function)
                return f"list[{inner}]" if inner is not None else None
            case Plain(cls=cls, arguments=()):
                model = self.app.models.of(cls)
                return self._name(cls, function) if model is not None and model.kind in _SERIALISED else None
        return None

    def _name(self, cls: Class, function: Function) -> str | None:
        """The name by which the module knows a class where the function is defined."""
        for name, bindings in function.module.scope.bindings.items():
            if len(bindings) == 1 and bindings[0].block_end is None and bindings[0].line < function.node.line:
                if self.app.inference.bound(bindings[0]) is cls:
                    return name
        return None


def _lacks_model(app: Application, route: Route) -> bool:
    if route.kind != "http" or route.registration.own is None or route.registration.incomplete is not None:
        return False
    if route.response_model is not None or route.option("response_model") is not None:
        return False
    if route.function is None or route.function.node.returns is not None or not route.include_in_schema:
        return False
    if route.status_code in _WITHOUT_BODY or not app.responses.is_json(route):
        return False
    return any(each.nature is Nature.DATA for each in app.responses.returned(route))
