"""FAL426 ineffective-override."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastapi_lint.application.providers import function_of
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.application.values import Display
from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.index import nodes
from fastapi_lint.index.walk import find_in_scope
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.overrides import Override
    from fastapi_lint.diagnostics import Fix

_EQUALITY = frozenset({"__eq__", "__hash__"})
_DATACLASSES = ("dataclasses.dataclass", "pydantic.dataclasses.dataclass")


class IneffectiveOverride(Rule):
    """
    ## What it does
    Reports entries of `dependency_overrides` whose key is the result of a call that gives a new object each time, or
    a string: `app.dependency_overrides[get_db()] = …`. Tests are looked at too.

    ## Why it is bad
    FastAPI looks an override up by the object that was given to `Depends`. A new session, generator, closure or
    checker is none of those: the override is ignored without a word, and the test runs against the real thing.

    ## Use instead
    The dependency itself as key. A dependency that a factory makes needs a name, used in `Depends(…)` and here.

    ## Fix
    Unsafe: removes the parentheses, where the function is used as a dependency. The override then takes effect.
    """

    code = "FAL426"
    name = "ineffective-override"
    severity = Severity.ERROR
    fixes = (Applicability.UNSAFE,)
    in_tests = True

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Overrides with a key that is no dependency."""
        for module, overrides in app.overrides.by_place.items():
            for (line, _), each in overrides.items():
                if _is_ineffective(app, each):
                    yield Place(module, line)

    def visit_Call(self, node: cst.Call) -> None:
        """A key that is called."""
        self._check(node)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        """A key that is a string."""
        self._check(node)

    def _check(self, node: cst.Call | cst.SimpleString) -> None:
        line, column, _, _ = self.visit.span(node)
        found = self.app.overrides.by_place.get(self.module, {}).get((line, column))
        if found is None or not _is_ineffective(self.app, found):
            return
        if isinstance(found.key, nodes.Call) and self.call(node) is not found.key:
            return
        key = self.visit.code(node)
        what = "a string" if isinstance(found.key, nodes.Constant) else "a new object each time"
        self.report(
            node,
            f"`{key}` is {what}, and no dependency: FastAPI never looks this override up",
            help=self._help(found),
            fix=self._fix(node, found),
        )

    def _help(self, found: Override) -> str:
        function = _called(self.app, found)
        if function is not None and function in self.app.providers.functions:
            return f"use the function itself as key: `{function.name}`"
        return "give the object that `Depends(…)` gets a name, and use that as key"

    def _fix(self, node: cst.Call | cst.SimpleString, found: Override) -> Fix | None:
        function = _called(self.app, found)
        if function is None or function not in self.app.providers.functions:
            return None
        if getattr(node, "args", None):
            return None
        editor = self.editor()
        editor.replace(node, self.visit.code(getattr(node, "func", node)))
        return self.build_fix("Use the function itself as key", Applicability.UNSAFE, editor)


def _called(app: Application, override: Override) -> Function | None:
    key = override.key
    return function_of(app.inference.infer(key.func, override.scope)) if isinstance(key, nodes.Call) else None


def _is_ineffective(app: Application, override: Override) -> bool:
    key = override.key
    if isinstance(key, nodes.Constant):
        return isinstance(key.value, str)
    if not isinstance(key, nodes.Call):
        return False
    maker = app.inference.infer(key.func, override.scope)
    value = app.inference.infer(key, override.scope)
    if isinstance(maker, Class):
        return app.class_relations.ancestry_is_known(maker) and not _has_equality(app, maker)
    function = function_of(maker)
    if function is None or function.node.decorators:
        return False
    return app.class_relations.is_uncallable(value) or _is_made_anew(app, function)


def _has_equality(app: Application, cls: Class) -> bool:
    """Whether two objects of the class may be the same key."""
    return any(
        isinstance(base, Class)
        and (_EQUALITY & base.body_scope.bindings.keys() or app.inference.has_decorator(base, _DATACLASSES))
        for base in app.inference.mro(cls)
    )


def _is_made_anew(app: Application, function: Function) -> bool:
    """Whether all that a function returns are functions defined in its own body."""
    scope = function.body_scope
    returned = [
        app.inference.infer(node.value, scope) for node in find_in_scope(function.node.body, {nodes.Return})
    ]
    return bool(returned) and all(
        isinstance(each, (Function, Display)) and each.scope is scope for each in returned
    )
