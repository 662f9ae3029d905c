"""What every rule builds on.

A rule is a class with a docstring (its documentation page), a few class attributes (its metadata),
`suspects` (an index scan: where to look) and `visit_*` methods (libcst visitors: whether, where exactly, and
how to mend it). A suspect names a line; the visitor decides. `suspects` may name too many places but never
misses one: `check --exhaustive` visits everything and must find the same.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from fastapi_lint.diagnostics import Applicability, Severity
from fastapi_lint.metadata import Preset, RuleMetadata

if TYPE_CHECKING:
    import libcst as cst

    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.scopes import Class, Function, Scope
    from fastapi_lint.application.values import Value
    from fastapi_lint.diagnostics import Edit, Fix, TraceStep
    from fastapi_lint.fixes.regions import RegionEditor
    from fastapi_lint.index import nodes
    from fastapi_lint.rules.visit import Visit


class Place(NamedTuple):
    """A line of a module that a rule wants to look at."""

    module: Module
    line: int


class Rule:
    """Base of all rules: one instance per rule and region visited."""

    code: ClassVar[str]
    name: ClassVar[str]
    category: ClassVar[str]
    """Set by the registry from the folder the rule lies in."""
    severity: ClassVar[Severity] = Severity.WARNING
    preset: ClassVar[Preset] = Preset.RECOMMENDED
    fixes: ClassVar[tuple[Applicability, ...]] = ()
    in_tests: ClassVar[bool] = False
    """Whether the rule looks at tests, scripts and migrations too."""
    in_production: ClassVar[bool] = True
    """False for rules about tests: they look neither at production code nor at scripts and migrations."""
    whole_region: ClassVar[bool] = False
    """Whether it has to see all of a region. Else only the statements at suspect lines are parsed, with the
    headers around them: enough for rules that speak of nothing else."""

    follows_calls: ClassVar[bool] = False
    """Whether it looks along the calls of the whole project, as those about the event loop do: that takes longest, so
    that editors show all else first."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.app: Application = visit.application
        self.module: Module = visit.module

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """The places where the rule may have something to say. Called once per run."""
        raise NotImplementedError(f"{cls.__name__} does not say where to look")

    @classmethod
    def metadata(cls) -> RuleMetadata:
        """The rule's declaration."""
        page = inspect.cleandoc(cls.__doc__ or "")
        return RuleMetadata(
            code=cls.code,
            name=cls.name,
            category=cls.category,
            preset=cls.preset,
            severity=cls.severity,
            summary=_summary(page),
            documentation=page,
            fixes=cls.fixes,
        )

    # What the model knows of the syntax being visited

    @property
    def scope(self) -> Scope:
        """The scope in which the node being visited stands."""
        return self.visit.scope

    @property
    def function(self) -> Function | None:
        """The innermost function around the node being visited."""
        return self.visit.scope.function

    def definition(self, node: cst.FunctionDef | cst.ClassDef) -> Function | Class | None:
        """The project's function or class that a definition makes."""
        return self.visit.definition(node)

    def call(self, node: cst.CSTNode | None) -> nodes.Call | None:
        """The index's view of a call expression."""
        return self.visit.call(node)

    def infer(self, node: cst.BaseExpression | None) -> Value | None:
        """The value of an expression, where it stands."""
        return self.visit.infer(node)

    def qualified_name(self, node: cst.BaseExpression | None) -> str | None:
        """Canonical dotted name of what an expression denotes."""
        return self.app.inference.name_of(self.infer(node))

    def builds(self, node: cst.BaseExpression | None, *classes: str) -> bool:
        """Whether an expression is surely an instance of one of these classes, or of their subclasses."""
        return self.app.inference.is_instance(self.infer(node), classes)

    # Fixing

    def editor(self) -> RegionEditor:
        """Collects the changes of one fix: see `fixes/regions.py`. `self.visit.imports` has what it needs."""
        return self.visit.editor()

    def build_fix(
        self,
        message: str,
        applicability: Applicability,
        *editors: RegionEditor,
        imports: Iterable[Edit] = (),
    ) -> Fix | None:
        """One fix of all the editors' changes; None when one has no room, or a comment would be lost."""
        from fastapi_lint.fixes.regions import build_fix

        return build_fix(message, applicability, *editors, imports=imports)

    # Reporting

    def report(
        self,
        node: cst.CSTNode,
        message: str,
        *,
        help: str | None = None,
        severity: Severity | None = None,
        trace: Iterable[TraceStep] = (),
        fix: Fix | None = None,
        hints: Iterable[Fix] = (),
    ) -> None:
        """Report a finding at a node. `severity` overrides the rule's own."""
        self.visit.report(
            self, node, message, help, severity or self.severity, tuple(trace), fix, tuple(hints)
        )


def visitors(rule: type[Rule]) -> Iterator[tuple[str, Any]]:
    """The names of the CST nodes a rule visits, with the methods that do it."""
    for attribute in dir(rule):
        if attribute.startswith("visit_"):
            yield attribute.removeprefix("visit_"), getattr(rule, attribute)


def _summary(page: str) -> str:
    """The first sentence under `## What it does`, or the first of the page, on one line."""
    text = page.split("## What it does", 1)[-1].strip()
    paragraph = " ".join(text.split("\n\n", 1)[0].split())
    return paragraph.split(". ", 1)[0].rstrip(".")
