"""Edits of one fix in one region, made from what a rule says about the syntax tree.

A rule takes an editor, names nodes of the tree it is visiting, and asks for the fix:

    editor = RegionEditor(region)
    editor.rename_keyword(regex, "pattern")                    # Query(regex="…") -> Query(pattern="…")
    editor.remove_argument(decorator_call, response_model)     # the comma goes too, comments stay
    editor.replace(node, cst.Raise(exc=node.value))            # by a changed node: only what differs
    editor.replace(default, "None")                            # … or by code
    editor.wrap_in_await(call)                                 # (await call()).value where it must
    editor.insert_statement_before(node, "db.refresh(user)")
    fix = build_fix("Raise the exception", Applicability.UNSAFE, editor)

Nodes are always those of the tree as it was visited; the changes are put together in the end. There is no fix
(None) when there is no room for a change or when a comment would be lost.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import libcst as cst

from fastapi_lint.diagnostics import Applicability, Edit, Fix
from fastapi_lint.fixes import statements
from fastapi_lint.fixes.comments import is_pragma
from fastapi_lint.fixes.lists import ListChanges, place_of_argument
from fastapi_lint.fixes.positions import Change, apply_changes
from fastapi_lint.fixes.precedence import Binding, binding, demanded, fitted, parenthesized
from fastapi_lint.fixes.snippets import parse_argument, parse_like, parse_statements
from fastapi_lint.fixes.tree import ParsedRegion
from fastapi_lint.index.lexer import LexicalError, find_comments

_LINE_END = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"(?=(#[^\r\n]*))")


class RegionEditor:
    """Collects the changes that one fix makes to one region."""

    def __init__(self, region: ParsedRegion) -> None:
        self.region = region
        self._changes: list[Change] = []
        self._lists: dict[cst.CSTNode, ListChanges] = {}
        self._removed_statements: list[cst.CSTNode] = []
        self._removed_decorators: list[Change] = []
        self._refused = False

    # Any node

    def replace(self, old: cst.CSTNode, new: cst.CSTNode | str) -> None:
        """Put another node, or code of the same kind, in the place of `old`; only what differs is edited.

        An expression keeps the parentheses around it and gets some where precedence demands. An argument,
        parameter or element keeps its comma.
        """
        region = self.region
        node = parse_like(new, old, region.tree) if isinstance(new, str) else new
        if isinstance(old, cst.BaseExpression) and isinstance(node, cst.BaseExpression):
            node = self._in_place_of(old, node)
            if self._is_interpolated(old) and not _fits_in_string(region.tree.code_for_node(node)):
                self._refused = True
                return
        elif hasattr(old, "comma") and isinstance(getattr(node, "comma", None), cst.MaybeSentinel):
            node = node.with_changes(comma=old.comma)
        elif isinstance(old, cst.BaseSmallStatement) and hasattr(node, "semicolon"):
            node = node.with_changes(semicolon=getattr(old, "semicolon", cst.MaybeSentinel.DEFAULT))
        self._replace_in_tree(old, node)

    def replace_statement(self, old: cst.CSTNode, code: str) -> None:
        """Put whole statements in the place of the one that `old` is; comments above and behind it stay."""
        line = self.region.statement_of(old)
        body, footer = parse_statements(code, self.region.tree)
        shared = isinstance(line, cst.SimpleStatementLine) and len(line.body) > 1
        if (
            footer
            or shared
            or isinstance(line, cst.SimpleStatementSuite)
            or not self.region.is_in_block(line)
        ):
            self._refused = True
            return
        if isinstance(line, cst.SimpleStatementLine) and isinstance(body[-1], cst.SimpleStatementLine):
            body[-1] = body[-1].with_changes(trailing_whitespace=line.trailing_whitespace)
        body[0] = body[0].with_changes(leading_lines=[*line.leading_lines, *body[0].leading_lines])
        self._replace_in_tree(line, cst.FlattenSentinel(body))

    def _replace_in_tree(self, old: cst.CSTNode, new: cst.CSTNode | cst.FlattenSentinel[cst.CSTNode]) -> None:
        tree = self.region.tree
        replaced = cst.ensure_type(tree.visit(_Replacement(old, new)), cst.Module)
        self._changes += self.region.difference(old, replaced)

    def _in_place_of(self, old: cst.BaseExpression, new: cst.BaseExpression) -> cst.BaseExpression:
        if old.lpar and not new.lpar and not isinstance(old, (cst.Tuple, cst.GeneratorExp)):
            return new.with_changes(lpar=old.lpar, rpar=old.rpar)
        new = fitted(new, self.region.parent(old), old)
        if new.lpar or (_stands_alone(new, self.region.tree) and not self._joins_a_word(old)):
            return new
        return parenthesized(new)

    def _joins_a_word(self, expression: cst.BaseExpression) -> bool:
        """Whether a keyword stands right beside an expression, as in `return(1)`."""
        start, end = self.region.full_span(expression)
        text = self.region.lines.text
        return text[start - 1 : start].isidentifier() or text[end : end + 1].isidentifier()

    def _is_interpolated(self, node: cst.CSTNode) -> bool:
        return any(isinstance(each, cst.FormattedStringExpression) for each in self.region.ancestors(node))

    def wrap_in_await(self, expression: cst.BaseExpression) -> None:
        """Await an expression, in parentheses where precedence demands."""
        start, end = self.region.span(expression)
        bare = expression.with_changes(lpar=[], rpar=[])
        opening, closing = ("await ", "") if binding(bare) >= Binding.PRIMARY else ("await (", ")")
        place = demanded(self.region.parent(expression), expression)
        if place > Binding.AWAIT and not expression.lpar:
            opening, closing = f"({opening}", f"{closing})"
        self._changes.append(Change(start, start, opening))
        if closing:
            self._changes.append(Change(end, end, closing))

    # Arguments and elements

    def add_argument(self, call: cst.Call, argument: str) -> None:
        """Add an argument such as `status_code=201`: behind the last of its kind, before any `**`."""
        added = parse_argument(argument)
        self._list(call).add(argument, place_of_argument(call, added))

    def remove_argument(self, call: cst.Call, argument: cst.Arg) -> None:
        """Remove an argument of a call, with its comma."""
        self._list(call).remove(argument)

    def rename_keyword(self, argument: cst.Arg, name: str) -> None:
        """Give the value of a keyword argument to another keyword."""
        if argument.keyword is None:
            raise ValueError("the argument has no keyword")
        self._changes.append(Change(*self.region.span(argument.keyword), name))

    def add_element(self, display: cst.List | cst.Set | cst.Dict, element: str) -> None:
        """Add an element at the end of a list, set or dict display."""
        self._list(display).add(element, len(display.elements))

    def remove_element(
        self, display: cst.List | cst.Set | cst.Dict, element: cst.BaseElement | cst.BaseDictElement
    ) -> None:
        """Remove an element of a list, set or dict display."""
        self._list(display).remove(element)

    def _list(self, owner: cst.Call | cst.List | cst.Set | cst.Dict) -> ListChanges:
        if owner not in self._lists:
            self._lists[owner] = ListChanges(self.region, owner)
        return self._lists[owner]

    # Statements and decorators

    def insert_statement_before(self, anchor: cst.CSTNode, code: str) -> None:
        """Insert statements, at its indentation, before the one that `anchor` is or stands in."""
        self._insert(anchor, code, after=False)

    def insert_statement_after(self, anchor: cst.CSTNode, code: str) -> None:
        """Insert statements, at its indentation, after the one that `anchor` is or stands in."""
        self._insert(anchor, code, after=True)

    def _insert(self, anchor: cst.CSTNode, code: str, *, after: bool) -> None:
        change = statements.insertion(self.region, anchor, code, after=after)
        if change is None:
            self._refused = True
        else:
            self._changes.append(change)

    def remove_statement(self, statement: cst.CSTNode) -> None:
        """Remove a statement; a body left empty gets a `pass`. ValueError for an `elif`."""
        self._removed_statements.append(statement)

    def add_decorator(
        self,
        definition: cst.FunctionDef | cst.ClassDef,
        decorator: str,
        *,
        after: cst.Decorator | None = None,
    ) -> None:
        """Add a decorator, given without its `@`, above all others or directly below one of them."""
        self._changes.append(statements.decorator_insertion(self.region, definition, decorator, after))

    def replace_decorator(self, decorator: cst.Decorator, new: cst.BaseExpression | str) -> None:
        """Put another expression behind the `@`."""
        self.replace(decorator.decorator, new)

    def remove_decorator(self, decorator: cst.Decorator) -> None:
        """Remove a decorator with its line."""
        self._removed_decorators.append(statements.decorator_removal(self.region, decorator))

    # The result

    def changes(self) -> list[Change] | None:
        """All changes in order; None when one of them has no room. ValueError when two of them overlap."""
        if self._refused:
            return None
        changes = sorted([*self._changes, *self._removals()], key=lambda change: change[:2])
        for before, after in itertools.pairwise(changes):
            if before.end > after.start:
                raise ValueError("two changes of one fix overlap")
        newline = self.region.lines.newline
        return [change._replace(content=_LINE_END.sub(newline, change.content)) for change in changes]

    def lost_comments(self, changes: Iterable[Change]) -> Counter[str]:
        """How often each comment is there less than before; those addressed to tools may go with their code.

        A comment that is there more often counts negatively: it may have moved here from another region.
        """
        region = self.region
        within = [region.within(change) for change in changes]
        if "#" not in region.text and not any("#" in change.content for change in within):
            return Counter()
        try:
            lost = _comments(region.text)
            lost.subtract(_comments(apply_changes(region.text, within)))
        except LexicalError:
            return Counter()
        removed = (region.lines.text[change.start : change.end] for change in self._removals())
        lost.subtract(comment for code in removed for comment in _COMMENT.findall(code) if is_pragma(comment))
        return lost

    def _removals(self) -> list[Change]:
        changes = [*self._removed_decorators, *statements.removal(self.region, self._removed_statements)]
        for each in self._lists.values():
            changes += each.changes()
        return changes


def build_fix(
    message: str, applicability: Applicability, *editors: RegionEditor, imports: Iterable[Edit] = ()
) -> Fix | None:
    """One fix of all the editors' changes, in regions of one file, and of the imports they need.

    None when a change has no room, when nothing changes, and when a comment would be lost.
    """
    edits: list[Edit] = []
    lost: Counter[str] = Counter()
    for editor in editors:
        changes = editor.changes()
        if changes is None:
            return None
        lost.update(editor.lost_comments(changes))
        edits += map(editor.region.lines.edit, changes)
    if not edits or any(count > 0 for count in lost.values()):
        return None
    return Fix(message, applicability, (*imports, *edits))


def _comments(code: str) -> Counter[str]:
    """Every comment with how often it is there; raises LexicalError."""
    return Counter(code[start:end] for start, end in find_comments(code))


class _Replacement(cst.CSTTransformer):
    """Puts one node, or several, in the place of another, which it does not look into."""

    def __init__(self, old: cst.CSTNode, new: cst.CSTNode | cst.FlattenSentinel[cst.CSTNode]) -> None:
        super().__init__()
        self._old = old
        self._new = new

    def on_visit(self, node: cst.CSTNode) -> bool:
        return node is not self._old

    def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> Any:
        return self._new if original_node is self._old else updated_node


def _stands_alone(expression: cst.BaseExpression, tree: cst.Module) -> bool:
    """Whether an expression that goes over several lines does so within brackets of its own."""
    code = tree.code_for_node(expression)
    if "\n" not in code and "\r" not in code:
        return True
    try:
        cst.parse_expression(code)
    except cst.ParserSyntaxError:
        return False
    return True


def _fits_in_string(code: str) -> bool:
    """Whether an expression may stand in an f-string of any Python version."""
    return not any(character in code for character in "'\"\\\r\n#")
