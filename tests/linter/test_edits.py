"""Whatever is edited: a run that knows the state before from the cache reports what a run without cache reports."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fastapi_lint.linter import file_states, indexing, partial, visiting
from fastapi_lint.linter.cache import remove_cache
from tests.linter.edits.bodies import BODY_EDITS
from tests.linter.edits.choice import PROJECT_EDITS, edit, random_edit
from tests.linter.edits.project import Project
from tests.linter.edits.source import parses
from tests.linter.edits.structure import FILE_EDITS
from tests.linter.edits.workbench import CACHE, Workbench, described
from tests.linter.projects import FIXTURES, PROJECTS, name_of

Options = Mapping[str, Any]

ALL: Options = {"select": ("ALL",)}
RECOMMENDED: Options = {}
IGNORING: Options = {
    "select": ("ALL",),
    "per-file-ignores": {"*.py": ("FAL1", "FAL201"), "missing.py": ("ALL",)},
}
PREPARATIONS = 3
EDITS_PER_PROJECT = 4


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are known by their states however lately they were changed: there is a run between two edits."""
    monkeypatch.setattr(file_states, "_MARGIN", -60_000_000_000)
    monkeypatch.setattr(partial, "_MOST", 1)


def work(bench: Workbench, random: Random, edits: int, choices: list[Options]) -> None:
    """Edit a project again and again, and see that the cache is of no consequence."""
    told = [prepare(bench, random) for _ in range(PREPARATIONS)]
    history = [bench.project]
    options = random.choice(choices)
    bench.lint(options)
    for _ in range(edits):
        told.append(step(bench, random, history))
        if random.random() < 0.1:  # two edits at once
            told.append(step(bench, random, history))
        history.append(bench.project)
        if random.random() < 0.2:
            options = random.choice(choices)
        if random.random() < 0.1:  # of some files
            paths = random.sample(bench.project.paths, (len(bench.project.paths) + 1) // 2)
            told.append(f"[only] {paths}")
            compare(bench, options, told, paths)
        compare(bench, options, told)


def prepare(bench: Workbench, random: Random) -> str:
    """Something to be found in a function, once somebody calls it."""
    edited = random_edit(bench.project, random, ["call something that blocks", "add function", "shift lines"])
    told = described(edited, bench.project)
    bench.apply(edited)
    return told


def step(bench: Workbench, random: Random, history: list[Project]) -> str:
    """One edit, or a return to an earlier state, or nothing but another date."""
    if random.random() < 0.03:
        path = random.choice(bench.project.paths)
        (bench.root / path).touch()
        return f"[touch] {path}"
    if len(history) > 1 and random.random() < 0.15:
        number = random.randrange(len(history) - 1)
        bench.go_to(history[number])
        return f"[back to state {number}]"
    edited = random_edit(bench.project, random)
    told = described(edited, bench.project)
    bench.apply(edited)
    return told


def compare(bench: Workbench, options: Options, told: list[str], paths: list[str] | None = None) -> None:
    difference = bench.difference(
        bench.lint(options, paths or ()), bench.lint(options, paths or (), cache=False)
    )
    if difference is not None:
        pytest.fail("\n".join([*told, f"with {options}, without cache (-) and with (+):", difference]))


@pytest.mark.parametrize("root", PROJECTS, ids=name_of)
def test_cached_runs_after_edits(root: Path, tmp_path: Path) -> None:
    bench = Workbench(root, tmp_path / root.name)
    work(bench, Random(name_of(root)), EDITS_PER_PROJECT, [ALL, ALL, ALL, RECOMMENDED, IGNORING])


@pytest.mark.parametrize("seed", range(3))
def test_however_it_is_run_after_edits(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Workbench(FIXTURES / "apps" / "shop", tmp_path / "shop")
    work(bench, Random(seed), 6, [ALL, RECOMMENDED])
    cold = bench.lint(ALL)
    assert cold.diagnostics == bench.lint(ALL, cache=False, exhaustive=True).diagnostics
    monkeypatch.setattr(indexing, "_BYTES_PER_WORKER", 1)
    monkeypatch.setattr(visiting, "_BYTES_PER_WORKER", 1)
    monkeypatch.setattr(visiting, "_LINES_PER_WORKER", 1)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert cold.diagnostics == bench.lint(ALL, cache=False, workers=2).diagnostics
    remove_cache(bench.root / CACHE)
    assert cold.diagnostics == bench.lint(ALL, workers=2).diagnostics
    assert cold.diagnostics == bench.lint(ALL).diagnostics


@pytest.mark.parametrize("kind", [*BODY_EDITS, *FILE_EDITS, *PROJECT_EDITS])
def test_an_edit_depends_on_its_seed_alone(kind: str, shop: Project) -> None:
    made = []
    for seed in range(200):
        files = edit(shop, Random(seed), kind)
        assert files == edit(shop, Random(seed), kind)
        made += [files] if files else []
    assert len({repr(each) for each in made}) >= 1
    if kind != "break syntax":
        assert all(parses(text) for each in made for text in each.values() if text is not None)


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    return Workbench(FIXTURES / "apps" / "shop", tmp_path / "shop").project
