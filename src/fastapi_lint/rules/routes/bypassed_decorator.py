"""FAL235 bypassed-decorator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.decorated import Decorated
from fastapi_lint.application.scopes import Function
from fastapi_lint.application.source_text import source_text
from fastapi_lint.application.values import Method
from fastapi_lint.diagnostics import Applicability, Location, Severity, TraceStep
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import walk
from fastapi_lint.knowledge.decorators import replaces
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.route_rule import shown

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route
    from fastapi_lint.diagnostics import Fix

_OWN_AND_ROUTE = 2
_OWN_SIGNATURE = frozenset({"__signature__", "__wrapped__"})


class BypassedDecorator(Rule):
    """
    ## What it does
    Reports decorators above `@app.get(…)`, and decorators below it whose wrapper takes `*args, **kwargs` without
    `functools.wraps`.

    ## Why it is bad
    A route keeps the function as it is when `@app.get` gets it. What a decorator above makes of it is never called
    by a request: `@requires_admin` protects nothing there. A wrapper without `functools.wraps` hides the parameters:
    FastAPI asks for query parameters named `args` and `kwargs`, and answers every request with a 422.

    ## Use instead
    The route's decorator on top, and `@functools.wraps(function)` above the wrapper.

    ## Fix
    Unsafe: moves the decorator below the route's, or adds `functools.wraps`. What was skipped is then executed.
    """

    code = "FAL235"
    name = "bypassed-decorator"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Decorators above routes, wrappers that hide parameters."""
        for function in app.functions(app.linted(app.modules)):
            for each in _bypassed(app, function):
                yield Place(function.module, each.line)
        for wrapper in _hiding_wrappers(app):
            yield Place(wrapper.module, wrapper.node.line)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """A function that may be decorated, or be a wrapper."""
        function = self.definition(node)
        if not isinstance(function, Function):
            return
        bypassed = _bypassed(self.app, function)
        if bypassed:
            by_line = {self.visit.span(each.decorator)[0]: each for each in node.decorators}
            for expression in bypassed:
                found = by_line.get(expression.line)
                if found is not None:
                    self._report_bypassed(node, found, expression)
        routes = _hiding_wrappers(self.app).get(function)
        if routes:
            self._report_hiding(node, function, routes)

    def _report_bypassed(
        self,
        node: cst.FunctionDef,
        decorator: cst.Decorator,
        expression: nodes.Call | nodes.Name | nodes.Attribute,
    ) -> None:
        target = expression.func if isinstance(expression, nodes.Call) else expression
        self.report(
            decorator,
            f"`@{source_text(target)}` stands above the route's decorator: requests call "
            f"`{node.name.value}` without it",
            help="move it below the route's decorator",
            fix=self._move(node, decorator),
        )

    def _move(self, node: cst.FunctionDef, decorator: cst.Decorator) -> Fix | None:
        if len(node.decorators) != _OWN_AND_ROUTE:  # the order of more is for a person to say
            return None
        editor = self.editor()
        editor.remove_decorator(decorator)
        editor.add_decorator(node, self.visit.code(decorator.decorator), after=node.decorators[1])
        return self.build_fix("Move it below the route's decorator", Applicability.UNSAFE, editor)

    def _report_hiding(self, node: cst.FunctionDef, wrapper: Function, routes: list[Route]) -> None:
        first = routes[0]
        more = f" and {len(routes) - 1} more" if len(routes) > 1 else ""
        hidden = " and ".join(f"`{each}`" for each in _gathering(wrapper))
        self.report(
            node.name,
            f"`{wrapper.name}` hides the parameters of what it wraps: `{shown(first)}`{more} asks for query "
            f"parameters {hidden}",
            help="decorate it with `functools.wraps`",
            trace=[TraceStep(each.module.path, Location(each.line, 1), shown(each)) for each in routes],
            fix=self._wrap(node, wrapper),
        )

    def _wrap(self, node: cst.FunctionDef, wrapper: Function) -> Fix | None:
        maker = wrapper.scope.owner
        needed = self.visit.imports.require("functools", "wraps", row=self.visit.span(node)[0])
        if needed is None or not isinstance(maker, Function):
            return None
        editor = self.editor()
        editor.add_decorator(node, f"{needed.expression}({maker.node.parameters[0].name})")
        return self.build_fix("Add `functools.wraps`", Applicability.UNSAFE, editor, imports=needed.edits)


def _bypassed(app: Application, function: Function) -> list[nodes.Call | nodes.Name | nodes.Attribute]:
    """The decorators above a route's that surely make another function of it."""
    decorators = function.node.decorators
    registering = [
        position
        for position, each in enumerate(decorators)
        if isinstance(each, nodes.Call) and _registers_directly(app, each)
    ]
    if not registering:
        return []
    return [
        each
        for each in decorators[: registering[-1]]
        if isinstance(each, (nodes.Call, nodes.Name, nodes.Attribute)) and _replaces(app, each, function)
    ]


def _registers_directly(app: Application, call: nodes.Call) -> bool:
    """Whether a decorator is FastAPI's own, and keeps the function that it gets."""
    return any(route.registration.inner_call is call for route in app.routes_registered_by(call))


def _replaces(
    app: Application, decorator: nodes.Call | nodes.Name | nodes.Attribute, function: Function
) -> bool:
    target = decorator.func if isinstance(decorator, nodes.Call) else decorator
    called = app.inference.infer(target, function.scope)
    name = app.inference.name_of(called)
    if name is not None and replaces(name):
        return True
    maker = called.function if isinstance(called, Method) else called
    if not isinstance(maker, Function) or app.routing.interpreter.relevance.registers(maker):
        return False
    return Decorated(app.inference).replacement(decorator, function.scope) is not None


def _hiding_wrappers(app: Application) -> dict[Function, list[Route]]:
    """The wrappers that FastAPI takes for handlers, with the routes that they answer."""
    found: dict[Function, list[Route]] = {}
    for route in app.routes:
        function = route.function
        if function is not None and route.call is not None and route.registration.own is not None:
            if not route.handler.wrappers and not route.handler.given and _hides_parameters(function):
                found.setdefault(function, []).append(route)
    return found


def _hides_parameters(wrapper: Function) -> bool:
    """Whether a nested function passes whatever it gets on to a parameter of the function around it."""
    maker = wrapper.scope.owner
    if not isinstance(maker, Function) or not any(_gathering(wrapper)) or not maker.node.parameters:
        return False
    wrapped = maker.node.parameters[0].name
    calls_it = False
    for node in walk(maker.node.body):
        if isinstance(node, nodes.Attribute) and node.attr in _OWN_SIGNATURE:
            return False
        if isinstance(node, nodes.Call) and isinstance(node.func, nodes.Name) and node.func.id == wrapped:
            calls_it = True
    return calls_it


def _gathering(wrapper: Function) -> Iterator[str]:
    return (each.name for each in wrapper.node.parameters if each.kind in ("variadic", "keywords"))
