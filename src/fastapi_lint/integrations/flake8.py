"""The flake8 plugin: FAL codes through flake8's own options, `noqa` and reporters.

flake8 hands over one file at a time, in one or several processes; the project around the files is loaded once
in each.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import fastapi_lint
from fastapi_lint.index.source import UnreadableSource, decode, split_lines
from fastapi_lint.linter.project import load_project
from fastapi_lint.linter.run import ProjectLinter, without_garbage_collection

if TYPE_CHECKING:
    import ast

    from flake8.options.manager import OptionManager

    from fastapi_lint.config.settings import Settings
    from fastapi_lint.diagnostics import Diagnostic

_STANDARD_INPUT = ("stdin", "-")
_UNNAMED = "stdin.py"


class Plugin:
    """What flake8 instantiates for every file."""

    name = "fastapi-lint"
    version = fastapi_lint.__version__

    _preset: ClassVar[str | None] = None
    _linters: ClassVar[dict[Path, ProjectLinter]] = {}

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        self._filename = filename
        self._lines = lines

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Declare the plugin's options."""
        manager.add_option(
            "--fal-preset",
            parse_from_config=True,
            choices=("recommended", "strict", "all"),
            help="rules of fastapi-lint to start from, in place of its own configuration's",
        )

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Remember the options for the files to come."""
        cls._preset = options.fal_preset
        cls._linters.clear()

    def run(self) -> Iterator[tuple[int, int, str, type[Any]]]:
        """The findings of the file: row, column from 0, `CODE message`, and this class."""
        with without_garbage_collection():
            found = self._diagnostics()
        for diagnostic in found:
            place = diagnostic.location
            yield place.row, place.column - 1, f"{diagnostic.code} {diagnostic.message}", type(self)

    def _diagnostics(self) -> list[Diagnostic]:
        name = _UNNAMED if self._filename in _STANDARD_INPUT else self._filename
        path = Path(os.path.abspath(name))  # noqa: PTH100 - `resolve` would leave a symlinked project
        settings = self._settings(path)
        relative = path.relative_to(settings.root).as_posix()
        if not self._is_on_disk(path):
            # Standard input under a file's name: that file's content is of no interest.
            text = "".join(self._lines)
            loaded, _ = load_project(settings, (), {relative: text.encode()})
            linter = ProjectLinter(loaded)
        elif settings.root in self._linters:
            linter = self._linters[settings.root]
        else:
            loaded, _ = load_project(settings, [str(settings.root), str(path)])
            linter = self._linters[settings.root] = ProjectLinter(loaded)
        return linter.unaccepted(linter.diagnostics(relative))

    def _is_on_disk(self, path: Path) -> bool:
        """Whether what flake8 hands over is what the file contains."""
        try:
            return split_lines(decode(path.read_bytes()).text) == split_lines("".join(self._lines))
        except (OSError, UnreadableSource):
            return False

    def _settings(self, path: Path) -> Settings:
        from fastapi_lint.config.settings import load_settings

        chosen = {"preset": self._preset} if self._preset is not None else {}
        return load_settings([path], command_line=chosen)
