"""The cache changes how long a run takes, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from fastapi_lint.config.settings import load_settings
from fastapi_lint.diagnostics import Diagnostic
from fastapi_lint.linter import cached, file_states, run
from fastapi_lint.linter.cache import EntryFiles, Store, digest, remove_cache

SHOP = Path(__file__).parents[2] / "fixtures" / "apps" / "shop"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHOP, tmp_path / "shop", ignore=shutil.ignore_patterns(".*")))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are known by their states however lately they were changed: the edits below are slow enough."""
    monkeypatch.setattr(file_states, "_MARGIN", -60_000_000_000)


def lint(root: Path, *, cache: bool = True) -> list[Diagnostic]:
    chosen = load_settings([root], isolated=True, command_line={"cache": cache})
    chosen = msgspec.structs.replace(chosen, root=root)
    return cached.lint(chosen, [str(root)]).diagnostics


def forbid_linting(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing has changed, so nothing is to be linted")

    monkeypatch.setattr(run, "lint_sources", refuse)


def test_an_unchanged_project_is_not_linted_again(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cold = lint(shop, cache=False)
    assert cold
    assert lint(shop) == cold
    forbid_linting(monkeypatch)
    assert lint(shop) == cold


def test_a_copy_of_a_project_finds_the_cache(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = lint(shop)
    copy = tmp_path / "elsewhere"
    shutil.copytree(shop, copy)
    for file in copy.rglob("*.py"):
        file.touch()
    forbid_linting(monkeypatch)
    assert lint(copy) == cold


@pytest.mark.parametrize("name", ["indexes", "last", "runs", "states"])
@pytest.mark.parametrize("damage", ["emptied", "cut", "flipped", "other"])
def test_a_damaged_cache_is_made_anew(shop: Path, name: str, damage: str) -> None:
    cold = lint(shop)
    file = shop / ".fastapi_lint_cache" / name
    if file.is_dir():
        [file] = file.iterdir()
    data = file.read_bytes()
    middle = len(data) // 2
    file.write_bytes(
        {
            "emptied": b"",
            "cut": data[:middle],
            "flipped": data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :],
            "other": b"\x80\x04cos\nsystem\n",
        }[damage]
    )
    assert lint(shop) == cold
    assert lint(shop) == cold


def test_entries_that_are_something_else_are_ignored(shop: Path) -> None:
    cold = lint(shop)
    for name in ("indexes", "states"):
        store = Store(shop / ".fastapi_lint_cache", name)
        for key in list(store._entries):
            store.put(key, b"\x93\x01\x02\x03")
        store.save()
    for file in (shop / ".fastapi_lint_cache" / "runs").iterdir():
        EntryFiles(shop / ".fastapi_lint_cache", "runs").put(bytes.fromhex(file.name), b"\x93\x01\x02\x03")
    assert lint(shop) == cold


def test_a_cache_that_can_not_be_written_is_no_problem(shop: Path) -> None:
    (shop / ".fastapi_lint_cache").write_text("a file is in the way\n")
    assert lint(shop) == lint(shop, cache=False)


def test_the_options_are_part_of_what_a_result_depends_on(shop: Path) -> None:
    found = {each.code for each in lint(shop)}
    chosen = load_settings([shop], isolated=True, command_line={"select": (min(found),)})
    chosen = msgspec.structs.replace(chosen, root=shop)
    assert {each.code for each in cached.lint(chosen, [str(shop)]).diagnostics} == {min(found)}


def test_a_file_that_appears_where_an_import_leads_counts(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "from build.helpers import wait\n"
        "from fastapi import FastAPI\n\n"
        "app = FastAPI()\n\n\n"
        "@app.get('/')\n"
        "async def read() -> None:\n"
        "    wait()\n"
    )
    lint(tmp_path)
    (tmp_path / "build").mkdir()  # excluded, yet imported
    helpers = tmp_path / "build" / "helpers.py"
    helpers.write_text("import asyncio\n\n\nasync def wait() -> None:\n    await asyncio.sleep(1)\n")
    assert lint(tmp_path) == lint(tmp_path, cache=False) != []
    helpers.write_text("def wait() -> None:\n    pass\n")
    assert lint(tmp_path) == lint(tmp_path, cache=False) == []


def test_a_module_that_appears_in_an_empty_directory_counts(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "main.py").write_text(
        "from fastapi import FastAPI\n"
        "from build.inner.helpers import wait\n\n"
        "app = FastAPI()\n\n\n"
        "@app.get('/')\n"
        "async def read() -> None:\n"
        "    wait()\n"
    )
    lint(tmp_path)
    (tmp_path / "build" / "inner").mkdir()
    lint(tmp_path)
    (tmp_path / "build" / "inner" / "helpers.py").write_text(
        "import asyncio\n\n\nasync def wait() -> None:\n    await asyncio.sleep(1)\n"
    )
    cold = lint(tmp_path, cache=False)
    assert cold
    assert lint(tmp_path) == cold


def test_names_that_are_no_text(shop: Path) -> None:
    try:
        shutil.copy(shop / "shop" / "main.py", shop / "shop" / os.fsdecode(b"main\xff.py"))
    except OSError:
        pytest.skip("this file system has no such names")
    cold = lint(shop, cache=False)
    assert any("\udcff" in each.filename for each in cold)
    assert lint(shop) == cold
    assert lint(shop) == cold


def test_concurrent_runs_agree(shop: Path) -> None:
    command = [sys.executable, "-m", "fastapi_lint", "check", "--isolated", "--output-format", "json", "."]
    cold = subprocess.run([*command, "--no-cache"], cwd=shop, capture_output=True, text=True, check=False)
    runs = [subprocess.Popen(command, cwd=shop, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [run.communicate()[0] for run in runs] == [cold.stdout] * 4
    left = {file.name for file in (shop / ".fastapi_lint_cache").iterdir()}
    assert left - {"states"} == {".gitignore", "indexes", "last", "runs"}


def test_what_is_not_used_any_more_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastapi_lint.linter.cache._LEAST_KEPT", 1000)
    for number in range(100):
        store = Store(tmp_path, "indexes")
        store.put(b"%d" % number, b"x" * 100)
        store.save()
    assert 500 < (tmp_path / "indexes").stat().st_size < 2000
    assert Store(tmp_path, "indexes").get(b"99") is not None
    assert Store(tmp_path, "indexes").get(b"0") is None


def test_the_oldest_entries_in_files_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastapi_lint.linter.cache._MOST_FILES", 5)
    entries = EntryFiles(tmp_path, "runs")
    keys = [digest(b"%d" % number) for number in range(10)]
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "notes.txt").write_text("mine\n")
    for number, key in enumerate(keys):
        entries.put(key, b"entry %d" % number)
        os.utime(tmp_path / "runs" / key.hex(), (number, number))
    entries.put(keys[0], b"again")
    found = [entries.get(key) for key in keys]
    assert found == [b"again", *[None] * 5, *[b"entry %d" % number for number in range(6, 10)]]
    monkeypatch.setattr("fastapi_lint.linter.cache._MOST_KEPT", 0)
    entries.put(keys[1], b"x" * 100)
    assert [key for key in keys if entries.get(key) is not None] == [keys[1]]
    assert (tmp_path / "runs" / "notes.txt").exists()


def test_removing_a_cache_leaves_what_others_keep_there(shop: Path) -> None:
    lint(shop)
    directory = shop / ".fastapi_lint_cache"
    (directory / "notes.txt").write_text("mine\n")
    assert remove_cache(directory)
    assert [file.name for file in directory.iterdir()] == ["notes.txt"]
    lint(shop)
    (directory / "runs" / "notes.txt").write_text("mine\n")
    assert remove_cache(directory)
    assert sorted(file.name for file in directory.iterdir()) == ["notes.txt", "runs"]
    assert not remove_cache(shop / "nowhere")


def test_an_unchanged_project_needs_neither_model_nor_rules(shop: Path) -> None:
    code = (
        "import sys\n"
        "from fastapi_lint.cli import run\n"
        f"run(['check', '--isolated', {str(shop)!r}])\n"
        "heavy = sorted(name for name in sys.modules if name.startswith(('fastapi_lint.application',\n"
        "    'fastapi_lint.rules', 'fastapi_lint.knowledge', 'fastapi_lint.fixes', 'fastapi_lint.index.nodes'))\n"
        "    or name in ('libcst', 'rich', 'multiprocessing', 'concurrent.futures', 'fastapi'))\n"
        "print('loaded:', *heavy)\n"
    )
    for expected in (False, True):
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert (result.stdout.splitlines()[-1] == "loaded:") is expected, result.stdout.splitlines()[-1]


def test_a_timed_run_says_where_the_time_goes(shop: Path) -> None:
    command = [sys.executable, "-m", "fastapi_lint", "check", "--isolated", "--profile", str(shop)]
    for _ in range(2):
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert " s  visiting" in result.stderr
        assert " s  FAL" in result.stderr
