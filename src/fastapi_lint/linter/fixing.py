"""One fixing run: lint, apply the fixes that are allowed, and lint again until nothing is left to apply."""

from __future__ import annotations

import gc
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec

from fastapi_lint.config.settings import Settings
from fastapi_lint.diagnostics import Applicability, Diagnostic, Fix, RuleFailure
from fastapi_lint.fixes.files import WriteError, write_fixed
from fastapi_lint.fixes.imports import without_unused_imports
from fastapi_lint.fixes.passes import ProjectOutcome, fix_project
from fastapi_lint.index.grammar import is_valid
from fastapi_lint.index.source import SourceText, UnreadableSource, decode, encode
from fastapi_lint.linter.project import load_project
from fastapi_lint.linter.report import Report, StandardInput
from fastapi_lint.linter.run import Progress, ProjectLinter, without_garbage_collection

_WITHOUT_SIDE_EFFECTS = sys.stdlib_module_names | {
    "fastapi",
    "pydantic",
    "sqlalchemy",
    "sqlmodel",
    "starlette",
}
"""Packages whose import does nothing but define names: an import that a fix leaves unused can go."""

_WORTH_COLLECTING = 200_000
"""Objects, of some 200 bytes each: looking for less garbage costs more time than its memory is worth."""


class FixedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that its fixes changed."""

    filename: str
    before: str
    after: str
    data: bytes
    """`after` in the file's encoding."""


class FixReport(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a fixing run."""

    report: Report
    """What remains."""
    applied: Sequence[Diagnostic]
    """The findings mended, each as it stood in its pass."""
    changes: Sequence[FixedFile]
    """Every file that changed, or would."""


def fix(
    settings: Settings,
    paths: Sequence[str],
    *,
    stdin: StandardInput | None = None,
    only: Collection[str] | None = None,
    unsafe: bool = False,
    write: bool = True,
    progress: Progress | None = None,
) -> FixReport:
    """Apply the fixes of every finding below `paths`, and report what is left.

    Args:
        settings: which rules run, and whose fixes may be applied.
        paths: what to fix; not used with `stdin`.
        stdin: one file to fix in memory.
        only: files to which the run is limited, relative to the project root.
        unsafe: apply fixes that may change behaviour too.
        write: write the files that changed; standard input never is.
        progress: told of each file of each pass.
    """
    with without_garbage_collection():
        return _Fixing(settings, paths, stdin, only, progress).run(
            unsafe=unsafe, write=write and stdin is None
        )


class _Fixing:
    def __init__(
        self,
        settings: Settings,
        paths: Sequence[str],
        stdin: StandardInput | None,
        only: Collection[str] | None,
        progress: Progress | None,
    ) -> None:
        self._settings = settings
        self._root = Path(settings.root)
        self._paths = () if stdin is not None else paths
        self._buffers = {stdin.filename: stdin.data} if stdin is not None else {}
        self._only = only
        self._progress = progress
        self._originals: dict[str, bytes] = {}
        self._sources: dict[str, SourceText] = {}
        self._refused: list[str] = []
        self._report = self._lint({})

    def run(self, *, unsafe: bool, write: bool) -> FixReport:
        """Fix, and write the files if that is wanted."""
        before = {name: source.text for name, source in self._sources.items()}
        outcome = fix_project(
            before,
            self._lint_texts,
            partial(self._is_allowed, unsafe),
            is_valid,
            tidy=_tidied,
        )
        changes = [
            FixedFile(filename=name, before=before[name], after=text, data=encode(text, self._sources[name]))
            for name, text in sorted(outcome.files.items())
            if text != before[name]
        ]
        self._report.failures += _failures(outcome)
        self._report.problems += dict.fromkeys(self._refused)
        if write:
            for change in changes:
                self._write(change)
        return FixReport(report=self._report, applied=outcome.applied, changes=changes)

    def _is_allowed(self, unsafe: bool, diagnostic: Diagnostic, fix: Fix) -> bool:
        """Whether a fix, which the settings have made safe or unsafe, may be applied to its file."""
        is_wanted = fix.applicability is Applicability.SAFE
        is_wanted |= unsafe and fix.applicability is Applicability.UNSAFE
        return is_wanted and self._is_encodable(diagnostic, fix)

    def _is_encodable(self, diagnostic: Diagnostic, fix: Fix) -> bool:
        source = self._sources[diagnostic.filename]
        try:
            encode("".join(edit.content for edit in fix.edits), source)
        except UnicodeEncodeError as error:
            place = f"{diagnostic.filename}:{diagnostic.location.row}"
            character = error.object[error.start]
            self._refused.append(
                f"{place} was not fixed: {diagnostic.code} would add `{character}`, which {source.encoding} lacks"
            )
            return False
        return True

    def _lint_texts(self, texts: Mapping[str, str]) -> Sequence[Diagnostic]:
        """The findings in the files as they are after the fixes so far."""
        changed = {name: text for name, text in texts.items() if text != self._sources[name].text}
        if changed:
            _let_go_of_garbage()  # the project as it was linted before is a heap of cycles
            self._report = self._lint(
                {name: encode(text, self._sources[name]) for name, text in changed.items()}
            )
        return self._report.diagnostics

    def _lint(self, changed: Mapping[str, bytes]) -> Report:
        overlay = {**self._buffers, **changed}
        loaded, problems = load_project(self._settings, self._paths, overlay, only=self._only)
        linter = ProjectLinter(loaded)
        found: list[Diagnostic] = []
        for number, path in enumerate(loaded.linted):
            if self._progress is not None:
                self._progress("fixing", number, len(loaded.linted))
            if path not in self._originals:
                self._remember(path, loaded.files.read(path))
            found += linter.diagnostics(path)
        loaded.save_indexes()
        found = linter.beyond_baseline(found)
        return Report(
            root=self._root,
            diagnostics=sorted(found, key=lambda diagnostic: diagnostic.sort_key),
            failures=list(linter.failures),
            problems=list(problems),
            checked=len(loaded.linted),
        )

    def _remember(self, path: str, data: bytes) -> None:
        """Keep a file as it was before all fixes; one that can not be decoded is never fixed."""
        self._originals[path] = data
        try:
            self._sources[path] = decode(data)
        except UnreadableSource:
            return

    def _write(self, change: FixedFile) -> None:
        try:
            write_fixed(self._root / change.filename, self._originals[change.filename], change.after)
        except WriteError as refused:
            self._report.problems.append(f"{change.filename} was not fixed: {refused}")


def _let_go_of_garbage() -> None:
    made_since_last_time = gc.get_count()[0]
    if made_since_last_time > _WORTH_COLLECTING:
        gc.collect()


def _tidied(filename: str, before: str, after: str) -> str:
    return without_unused_imports(
        before,
        after,
        lambda module: module.partition(".")[0] in _WITHOUT_SIDE_EFFECTS,
        is_package=filename.endswith("__init__.py"),
    )


def _failures(outcome: ProjectOutcome) -> list[RuleFailure]:
    """Fixes that went wrong, as the bugs of ours that they are."""
    broken = [
        RuleFailure(code=each.code, filename=each.filename, row=each.row, error=each.error, traceback="")
        for each in outcome.failures
    ]
    endless = [
        RuleFailure(
            code=each.code,
            filename=each.filename,
            row=each.location.row,
            error="its fixes make room for more of them without end",
            traceback="",
        )
        for each in outcome.remaining
        if each.code in outcome.unsettled
    ]
    return broken + endless
