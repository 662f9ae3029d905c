"""One project as it is being edited: the indexes of its files, and the last state of its model.

A check of everything takes as long as the project is large. An edit in the body of one function changes next to
nothing of what is known: `recheck` finds what is wrong in that file from the last check, in little time. What the
edit means to other files, the next check of everything finds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from fastapi_lint.application.after_edit import concerns_others, defined_in
from fastapi_lint.application.modules import Module
from fastapi_lint.application.names import all_definitions
from fastapi_lint.application.scopes import Function
from fastapi_lint.config.selection import Selection
from fastapi_lint.config.settings import Settings
from fastapi_lint.diagnostics import Diagnostic, RuleFailure
from fastapi_lint.discovery import discover
from fastapi_lint.index import nodes
from fastapi_lint.index.build import build_index
from fastapi_lint.index.nodes import ModuleIndex
from fastapi_lint.index.source import UnreadableSource, decode
from fastapi_lint.integrations.language_server.body_edits import find_body_edit, take_in
from fastapi_lint.integrations.language_server.carrying import carried_over
from fastapi_lint.integrations.language_server.lenses import Lens, lenses_of
from fastapi_lint.integrations.language_server.spacing import SpacedText, spaced
from fastapi_lint.linter.files import DirectoryFiles
from fastapi_lint.linter.project import LoadedProject
from fastapi_lint.linter.run import ProjectLinter, without_garbage_collection
from fastapi_lint.rules.custom import metadata_of

Waypoint = Callable[[int], None]
"""Told again and again how many files were indexed so far; may raise `Superseded`."""


class Superseded(BaseException):
    """A check was given up because its buffers have changed; not an Exception, so that no rule is blamed."""


_LARGE = 200
"""Files of a project from which on it is worth while to tell what quick rules find ahead of the others."""


class Checked(NamedTuple):
    """One open file as of the last check."""

    diagnostics: Sequence[Diagnostic]
    lenses: Sequence[Lens]


class _Model(NamedTuple):
    """The outcome of a check of everything, or of an edit since."""

    linter: ProjectLinter
    project: LoadedProject
    texts: Mapping[str, SpacedText]
    """The open files, as the model knows them."""


class _EditedProject(LoadedProject):
    """A project whose indexes a session keeps for the next one; those of files that are not open, the cache too."""

    def __init__(
        self,
        settings: Settings,
        files: DirectoryFiles,
        linted: Sequence[str],
        known: dict[str, tuple[bytes, ModuleIndex]],
        waypoint: Waypoint,
    ) -> None:
        self._known = known
        self._waypoint = waypoint
        self._asked = 0
        super().__init__(settings, files, linted)
        self.application.waypoint = self._pass_waypoint

    def end_check(self) -> None:
        """Nothing gives up what is asked of the project from now on."""
        self._waypoint = lambda _: None
        self.application.waypoint = lambda: None

    def _pass_waypoint(self) -> None:
        self._waypoint(self._asked)

    def index(self, path: str) -> ModuleIndex:
        """The index of one file."""
        self._asked += 1
        self._pass_waypoint()
        data = self.files.read(path)
        if path in self.linted:
            return build_index(data)
        known = self._known.get(path)
        if known is None or known[0] != data:
            known = self._known[path] = (data, super().index(path))
        return known[1]


class Session:
    """Checks the open files of one project, again and again.

    Args:
        settings: those of the project.
        code_lens: whether lenses are wanted.
        before: the session that this one replaces, whose indexes it goes on with.

    Raises:
        ConfigError: the settings can not be used.
    """

    def __init__(self, settings: Settings, *, code_lens: bool = True, before: Session | None = None) -> None:
        self.settings = settings
        self.rules = metadata_of(settings)
        """The declarations of all rules by code, those of the project's own rules included."""
        self.selection = Selection.build(settings, self.rules)
        self._code_lens = code_lens
        self._indexes: dict[str, tuple[bytes, ModuleIndex]] = dict(before._indexes) if before else {}
        self._parsable: dict[str, str] = {}
        self._disk = 0
        self._modelled: tuple[int, Mapping[str, str]] | None = None
        self._model: _Model | None = None
        self._checked: dict[str, Checked] = {}
        self._edited: dict[str, str] = {}
        """The last text of each file that was checked alone."""
        self._lock = threading.Lock()
        """Held while the model and what was found with it change."""
        self.is_large = False
        """Whether a check tells what it knows before it is over."""
        self.seconds = 0.0
        """How long the last check of everything took."""
        self.failures: list[RuleFailure] = []
        """Rules that raised in the last check."""

    @property
    def root(self) -> Path:
        """The project root."""
        return Path(self.settings.root)

    def is_linted(self, path: str) -> bool:
        """Whether the settings let a file, given relative to the root, be checked."""
        absolute = self.root / path
        if not absolute.exists():
            return True
        exclude = (*self.settings.exclude, *self.settings.extend_exclude)
        return bool(discover([absolute], root=self.settings.root, exclude=exclude, force_exclude=True).files)

    def forget_disk(self) -> None:
        """Files may have changed on disk: look at all of them in the next check."""
        self._disk += 1

    def check(
        self,
        buffers: Mapping[str, str],
        waypoint: Waypoint,
        tell: Callable[[Mapping[str, Checked]], None] = lambda _: None,
    ) -> Mapping[str, Checked]:
        """Check the open files as part of the whole project.

        While a buffer can not be parsed, the model keeps its last state that could.

        Args:
            buffers: the open files by their paths relative to the root.
            waypoint: told how far the check has come.
            tell: told what is known of the files before the check is over, where that takes long.

        Raises:
            ConfigError: the settings can not be used.
            Superseded: `waypoint` has raised it.
        """
        data = {path: _encoded(text) for path, text in buffers.items()}
        broken = {path for path in data if self._index(path, data[path]).problem is not None}
        self._parsable.update((path, buffers[path]) for path in data if path not in broken)
        modelled = (self._disk, {path: self._parsable.get(path, buffers[path]) for path in data})
        with without_garbage_collection():
            if modelled != self._modelled:
                started = time.perf_counter()
                project, texts = self._load(modelled[1], waypoint)
                model = _Model(ProjectLinter(project), project, texts)
                self.is_large = len(project.files) >= _LARGE
                if self.is_large:
                    tell(self._known_so_far(model, [path for path in data if path not in broken]))
                found = self._checked_files(model, project.linted)
                project.save_indexes()
                project.end_check()
                with self._lock:
                    self._model, self._checked, self._modelled = model, dict(found), modelled
                    self._catch_up()
                self.seconds = time.perf_counter() - started
            else:
                found = self._checked
            result = {path: found[path] for path in data if path not in broken}
            for path in broken:
                result[path] = self._check_alone(path, data[path])
        return result

    def recheck(self, path: str, text: str) -> Checked | None:
        """Check one open file in which the body of a function has changed; None for any other edit.

        What is found in files that depend on this one stays as it is until the next check of everything.
        """
        with without_garbage_collection(), self._lock:
            self._edited[path] = text
            return self._recheck(path, text)

    def _catch_up(self) -> None:
        """Follow the edits that were made while everything was being checked."""
        edited, self._edited = self._edited, {}
        for path, text in edited.items():
            self._recheck(path, text)

    def _recheck(self, path: str, text: str) -> Checked | None:
        model, data = self._model, _encoded(text)
        if model is None or path not in model.texts:
            return None
        index = self._index(path, data)
        if index.problem is not None:
            return self._check_alone(path, data)
        module = model.project.application.project.module_at(path)
        edit = find_body_edit(module, model.texts[path], text, index)
        function = edit and _function_of(module, edit.node)
        application = model.project.application
        if edit is None or function is None or concerns_others(application, function):
            return None
        gone = defined_in(function)
        self._model = None  # unless all goes well
        take_in(module, edit)
        function.forget_body()
        if concerns_others(application, function):
            return None
        model.project.files.replace(path, _encoded(edit.text.text))
        texts = {**model.texts, path: edit.text}
        self._model = _Model(model.linter.after_edit(function, gone), model.project, texts)
        checked = self._checked_files(self._model, [path])[path]
        self._checked[path] = checked
        self._parsable[path] = text
        return checked

    def _load(
        self, buffers: Mapping[str, str], waypoint: Waypoint
    ) -> tuple[_EditedProject, Mapping[str, SpacedText]]:
        """The project with the open files, and the texts of these."""
        whole = discover(
            [self.root],
            root=self.settings.root,
            exclude=(*self.settings.exclude, *self.settings.extend_exclude),
            respect_gitignore=self.settings.respect_gitignore,
        )
        texts = {path: spaced(text, self._index(path, _encoded(text))) for path, text in buffers.items()}
        overlay = {path: _encoded(text.text) for path, text in texts.items()}
        files = DirectoryFiles(self.root, {*whole.files, *buffers}, overlay)
        return _EditedProject(self.settings, files, list(buffers), self._indexes, waypoint), texts

    def _check_alone(self, path: str, data: bytes) -> Checked:
        """Check a file that can not be parsed: nothing but that is found."""
        files = DirectoryFiles(self.root, [path], {path: data})
        project = LoadedProject(self.settings, files, [path])
        model = _Model(
            ProjectLinter(project, exhaustive=True), project, {}
        )  # no rule has to look for anything
        return self._checked_files(model, [path])[path]

    def _checked_files(self, model: _Model, paths: Sequence[str]) -> dict[str, Checked]:
        linter = model.linter
        found = linter.unaccepted([each for path in paths for each in linter.diagnostics(path)])
        self.failures = list(linter.failures)
        return {path: self._as_checked(model, path, found) for path in paths}

    def _known_so_far(self, model: _Model, paths: Sequence[str]) -> dict[str, Checked]:
        """What the quick rules find; what the others found before is carried over."""
        linter = model.linter
        with self._lock:
            last, known = self._model, dict(self._checked)
        found = linter.unaccepted([each for path in paths for each in linter.quick_diagnostics(path)])
        result = {}
        for path in paths:
            checked = self._as_checked(model, path, found)
            if last is not None and path in last.texts and path in known:
                before, now = last.texts[path].real, model.texts[path].real
                others = [each for each in known[path].diagnostics if each.code not in linter.quick_codes]
                carried = carried_over(others, before, now)
                checked = checked._replace(diagnostics=[*checked.diagnostics, *carried])
            result[path] = checked
        return result

    def _as_checked(self, model: _Model, path: str, found: Sequence[Diagnostic]) -> Checked:
        application = model.project.application
        lenses = lenses_of(application, application.project.module_at(path)) if self._code_lens else ()
        text = model.texts.get(path)
        return Checked(
            [_real(each, model.texts) for each in found if each.filename == path],
            [Lens(text.real_row(lens.row) if text else lens.row, lens.title) for lens in lenses],
        )

    def _index(self, path: str, data: bytes) -> ModuleIndex:
        known = self._indexes.get(path)
        if known is None or known[0] != data:
            known = self._indexes[path] = (data, build_index(data))
        return known[1]


def _real(diagnostic: Diagnostic, texts: Mapping[str, SpacedText]) -> Diagnostic:
    """A finding with the rows that the files have."""
    own = texts.get(diagnostic.filename)
    found = own.real_diagnostic(diagnostic) if own is not None else diagnostic
    trace = tuple(
        texts[step.filename].real_step(step) if step.filename in texts else step for step in found.trace
    )
    return msgspec.structs.replace(found, trace=trace)


def _function_of(module: Module, node: nodes.FunctionDef) -> Function | None:
    for definition in all_definitions(module.scope):
        if isinstance(definition, Function) and definition.node is node:
            return definition
    return None


def _encoded(text: str) -> bytes:
    """A buffer as the bytes of the file that it would be saved as."""
    data = text.encode("utf-8", "surrogatepass")
    try:
        declared = decode(data).encoding
        return data if declared == "utf-8" else text.encode(declared)
    except (UnreadableSource, UnicodeEncodeError):
        return data
