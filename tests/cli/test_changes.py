"""`--changed`, `--staged` and `--add-ignore`, with the real git."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., tuple[int, str, str]]
GOOD = "from fastapi import APIRouter\n\nrouter = APIRouter()\n"
BAD = GOOD + '\n\n@router.get("/{name}", response_model=int)\ndef read(name: str) -> int:\n    return 1\n'


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two files that have a finding each."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    (project / "main.py").write_text(BAD)
    (project / "other.py").write_text(BAD)
    git("init")
    git("add", ".")
    git("commit", "-m", "Begin")
    return project


def reported(command: Command, *arguments: str) -> list[str]:
    status, out, err = command("check", "--select", "FAL303", "--output-format", "json", *arguments)
    assert status in (0, 1), err
    return sorted(Path(found["filename"]).name for found in json.loads(out))


def test_changed_files_only(repository: Path, command: Command) -> None:
    assert reported(command, "--changed") == []
    (repository / "main.py").write_text(f"# changed\n{BAD}")
    (repository / "new.py").write_text(BAD)
    assert reported(command, "--changed") == ["main.py", "new.py"]
    assert reported(command, "--changed", "new.py", "other.py") == ["new.py"]
    assert reported(command) == ["main.py", "new.py", "other.py"]


def test_since_the_branch_left(repository: Path, command: Command) -> None:
    git("checkout", "-b", "feature")
    (repository / "main.py").write_text(f"# changed\n{BAD}")
    git("commit", "-am", "Change")
    git("checkout", "main")
    (repository / "other.py").write_text(f"# changed\n{BAD}")
    git("commit", "-am", "Change meanwhile")
    git("checkout", "feature")
    assert reported(command, "--changed") == []
    assert reported(command, "--changed", "--since", "main") == ["main.py"]
    assert reported(command, "--since", "main") == ["main.py"]


def test_staged_files_as_they_are_staged(repository: Path, command: Command) -> None:
    (repository / "main.py").write_text(f"# staged\n{BAD}")
    git("add", "main.py")
    (repository / "main.py").write_text(GOOD)
    (repository / "other.py").write_text(f"# not staged\n{BAD}")
    assert reported(command, "--staged") == ["main.py"]
    git("add", "main.py")
    (repository / "main.py").write_text(BAD)
    assert reported(command, "--staged") == []


def test_the_model_is_that_of_the_whole_project(repository: Path, command: Command) -> None:
    """Whether a route of the changed file is shadowed is decided by a file that did not change."""
    app = (
        "from fastapi import FastAPI\n\nimport main\nimport late\n\n"
        "app = FastAPI()\napp.include_router(main.router)\napp.include_router(late.router)\n"
    )
    (repository / "app.py").write_text(app)
    git("add", ".")
    git("commit", "-m", "Add the app")
    (repository / "late.py").write_text(f'{GOOD}\n\n@router.get("/me")\ndef me() -> int:\n    return 1\n')
    out = command("check", "--select", "FAL201", "--output-format", "json", "--changed")[1]
    assert [Path(found["filename"]).name for found in json.loads(out)] == ["late.py"]


def test_fixes_are_limited_too(repository: Path, command: Command) -> None:
    (repository / "main.py").write_text(f"# changed\n{BAD}")
    assert command("check", "--select", "FAL303", "--fix", "--changed")[0] == 0
    assert "response_model" not in (repository / "main.py").read_text()
    assert (repository / "other.py").read_text() == BAD


def test_a_repository_without_commits(project: Path, command: Command) -> None:
    git("init")
    (project / "main.py").write_text(BAD)
    git("add", ".")
    assert reported(command, "--staged") == ["main.py"]
    assert reported(command, "--changed") == ["main.py"]


def test_a_project_below_the_top_of_the_repository(
    repository: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = repository / "service"
    service.mkdir()
    (service / "pyproject.toml").touch()
    (service / "api é.py").write_text(BAD)
    (repository / "main.py").write_text(f"# changed\n{BAD}")
    monkeypatch.chdir(service)
    assert reported(command, "--changed") == ["api é.py"]
    git("add", ".")
    (service / "api é.py").write_text(GOOD)
    assert reported(command, "--staged") == ["api é.py"]


def test_no_repository(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    status, _, err = command("check", "--changed")
    assert status == 2
    assert "not a git repository" in err


def test_no_such_commit(repository: Path, command: Command) -> None:
    status, _, err = command("check", "--changed", "--since", "nowhere")
    assert status == 2
    assert "nowhere" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--staged", "--changed"),
        ("--staged", "--fix"),
        ("--staged", "--add-ignore"),
        ("-", "--changed"),
        ("-", "--add-ignore"),
        ("--add-ignore", "--fix", "--diff"),
    ],
)
def test_what_does_not_go_together(arguments: tuple[str, ...], command: Command) -> None:
    status, _, err = command("check", *arguments)
    assert status == 2
    assert "Usage:" in err


def test_add_ignore_takes_its_reason_behind_an_equals_sign(repository: Path, command: Command) -> None:
    status, _, err = command("check", "--select", "FAL303", "--add-ignore", "main.py")
    assert (status, err) == (0, "Suppressed 1 finding by comments in 1 file\n")
    command("check", "--select", "FAL303", "--add-ignore=see issue 7", "other.py")
    assert "  # fastapi-lint: ignore[FAL303]\n" in (repository / "main.py").read_text()
    assert "  # fastapi-lint: ignore[FAL303] see issue 7\n" in (repository / "other.py").read_text()
    assert reported(command) == []


def test_add_ignore_can_be_looked_at_first(repository: Path, command: Command) -> None:
    status, out, _ = command("check", "--select", "FAL303", "--add-ignore", "--diff")
    assert status == 1
    assert out.count("\n+@router.get") == 2
    assert (repository / "main.py").read_text() == BAD


def test_add_ignore_after_fixing(repository: Path, command: Command) -> None:
    command("check", "--select", "FAL303,FAL203", "--fix", "--add-ignore")
    assert (repository / "main.py").read_text() == BAD.replace(", response_model=int", "")
