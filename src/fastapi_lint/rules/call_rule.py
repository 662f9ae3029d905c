"""What rules about calls of FastAPI's functions share: where these are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from fastapi_lint.application.names import imported_as
from fastapi_lint.index.walk import last_name
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Scope
    from fastapi_lint.index import nodes


class CallRule(Rule):
    """Base of rules that look at each call of functions, classes or methods with certain names."""

    names: ClassVar[frozenset[str]]
    """The last parts of these names; an import may rename them."""

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The calls that the rule judges to be wrong."""
        for module in app.linted(app.modules):
            names = cls.names | imported_as(module.scope, cls.names)
            if names.isdisjoint(module.index.called):
                continue
            for call, scope in app.located(module).calls.values():
                if last_name(call.func) in names and cls.is_wrong(app, call, scope):
                    yield Place(module, call.line)

    def visit_Call(self, node: cst.Call) -> None:
        """A call."""
        found = self.app.located(self.module).calls.get(self.visit.span(node))
        if found is not None and self.is_wrong(self.app, *found):
            self.report_call(node, *found)

    @classmethod
    def is_wrong(cls, app: Application, call: nodes.Call, scope: Scope) -> bool:
        """Whether there is something to say of a call."""
        raise NotImplementedError

    def report_call(self, node: cst.Call, call: nodes.Call, scope: Scope) -> None:
        """Say it."""
        raise NotImplementedError


def keyword_argument(node: cst.Call, name: str) -> cst.Arg | None:
    """The argument that a call gives by this keyword."""
    return next((each for each in node.args if each.keyword is not None and each.keyword.value == name), None)
