"""Work shared among processes: the same results, whatever happens to them."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import pytest

from fastapi_lint.cli import run
from fastapi_lint.config.settings import load_settings
from fastapi_lint.index.nodes import ModuleIndex
from fastapi_lint.index.stored import encode_index
from fastapi_lint.linter import indexing, visiting, workers
from fastapi_lint.linter.report import Report
from fastapi_lint.linter.run import lint
from fastapi_lint.linter.workers import Lost, run_shared, shares, worker_count

FIXTURES = Path(__file__).parents[2] / "fixtures"


def linted(root: Path, count: int) -> Report:
    settings = load_settings([root], isolated=True, command_line={"cache": False, "workers": count})
    return lint(msgspec.structs.replace(settings, root=root), [str(root)])


@pytest.mark.parametrize("rules_per_process", ["some", "all"])
@pytest.mark.parametrize("app", ["shop", "two_routers", "clean"])
def test_findings_do_not_depend_on_the_number_of_processes(
    app: str, rules_per_process: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / app
    shutil.copytree(FIXTURES / "apps" / app, root)
    alone = linted(root, 1)
    monkeypatch.setattr(indexing, "_BYTES_PER_WORKER", 1)
    monkeypatch.setattr(visiting, "_BYTES_PER_WORKER", 1 if rules_per_process == "some" else 10**9)
    monkeypatch.setattr(visiting, "_LINES_PER_WORKER", 1)
    monkeypatch.setattr(workers.threading, "active_count", lambda: 1)
    forks: list[int] = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: forks.append(1) or fork())
    for count in (2, 3, 4):
        assert linted(root, count) == alone
    assert forks


def test_results_come_in_the_order_of_the_tasks() -> None:
    tasks = [partial(bytes, [number]) for number in range(5)]
    assert run_shared(tasks) == [b"\0", b"\1", b"\2", b"\3", b"\4"]


def test_results_longer_than_a_pipe_holds_arrive() -> None:
    assert run_shared([lambda: b"", lambda: b"x" * 3_000_000]) == [b"", b"x" * 3_000_000]


def test_a_process_that_dies_is_tried_once_more(tmp_path: Path) -> None:
    def dies(times: int) -> bytes:
        attempts = tmp_path / str(times)
        attempts.mkdir(exist_ok=True)
        (attempts / str(os.getpid())).touch()
        if len(list(attempts.iterdir())) <= times:
            os.kill(os.getpid(), signal.SIGKILL)
        return b"done"

    lost = Lost(f"was killed by signal {signal.SIGKILL:d}")
    assert run_shared([lambda: b"", partial(dies, 1), partial(dies, 2)]) == [b"", b"done", lost]


def test_a_process_that_hangs_is_tried_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PATIENCE", 0.2)

    def hangs() -> bytes:
        if not (tmp_path / "tried").exists():
            (tmp_path / "tried").touch()
            os.kill(os.getpid(), signal.SIGSTOP)
        return b"done"

    assert run_shared([lambda: b"", hangs]) == [b"", b"done"]


def test_a_process_that_hangs_twice_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PATIENCE", 0.2)
    monkeypatch.setattr(workers, "_PATIENCE_RATIO", 0.0)

    def hangs() -> bytes:
        os.kill(os.getpid(), signal.SIGSTOP)
        return b"done"

    assert run_shared([lambda: b"", hangs]) == [b"", Lost("said nothing for 0 seconds")]


def test_a_task_that_raises_elsewhere_has_no_result() -> None:
    assert run_shared([lambda: b"", lambda: b"%d" % (1 // 0)]) == [b"", Lost("ended with status 1")]


def test_what_the_first_task_raises_is_raised_and_the_others_end() -> None:
    with pytest.raises(ZeroDivisionError):
        run_shared([lambda: b"%d" % (1 // 0), lambda: b"x" * 3_000_000])
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.fixture
def every_other_process_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(task: Callable[[], bytes]) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return task()

    start = workers._start
    monkeypatch.setattr(workers, "_start", lambda task: start(partial(killed, task)))
    monkeypatch.setattr(workers.threading, "active_count", lambda: 1)


@pytest.mark.usefixtures("every_other_process_dies")
def test_files_that_no_process_can_index_are_indexed_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "shop"
    shutil.copytree(FIXTURES / "apps" / "shop", root)
    alone = linted(root, 1)
    monkeypatch.setattr(indexing, "_BYTES_PER_WORKER", 1)
    assert linted(root, 2) == alone


@pytest.mark.parametrize("shared", ["_BYTES_PER_WORKER", "_LINES_PER_WORKER"])
@pytest.mark.usefixtures("every_other_process_dies")
def test_a_share_that_is_lost_is_an_error_and_the_rest_is_reported(
    shared: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "shop"
    shutil.copytree(FIXTURES / "apps" / "shop", root)
    alone = linted(root, 1)
    monkeypatch.setattr(visiting, shared, 1)
    report = linted(root, 2)
    assert 0 < len(report.diagnostics) < len(alone.diagnostics)
    assert all(each in alone.diagnostics for each in report.diagnostics)
    (problem,) = report.problems
    assert "was killed by signal 9, twice; `--workers 1`" in problem
    assert {each.code for each in alone.diagnostics} - {each.code for each in report.diagnostics} <= (
        report.incomplete
    )


@pytest.mark.usefixtures("every_other_process_dies")
def test_what_is_accepted_is_not_called_unused_when_its_rule_was_not_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main = tmp_path / "main.py"
    main.write_text(
        "import time\n\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
        '@app.on_event("startup")\n'
        "async def wait() -> None:\n"
        "    time.sleep(1)\n\n\n"
        '@app.on_event("shutdown")  # fastapi-lint: ignore[FAL601]\n'
        "def end() -> None: ...\n"
    )
    (tmp_path / "pyproject.toml").write_text("[tool.fastapi-lint]\n")
    monkeypatch.chdir(tmp_path)
    assert run(["baseline", "create"]) == 0
    assert run(["check", "--no-cache"]) == 0
    monkeypatch.setattr(visiting, "_BYTES_PER_WORKER", 1)
    capsys.readouterr()
    assert run(["check", "--no-cache", "--workers", "2", "--output-format", "concise"]) == 2
    printed = capsys.readouterr()
    assert "twice; `--workers 1`" in printed.err
    assert "FAL001" not in printed.out


def test_files_too_deep_for_the_stack_are_kept_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "shop"
    shutil.copytree(FIXTURES / "apps" / "shop", root)
    alone = linted(root, 1)

    def encoded(index: ModuleIndex) -> bytes:
        if len(index.imports) % 2:
            raise RecursionError
        return encode_index(index)

    monkeypatch.setattr(indexing, "encode_index", encoded)
    monkeypatch.setattr(indexing, "_BYTES_PER_WORKER", 1)
    monkeypatch.setattr(workers.threading, "active_count", lambda: 1)
    assert linted(root, 1) == linted(root, 2) == alone


def test_shares_are_even() -> None:
    groups = shares([5, 1, 4, 2, 3, 3], 2, lambda size: size)
    assert sorted(map(sum, groups)) == [9, 9]


def test_small_work_is_not_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers.threading, "active_count", lambda: 1)
    assert worker_count(0, 10, 100) == 1
    assert worker_count(4, 1000, 100) == 4
    assert worker_count(4, 250, 100) == 2
    assert worker_count(1, 1000, 100) == 1
    monkeypatch.delattr(os, "fork")
    assert worker_count(4, 1000, 100) == 1
