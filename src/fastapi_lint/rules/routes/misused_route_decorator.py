"""FAL236 misused-route-decorator."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fastapi_lint.application.assembly.values import UNKNOWN_TEXT
from fastapi_lint.application.values import ExternalMethod, Literal
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.keywords import signature
from fastapi_lint.rules.base import Place, Rule
from fastapi_lint.rules.call_rule import keyword_argument

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.routes import Route
    from fastapi_lint.application.scopes import Scope
    from fastapi_lint.diagnostics import Fix

_DECORATORS = frozenset(
    {
        *("delete", "get", "head", "options", "patch", "post", "put", "trace", "api_route", "websocket"),
        *("exception_handler", "middleware", "on_event"),
    }
)
_LISTS = ("methods", "tags", "scopes")
_DEPENDS = ("fastapi.Depends", "fastapi.Security")
_NAME = re.compile(r"[A-Za-z0-9_]|\{\w+(?::(?!path\})\w+)?\}")
"""How a path begins that cannot be meant to continue a prefix: `.json` and `:cancel` can."""


class MisusedRouteDecorator(Rule):
    """
    ## What it does
    Reports slips in registering that FastAPI accepts without a word: a decorator without its call (`@app.get`), a path
    without a leading slash, a string where a list belongs (`methods="GET"`, `tags="users"`), and options of `Depends`
    by position.

    ## Why it is bad
    `@app.get` alone registers nothing and puts a decorator in the place of the function. A path such as `"items"` is
    never matched, or joins the prefix to `/apiitems`. A string is taken letter by letter: a route for the methods
    `G`, `E` and `T` answers none of them.

    ## Use instead
    `@app.get("/items", tags=["items"])`, `Depends(get_user, use_cache=False)`.

    ## Fix
    Unsafe: adds the slash, or the brackets around the string. The routes are served where they were not before.
    """

    code = "FAL236"
    name = "misused-route-decorator"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Decorators that are no calls, routes with such paths, calls with such arguments."""
        for function in app.functions(app.linted(app.modules)):
            for each in function.node.decorators:
                if isinstance(each, nodes.Attribute) and _registering_method(app, each, function.scope):
                    yield Place(function.module, each.line)
        for route in app.routes:
            if route.call is not None and _path_problem(route) is not None:
                yield Place(route.module, route.line)
        for module in app.linted(app.modules):
            for call, scope in app.located(module).calls.values():
                if call.keywords and any(_letters(app, call, scope)):
                    yield Place(module, call.line)
            for depends in app.providers.written.get(module, {}).values():
                if _is_positional(app, depends.call, depends.scope):
                    yield Place(module, depends.call.line)

    def visit_Decorator(self, node: cst.Decorator) -> None:
        """A decorator that is not called."""
        expression = self.visit.expression(node.decorator)
        if isinstance(expression, nodes.Attribute):
            if _registering_method(self.app, expression, self.scope):
                self.report(
                    node,
                    f"`@{self.visit.code(node.decorator)}` is not called: nothing is registered",
                    help=f"write `@{self.visit.code(node.decorator)}(…)`",
                )

    def visit_Call(self, node: cst.Call) -> None:
        """A call that registers routes or makes something for them."""
        found = self.app.located(self.module).calls.get(self.visit.span(node))
        if found is None:
            return
        call, scope = found
        problems = (_path_problem(route) for route in self.app.routes_registered_by(call))
        problem = next((each for each in problems if each is not None), None)
        if problem is not None:
            self.report(node, problem, help="begin the path with `/`", fix=self._fix_path(node))
        for name, text in _letters(self.app, call, scope):
            argument = keyword_argument(node, name)
            if argument is not None:
                self._report_letters(argument, name, text, call, scope)
        if _is_positional(self.app, call, scope):
            self._report_positional(node)

    def _report_letters(
        self, argument: cst.Arg, name: str, text: str, call: nodes.Call, scope: Scope
    ) -> None:
        made = self.app.inference.qualified_name(call.func, scope)
        consequence = f"it is taken letter by letter, as `{list(text)!r}`"
        if made == "fastapi.APIRouter":
            consequence = "adding a route fails with an `AttributeError`"
        editor = self.editor()
        editor.replace(argument.value, f"[{self.visit.code(argument.value)}]")
        self.report(
            argument,
            f"`{name}` is a string: {consequence}",
            help=f"write `{name}=[{text!r}]`",
            fix=self.build_fix("Make it a list", Applicability.UNSAFE, editor),
        )

    def _report_positional(self, node: cst.Call) -> None:
        name = self.visit.code(node.func)
        self.report(
            node,
            f"`{name}` takes one positional argument: this is a `TypeError` when the module is imported",
            help="give the others by keyword, such as `use_cache=False`",
        )

    def _fix_path(self, node: cst.Call) -> Fix | None:
        import libcst

        first = node.args[0] if node.args else None
        if first is None or first.keyword is not None or not isinstance(first.value, libcst.SimpleString):
            return None
        code = first.value.value
        opening = len(code) - len(code.lstrip("rRuU")) + len(first.value.quote)
        editor = self.editor()
        editor.replace(first.value, f"{code[:opening]}/{code[opening:]}")
        return self.build_fix("Add the slash", Applicability.UNSAFE, editor)


def _registering_method(app: Application, decorator: nodes.Attribute, scope: Scope) -> bool:
    if decorator.attr not in _DECORATORS:
        return False
    value = app.inference.infer(decorator, scope)
    return isinstance(value, ExternalMethod) and value.name.startswith(
        ("fastapi.FastAPI.", "fastapi.APIRouter.")
    )


def _path_problem(route: Route) -> str | None:
    """What becomes of a path without a leading slash."""
    registration = route.registration
    if registration.own is None or route.kind == "mount":
        return None
    own = str(registration.path)
    if own.startswith("/") or UNKNOWN_TEXT in route.path:
        return None
    prefix = route.path.removesuffix(own)
    if prefix:
        joins = own != "" and _NAME.match(own) is not None and prefix[-1] not in "-._~:"
        return f"`{own}` does not begin with a slash: it is served at `{route.path}`" if joins else None
    if route.app is None and (not own or not _NAME.match(own)):
        return None
    return f"`{own}` does not begin with a slash: it is never matched"


def _letters(app: Application, call: nodes.Call, scope: Scope) -> Iterator[tuple[str, str]]:
    """The arguments of FastAPI's functions that are strings and should be lists, with the strings."""
    for keyword in call.keywords:
        if keyword.name in _LISTS:
            value = app.inference.infer(keyword.value, scope)
            if isinstance(value, Literal) and isinstance(value.value, str):
                name = app.inference.qualified_name(call.func, scope)
                known = signature(name) if name is not None else None
                if known is not None and keyword.name in known.names:
                    yield keyword.name, value.value


def _is_positional(app: Application, call: nodes.Call, scope: Scope) -> bool:
    if len(call.args) < 2 or any(isinstance(each, nodes.Starred) for each in call.args):
        return False
    return app.inference.qualified_name(call.func, scope) in _DEPENDS
