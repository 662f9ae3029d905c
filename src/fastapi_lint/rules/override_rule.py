"""What rules about `dependency_overrides` share: where its keys stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from fastapi_lint.application.source_text import source_text
from fastapi_lint.rules.base import Place, Rule

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.overrides import Override


class OverrideRule(Rule):
    """Base of rules that look at the keys of overrides, in tests too."""

    in_tests = True

    @classmethod
    def found(cls, app: Application) -> Mapping[Module, Mapping[tuple[int, int], Override]]:
        """The overrides that the rule reports, by the position of their keys."""
        raise NotImplementedError

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """Their keys."""
        for module, overrides in cls.found(app).items():
            yield from (Place(module, line) for line, _ in overrides)

    def visit_Name(self, node: cst.Name) -> None:
        """A key that is a name."""
        self._check(node)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """A key that is an attribute."""
        self._check(node)

    def visit_Call(self, node: cst.Call) -> None:
        """A key that is called."""
        self._check(node)

    def _check(self, node: cst.Name | cst.Attribute | cst.Call) -> None:
        line, column, _, _ = self.visit.span(node)
        found = self.found(self.app).get(self.module, {}).get((line, column))
        if found is not None and type(node).__name__ == type(found.key).__name__:
            if source_text(self.visit.expression(node)) == source_text(found.key):
                self.report_override(node, found)

    def report_override(self, node: cst.BaseExpression, override: Override) -> None:
        """Report an override at its key."""
        raise NotImplementedError
