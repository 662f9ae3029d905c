"""Imports that a fix needs, and imports that nothing needs any more.

    imports = ImportEditor(text, package="app.routers")
    needed = imports.require("typing", "Annotated", row=12)     # None when the name cannot be had there
    code, edits = f"{needed.expression}[str, Query()]", needed.edits

An import that the row sees already is used as it is, under its alias; otherwise the name joins an import from
the same module, or a new line goes where isort would put it. Two fixes of one file that need the same import
get the same edits, which `apply_edits` makes once.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple, TypeGuard

from fastapi_lint.diagnostics import Edit
from fastapi_lint.fixes.bindings import Binding, Bindings, Imported, is_builtin, is_surely_bound, used_names
from fastapi_lint.fixes.import_order import ImportLines, ImportStatement, place_of_name
from fastapi_lint.fixes.positions import Change, LineMap, apply_changes
from fastapi_lint.fixes.separated import SeparatedList, Span
from fastapi_lint.index.grammar import parse
from fastapi_lint.index.source import UnreadableSource

_WORD = re.compile(r"\w+")
_COMMENT_OR_BRACKET = re.compile(r"#[^\r\n]*|[()]")


class Requirement(NamedTuple):
    """How to name what a fix needs, and the edits that make the name known."""

    expression: str
    """A name, or a dotted one such as `typing.Annotated`."""
    edits: tuple[Edit, ...]


class ImportEditor:
    """The imports of one file; every method speaks of the text as it is, not as earlier answers change it."""

    def __init__(self, text: str, *, package: str = "", is_package: bool = False) -> None:
        """`package` is the dotted name of the package that the file lies in or, with `is_package`, makes.

        Raises UnreadableSource when the text does not parse.
        """
        self._lines = LineMap(text)
        tree = parse(text).tree
        self._bindings = Bindings(tree, package)
        self._import_lines = ImportLines(tree, self._lines, package)
        self._is_package = is_package
        self._words = set(_WORD.findall(text))

    # What a fix needs

    def require(
        self, module: str, name: str | None = None, *, row: int, equivalents: Collection[str] = ()
    ) -> Requirement | None:
        """Make a module, or a name of it, known to the code of a row.

        `equivalents` are modules whose name of that name is as good, such as `typing_extensions`. None when
        every name for it is taken, and when there is no room for an import above the row.
        """
        found = self.require_all([Imported(module, name)], row=row, equivalents=equivalents)
        return None if found is None else Requirement(found[0][0], found[1])

    def require_all(
        self, wanted: Sequence[Imported], *, row: int, equivalents: Collection[str] = ()
    ) -> tuple[list[str], tuple[Edit, ...]] | None:
        """What `require` does, for several modules and names at once: an expression for each, and all edits."""
        expressions: list[str] = []
        items: dict[str, list[str]] = defaultdict(list)
        changes: list[Change] = []
        for each in wanted:
            same = [each, *(Imported(module, each.name) for module in equivalents)]
            known = self._known(same, row)
            local = known or self._free_name(each, row)
            if local is None:
                return None
            is_own = each.name is None and local == each.module.partition(".")[0]
            expressions.append(each.module if is_own and not known else local)
            if known:
                continue
            if each.name is not None:
                items[each.module].append(each.name if local == each.name else f"{each.name} as {local}")
            else:
                line = f"import {each.module}" if is_own else f"import {each.module} as {local}"
                changes.append(self._import_lines.insertion(each.module, line, is_from=False, row=row))
        for module, names in items.items():
            changes += self._import_from(module, list(dict.fromkeys(names)), row)
        if any(change.start > self._lines.row_start(row) for change in changes):
            return None
        changes = _in_one_section(changes, self._lines.newline)
        return expressions, tuple(map(self._lines.edit, changes))

    def _known(self, wanted: Sequence[Imported], row: int) -> str | None:
        """The shortest expression for what is wanted that the row sees already."""
        found = []
        for scope in self._bindings.visible(row):
            for name, bindings in scope.bindings.items():
                expressions = {_expression(name, binding, each) for binding in bindings for each in wanted}
                found += [each for each in expressions if each and self._is_reliable(name, row, each, wanted)]
        return min(found, key=lambda expression: (expression.count("."), expression), default=None)

    def _is_reliable(self, name: str, row: int, expression: str, wanted: Sequence[Imported]) -> bool:
        """Whether `expression`, which begins with `name`, surely means what is wanted when the row runs."""
        resolved = self._bindings.resolve(name, row)
        if resolved is None:
            return False
        right: list[Binding] = []
        for binding in resolved[1]:
            if any(_expression(name, binding, each) == expression for each in wanted):
                right.append(binding)
            elif not _is_package_root(name, binding):
                return False
        return is_surely_bound(each for each in right if each.row < row and not each.type_checking)

    def _free_name(self, wanted: Imported, row: int) -> str | None:
        """The name to import under: its own, or one with an underscore when that is taken."""
        own = (wanted.name or wanted.module).partition(".")[0]
        if self._is_free(own, wanted, row):
            return own
        alias = "_" + (wanted.name or wanted.module.rpartition(".")[2])
        return alias if alias not in self._words else None

    def _is_free(self, name: str, wanted: Imported, row: int) -> bool:
        if is_builtin(name) or (self._bindings.has_star_import and name in self._words):
            return False
        *inner, module = self._bindings.visible(row)
        if any(name in scope.bindings or name in scope.globals for scope in inner):
            return False
        return all(
            binding.imported == wanted or (wanted.name is None and _is_package_root(name, binding))
            for binding in module.bindings.get(name, ())
        )

    def _import_from(self, module: str, items: Sequence[str], row: int) -> list[Change]:
        for statement in self._import_lines.statements:
            if _can_join(statement, module, row):
                names = [alias.name for alias in statement.names]
                places: dict[int, list[str]] = defaultdict(list)
                for item in sorted(items):
                    places[place_of_name(names, item.partition(" ")[0])].append(item)
                separated = self._names(statement)
                changes = [separated.insertion(place, contents) for place, contents in places.items()]
                return [change for each in changes for change in each]
        line = f"from {module} import {', '.join(items)}"
        return [self._import_lines.insertion(module, line, is_from=True, row=row)]

    # What nothing needs any more

    def remove_if_unused(self, names: Iterable[str], edits: Iterable[Edit]) -> tuple[Edit, ...]:
        """Remove the imports of these names that nothing uses after `edits`, which are those of the fix.

        Kept are imports with a comment, in an `if` or `try`, or under an alias equal to the name (which
        re-exports it), and all of an `__init__.py`.
        """
        after = apply_changes(self._lines.text, [self._lines.change(edit) for edit in edits])
        unused = set(names) - used_names(parse(after).tree)
        return tuple(map(self._lines.edit, self.removal(unused)))

    def removal(self, names: Collection[str]) -> list[Change]:
        """Remove the imports of these names, but for those that `remove_if_unused` keeps."""
        changes: list[Change] = []
        for statement in self._import_lines.statements if not self._is_package else ():
            removed = {
                position for position, alias in enumerate(statement.names) if self._is_removable(alias, names)
            }
            if not removed or self._import_lines.has_comment(statement):
                continue
            if len(removed) < len(statement.names):
                changes += self._names(statement).removal(removed)
            elif self._import_lines.is_alone(statement):
                changes.append(self._import_lines.removal(statement))
        return changes

    def _is_removable(self, alias: ast.alias, names: Collection[str]) -> bool:
        local = _local_name(alias)
        once = len(self._bindings.module.bindings[local]) == 1
        return local in names and once and alias.asname != alias.name

    def sources(self, name: str) -> list[str]:
        """The modules that the module-level imports of a name name."""
        bindings = self._bindings.module.bindings.get(name, ())
        return [binding.imported.module for binding in bindings if binding.imported]

    def _names(self, statement: ImportStatement) -> SeparatedList:
        """The names that an import names, with the parentheses around them."""
        offset = self._lines.byte_offset
        spans = [
            Span(
                offset(alias.lineno, alias.col_offset),
                offset(alias.end_lineno or 0, alias.end_col_offset or 0),
            )
            for alias in statement.names
        ]
        start, end = spans[0].start, spans[-1].end
        statement_start = offset(statement.lineno, statement.col_offset)
        statement_end = offset(statement.end_lineno or 0, statement.end_col_offset or 0)
        if self._lines.text[statement_end - 1] == ")":
            openings = _COMMENT_OR_BRACKET.finditer(self._lines.text, statement_start, start)
            start = next(match.end() for match in openings if match.group() == "(")
            end = statement_end - 1
        return SeparatedList(self._lines, spans, start, end)


def without_unused_imports(
    before: str, after: str, removable: Callable[[str], bool], *, is_package: bool = False
) -> str:
    """`after` without the imports that `before` used and `after` does not, from modules that are `removable`.

    To import a module may do something, so only those are removable that are known to do nothing.
    """
    try:
        used_before, used_after = used_names(parse(before).tree), used_names(parse(after).tree)
        editor = ImportEditor(after, is_package=is_package)
    except UnreadableSource:
        return after
    unused = [name for name in used_before - used_after if all(map(removable, editor.sources(name)))]
    return apply_changes(after, editor.removal(unused))


def _in_one_section(changes: Sequence[Change], newline: str) -> list[Change]:
    """New sections at one place are one section: no blank lines between them."""
    places: dict[tuple[int, int], list[str]] = defaultdict(list)
    for change in changes:
        places[change.start, change.end].append(change.content)
    blank = 2 * newline
    result = []
    for (start, end), contents in places.items():
        if len(contents) > 1 and all(content.endswith(blank) for content in contents):
            contents = [*(content.removesuffix(newline) for content in sorted(contents)[:-1]), max(contents)]
        result += [Change(start, end, content) for content in contents]
    return result


def _can_join(statement: ImportStatement, module: str, row: int) -> TypeGuard[ast.ImportFrom]:
    return (
        isinstance(statement, ast.ImportFrom)
        and not statement.level
        and statement.module == module
        and statement.names[0].name != "*"
        and (statement.end_lineno or row) < row
    )


def _expression(name: str, binding: Binding, wanted: Imported) -> str | None:
    """What is wanted as the import that binds `name` makes it known, if it does."""
    imported = binding.imported
    if imported is None:
        return None
    if imported.name is not None:
        full_name = f"{imported.module}.{imported.name}"
        return name if imported == wanted or (wanted.name is None and full_name == wanted.module) else None
    if binding.dotted and wanted.name is None and imported.module.startswith(f"{wanted.module}."):
        return wanted.module
    if imported.module != wanted.module:
        return None
    prefix = imported.module if binding.dotted else name
    return f"{prefix}.{wanted.name}" if wanted.name is not None else prefix


def _is_package_root(name: str, binding: Binding) -> bool:
    """Whether a name is bound by `import name` or `import name.something`."""
    imported = binding.imported
    return imported is not None and imported.name is None and imported.module.partition(".")[0] == name


def _local_name(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]
