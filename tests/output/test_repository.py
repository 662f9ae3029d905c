from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_lint.output.repository import repository_prefix, repository_root


def test_a_project_at_the_top(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert repository_root(tmp_path) == tmp_path
    assert repository_prefix(tmp_path) == ""


def test_a_project_in_a_folder_of_a_worktree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    project = tmp_path / "services" / "api"
    project.mkdir(parents=True)
    assert repository_root(project) == tmp_path
    assert repository_prefix(project) == "services/api/"
    monkeypatch.chdir(project)
    assert repository_prefix(Path()) == "services/api/"


def test_no_repository(tmp_path: Path) -> None:
    assert repository_root(tmp_path) == tmp_path
    assert repository_prefix(tmp_path) == ""
