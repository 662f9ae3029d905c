"""Random edits of a whole project."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple, TypeAlias

from tests.linter.edits.bodies import BODY_EDITS
from tests.linter.edits.project import Place, Project, module_name
from tests.linter.edits.source import parses
from tests.linter.edits.structure import FILE_EDITS

ProjectEdit: TypeAlias = Callable[[Project, Random], "Mapping[str, str | None] | None"]

_TRIES = 200


class Edited(NamedTuple):
    """What an edit makes of a project."""

    kind: str
    files: Mapping[str, str | None]
    """New texts by path; None for a file that is gone."""


def add_file(project: Project, random: Random) -> Mapping[str, str | None]:
    """A copy of another one, or what an import has been missing."""
    path = random.choice(project.paths)
    directory = path[: path.rfind("/") + 1]
    name = random.choice(("added.py", "missing.py", "missing/deep.py", "missing/__init__.py", "__init__.py"))
    if random.random() < 0.5:
        directory = ""
    text = (
        "import time\n\n\ndef wait():\n    time.sleep(1)\n"
        if name.startswith("missing")
        else project.texts[path]
    )
    return {directory + name: text}


def remove_file(project: Project, random: Random) -> Mapping[str, str | None] | None:
    if len(project.paths) == 1:
        return None
    return {random.choice(project.paths): None}


def move_file(project: Project, random: Random) -> Mapping[str, str | None]:
    path = random.choice(project.paths)
    return {path: None, re.sub(r"(\w+)\.py$", r"\1_2.py", path): project.texts[path]}


def rename_everywhere(project: Project, random: Random) -> Mapping[str, str | None] | None:
    """A function, in all files that may know it."""
    found = project.anything(random, lambda source: source.functions)
    if found is None:
        return None
    word = re.compile(rf"\b{found[1].name}\b")
    texts = {path: word.sub(f"{found[1].name}_2", text) for path, text in project.texts.items()}
    return {path: text for path, text in texts.items() if text != project.texts[path] and parses(text)}


def break_syntax(project: Project, random: Random) -> Mapping[str, str | None]:
    path = random.choice(project.paths)
    return {
        path: random.choice((f"{project.texts[path]}\n)\n", f"def broken(:\n{project.texts[path]}", "\0"))
    }


def import_file(project: Project, random: Random) -> Mapping[str, str | None]:
    """Everything of one module, in another."""
    path, other = random.choice(project.paths), random.choice(project.paths)
    return {path: f"{project.texts[path]}\nfrom {module_name(other)} import *\n"}


PROJECT_EDITS: dict[str, ProjectEdit] = {
    each.__name__.replace("_", " "): each
    for each in (add_file, remove_file, move_file, rename_everywhere, break_syntax, import_file)
}


def random_edit(project: Project, random: Random, kinds: Sequence[str] | None = None) -> Edited:
    """One edit that changes something.

    Args:
        project: what is edited.
        random: chooses.
        kinds: names of edits; without, two of three are within a body.
    """
    for _ in range(_TRIES):
        kind = random.choice(kinds or random.choices(_GROUPS, _WEIGHTS)[0])
        files = edit(project, random, kind)
        changed = {path: text for path, text in (files or {}).items() if project.texts.get(path) != text}
        if changed:
            return Edited(kind, changed)
    raise AssertionError(f"none of {_TRIES} edits applies")


def edit(project: Project, random: Random, kind: str) -> Mapping[str, str | None] | None:
    """An edit of one kind; None where it does not apply."""
    if kind in PROJECT_EDITS:
        return PROJECT_EDITS[kind](project, random)
    path = random.choice(project.paths)
    source = project.source(path)
    if source is None:
        return None
    place = Place(project, path, source, random)
    if kind in FILE_EDITS:
        text = FILE_EDITS[kind](place)
    else:
        function = place.function()
        text = BODY_EDITS[kind](place, function) if function is not None else None
    return {path: text} if text is not None and parses(text) else None


_GROUPS = [list(BODY_EDITS), list(FILE_EDITS), list(PROJECT_EDITS)]
_WEIGHTS = [16, 6, 1]
