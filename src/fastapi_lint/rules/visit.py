"""One visit to one region: the syntax, where it lies in the file, and what was found there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import libcst as cst

from fastapi_lint.diagnostics import Diagnostic, Fix, Location, Severity, TraceStep
from fastapi_lint.fixes.imports import ImportEditor
from fastapi_lint.fixes.layout import TreeLayout
from fastapi_lint.fixes.positions import LineMap
from fastapi_lint.fixes.regions import RegionEditor
from fastapi_lint.fixes.tree import ParsedRegion
from fastapi_lint.index import nodes
from fastapi_lint.index.build import build_expression
from fastapi_lint.index.excerpts import excerpt
from fastapi_lint.index.source import split_lines
from fastapi_lint.index.walk import walk
from fastapi_lint.rules.base import Rule, visitors
from fastapi_lint.rules.traversal import walk as walk_tree

if TYPE_CHECKING:
    from fastapi_lint.application.application import Application
    from fastapi_lint.application.modules import Module
    from fastapi_lint.application.scopes import Class, Function, Scope
    from fastapi_lint.application.values import Value


class VisitedFile:
    """A file whose regions are visited: its text, and what fixes need of it, made when first asked for."""

    def __init__(self, module: Module, text: str) -> None:
        self.module = module
        self.text = text
        self.lines = split_lines(text)

    @cached_property
    def line_map(self) -> LineMap:
        """Offsets to rows and columns, and back."""
        return LineMap(self.text)

    @cached_property
    def parsed(self) -> ParsedRegion:
        """The whole file as one region, for fixes that reach beyond a statement."""
        return ParsedRegion(cst.parse_module(self.text), self.line_map, 1)

    @cached_property
    def imports(self) -> ImportEditor:
        """Its imports."""
        name, is_package = self.module.name, self.module.is_package
        package = name if is_package else name.rpartition(".")[0]
        return ImportEditor(self.text, package=package, is_package=is_package)


class Visit:
    """Walks the CST of a region once, for all rules that want to see it."""

    def __init__(
        self,
        application: Application,
        file: VisitedFile,
        region: nodes.Region,
        wanted: Collection[int] | None = None,
    ) -> None:
        """Visit the statements with the `wanted` lines of the file alone, or all of the region."""
        self.application = application
        self.file = file
        self.module = module = file.module
        self.region = region
        lines = file.lines[region.first_line - 1 : region.last_line]
        if wanted is not None:
            lines = excerpt(lines, {line - region.first_line + 1 for line in wanted})
        self.text = "\n".join(lines) + "\n"
        self.diagnostics: list[Diagnostic] = []
        self.scope: Scope = module.scope
        self._located = application.located(module)
        self.tree = cst.parse_module(self.text)
        self._layout = TreeLayout(self.tree)

    def run(self, rules: Iterable[type[Rule]], on_failure: Any) -> list[Diagnostic]:
        """Visit the region with these rules; `on_failure(rule, error)` is called for a rule that raises."""
        dispatcher = _Dispatcher(self, [rule(self) for rule in rules], on_failure)
        walk_tree(self.tree, dispatcher.visit, dispatcher.enter_body, dispatcher.leave)
        return self.diagnostics

    # Positions

    def span(self, node: cst.CSTNode) -> tuple[int, int, int, int]:
        """Start line and column, end line and column of a node in the file."""
        line, column, end_line, end_column = self._layout.lines(node)
        offset = self.region.first_line - 1
        return line + offset, column, end_line + offset, end_column

    def location(self, node: cst.CSTNode) -> tuple[Location, Location]:
        """Start and end of a node as a diagnostic counts them."""
        row, column, end_row, end_column = self.span(node)
        return Location(row, column + 1), Location(end_row, end_column + 1)

    def code(self, node: cst.CSTNode) -> str:
        """Source text of a node."""
        return self.tree.code_for_node(node)

    # Fixes

    def editor(self) -> RegionEditor:
        """Collects the changes of one fix to the region."""
        return RegionEditor(self._parsed)

    @property
    def imports(self) -> ImportEditor:
        """The imports of the file, to have what a fix needs."""
        return self.file.imports

    @cached_property
    def _parsed(self) -> ParsedRegion:
        first_line = self.region.first_line
        return ParsedRegion(self.tree, self.file.line_map, first_line, code=self.text, layout=self._layout)

    # The model's view

    def definition(self, node: cst.FunctionDef | cst.ClassDef) -> Function | Class | None:
        """The project's function or class that a definition makes."""
        return self._located.definitions.get(self.span(node)[0])

    def call(self, node: cst.CSTNode | None) -> nodes.Call | None:
        """The index's view of a call expression."""
        if not isinstance(node, cst.Call):
            return None
        found = self._located.calls.get(self.span(node))
        return found[0] if found is not None else None

    def infer(self, node: cst.BaseExpression | None) -> Value | None:
        """The value of an expression, where it stands."""
        if node is None:
            return None
        inference = self.application.inference
        if isinstance(node, cst.Call):
            found = self._located.calls.get(self.span(node))
            if found is not None:
                return inference.infer(found[0], found[1])
        expression = self.expression(node)
        return inference.infer(expression, self.scope) if expression is not None else None

    def expression(self, node: cst.BaseExpression) -> nodes.Expression | None:
        """The index's form of an expression, as if it were written where it stands."""
        expression = build_expression(self.tree.code_for_node(node))
        if expression is not None:
            line = self.span(node)[0]
            for each in walk(expression):
                if hasattr(each, "line"):
                    each.line = line
        return expression

    def report(
        self,
        rule: Rule,
        node: cst.CSTNode,
        message: str,
        help_text: str | None,
        severity: Severity,
        trace: tuple[TraceStep, ...],
        fix: Fix | None,
        hints: tuple[Fix, ...],
    ) -> None:
        """Keep a finding of a rule."""
        start, end = self.location(node)
        self.diagnostics.append(
            Diagnostic(
                code=rule.code,
                name=rule.name,
                severity=severity,
                message=message,
                filename=self.module.path,
                location=start,
                end_location=end,
                help=help_text,
                trace=trace,
                fix=fix,
                hints=hints,
                url=rule.metadata().url,
                noqa_row=start.row,
            )
        )


class _Dispatcher:
    """Calls the rules' `visit_*` methods, and keeps the scope of the node being visited."""

    def __init__(self, visit: Visit, rules: list[Rule], on_failure: Any) -> None:
        self._visit = visit
        self._on_failure = on_failure
        self._failed: set[Rule] = set()
        self._table: dict[str, list[tuple[Rule, Any]]] = {}
        for rule in rules:
            for node_name, method in visitors(type(rule)):
                self._table.setdefault(node_name, []).append((rule, method))

    def visit(self, node: cst.CSTNode) -> None:
        """Let the rules see a node."""
        for rule, method in self._table.get(type(node).__name__, ()):
            if rule in self._failed:
                continue
            try:
                method(rule, node)
            except Exception as error:
                self._failed.add(rule)
                self._on_failure(type(rule), error)

    def enter_body(self, node: cst.FunctionDef | cst.ClassDef) -> None:
        """What follows stands inside the definition."""
        definition = self._visit.definition(node)
        if definition is not None:
            self._visit.scope = definition.body_scope

    def leave(self, node: cst.FunctionDef | cst.ClassDef) -> None:
        """What follows stands where the definition does."""
        definition = self._visit.definition(node)
        if definition is not None:
            self._visit.scope = definition.scope
