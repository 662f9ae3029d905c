"""A copy of a project that is edited and linted, with and without what earlier runs have left in the cache."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Iterable, Mapping
from itertools import takewhile, zip_longest
from pathlib import Path
from typing import Any

import msgspec

from fastapi_lint.config.settings import load_settings
from fastapi_lint.diagnostics import Diagnostic
from fastapi_lint.linter import cached, run
from fastapi_lint.linter.report import Report
from tests.linter.edits.choice import Edited
from tests.linter.edits.project import Project

CACHE = ".fastapi_lint_cache"


class Workbench:
    """A project on disk, and what its files are at the moment.

    Args:
        original: is copied, as far as it is Python or configuration.
        root: where the copy is to be.
    """

    def __init__(self, original: Path, root: Path) -> None:
        self.root = root
        hidden = shutil.ignore_patterns(".*", "__pycache__")
        shutil.copytree(original, root, ignore=hidden)
        self.project = Project(_texts(root))

    def apply(self, edited: Edited) -> None:
        """Write what an edit has changed."""
        self.go_to(self.project.edited(edited.files))

    def go_to(self, project: Project) -> None:
        """Write another state of the project."""
        for path in self.project.texts.keys() - project.texts.keys():
            (self.root / path).unlink()
        for path, text in project.texts.items():
            if self.project.texts.get(path) != text:
                file = self.root / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8", newline="")
        self.project = project

    def lint(
        self,
        options: Mapping[str, Any],
        paths: Iterable[str] = (),
        *,
        cache: bool = True,
        workers: int = 1,
        exhaustive: bool = False,
    ) -> Report:
        """A run over the project, or over some of its files.

        Args:
            options: as on the command line.
            paths: relative to the root.
            cache: whether to use the cache of the copy.
            workers: the number of processes.
            exhaustive: whether rules look everywhere; only without cache.
        """
        chosen = load_settings([self.root], command_line={**options, "cache": cache, "workers": workers})
        chosen = msgspec.structs.replace(chosen, root=self.root)
        asked = [str(self.root / path) for path in paths] or [str(self.root)]
        return cached.lint(chosen, asked) if cache else run.lint(chosen, asked, exhaustive=exhaustive)

    def difference(self, warm: Report, cold: Report) -> str | None:
        """Where two reports differ first; None if they do not."""
        assert not cold.failures, cold.failures[0].traceback
        assert not warm.failures, warm.failures[0].traceback
        for one, other in zip_longest(cold.diagnostics, warm.diagnostics):
            if one != other:
                return _apart(one, other)
        for name in ("problems", "checked", "incomplete"):
            if getattr(cold, name) != getattr(warm, name):
                return f"{name}\n- {getattr(cold, name)}\n+ {getattr(warm, name)}"
        return None


def described(edited: Edited, before: Project) -> str:
    """An edit as a difference of files."""
    lines = [f"[{edited.kind}]"]
    for path, text in edited.files.items():
        old = before.texts.get(path, "").splitlines()
        lines += difflib.unified_diff(old, (text or "").splitlines(), path, path, n=1, lineterm="")
    return "\n".join(lines)


def _apart(one: Diagnostic | None, other: Diagnostic | None) -> str:
    """How two findings differ, or which of them there is."""
    if one is None or other is None or (one.code, one.sort_key[:2]) != (other.code, other.sort_key[:2]):
        return f"- {one}\n+ {other}"
    lines = [f"{one.filename}:{one.location.row}: {one.code}"]
    for name in one.__struct_fields__:
        cold, warm = repr(getattr(one, name)), repr(getattr(other, name))
        if cold != warm:
            same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(cold, warm, strict=False)))
            start = max(0, same - 80)
            lines += [f"- {name} = {cold[start:]}", f"+ {name} = {warm[start:]}"]
    return "\n".join(lines)


def _texts(root: Path) -> dict[str, str]:
    """Of the files that are text."""
    texts = {}
    for file in sorted(root.rglob("*.py")):
        try:
            texts[file.relative_to(root).as_posix()] = file.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue
    return texts
