"""From an import under `if TYPE_CHECKING` to one that is executed: the fix of unresolvable-annotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from fastapi_lint.diagnostics import Applicability
from fastapi_lint.fixes.regions import RegionEditor, build_fix

if TYPE_CHECKING:
    from fastapi_lint.application.bindings import Binding
    from fastapi_lint.diagnostics import Fix
    from fastapi_lint.fixes.tree import ParsedRegion
    from fastapi_lint.rules.visit import VisitedFile


def runtime_import_fix(file: VisitedFile, binding: Binding, name: str, row: int) -> Fix | None:
    """Import a name for the code of a row, too, and no longer for type checkers alone."""
    if binding.kind != "import" or binding.level or binding.attribute != name:
        return None
    needed = file.imports.require(binding.module, name, row=row)
    guarded = _import_at(file, binding.line)
    if needed is None or needed.expression != name or guarded is None:
        return None
    editor = RegionEditor(file.parsed)
    _take_out(editor, file.parsed, guarded, name)
    return build_fix(f"Import `{name}` at run time", Applicability.UNSAFE, editor, imports=needed.edits)


def _import_at(file: VisitedFile, row: int) -> cst.ImportFrom | None:
    """The import that begins in a row."""
    for statement in file.parsed.tree.body:
        if isinstance(statement, cst.If):
            for line in statement.body.body:
                for each in line.body if isinstance(line, cst.SimpleStatementLine) else ():
                    start = file.parsed.span(each).start
                    if isinstance(each, cst.ImportFrom) and file.line_map.location(start).row == row:
                        return each
    return None


def _take_out(editor: RegionEditor, region: ParsedRegion, guarded: cst.ImportFrom, name: str) -> None:
    """Remove a name from an import, or the import that has no other, or the `if` that has nothing else."""
    names = guarded.names if not isinstance(guarded.names, cst.ImportStar) else ()
    kept = [each for each in names if each.evaluated_name != name]
    if kept:
        kept[-1] = kept[-1].with_changes(comma=names[-1].comma)
        editor.replace(guarded, guarded.with_changes(names=kept))
        return
    condition = next(each for each in region.ancestors(guarded) if isinstance(each, cst.If))
    is_alone = len(condition.body.body) == 1 and condition.orelse is None
    editor.remove_statement(condition if is_alone else guarded)
