"""What rules about dependencies with `yield` share: where they look, and when FastAPI resumes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from fastapi_lint.index import nodes
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.scopes import Function

Part: TypeAlias = nodes.Call | nodes.ExceptHandler | nodes.Raise | nodes.With | nodes.Yield
"""A part of a dependency that a rule may report."""

_EARLY_EXIT = ("0.106", "0.118")
"""From the first version to before the second, FastAPI resumed dependencies before it sent the answer."""


class YieldRule(Rule):
    """Base of rules that look into dependencies with `yield`."""

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The dependencies in which the rule finds something."""
        for function in app.providers.yielding:
            if app.is_linted(function.module):
                for node in cls.find(app, function):
                    yield Place(function.module, node.line)

    @classmethod
    def find(cls, app: Application, function: Function) -> Sequence[Part]:
        """What the rule finds in a dependency."""
        raise NotImplementedError

    def found_at(self, line: int) -> list[Part]:
        """What it finds on a line of the function that is being visited."""
        function = self.function
        if function is None or function not in self.app.providers.yielding:
            return []
        return [each for each in self.find(self.app, function) if each.line == line]


def exits_after_response(app: Application, function: Function) -> bool:
    """Whether a dependency is, as far as is known, resumed when the client has its answer."""
    if app.providers.exits_before_response(function):
        return False
    first, last = _EARLY_EXIT
    versions = app.versions
    if versions is None:
        return True
    return not (versions.at_least("fastapi", first) and versions.below("fastapi", last))
