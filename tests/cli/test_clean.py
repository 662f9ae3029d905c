from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def test_the_cache_is_removed(command: Callable[..., tuple[int, str, str]], project: Path) -> None:
    assert command("check", "--isolated")[0] == 0
    directory = project / ".fastapi_lint_cache"
    assert directory.is_dir()
    status, out, _ = command("clean", "--isolated")
    assert (status, out.strip()) == (0, f"Removed {directory}")
    assert not directory.exists()
    assert command("clean", "--isolated") == (0, "", "")


def test_the_cache_elsewhere_is_removed(command: Callable[..., tuple[int, str, str]], project: Path) -> None:
    command("check", "--isolated", "--cache-dir", "elsewhere")
    assert (project / "elsewhere").is_dir()
    command("clean", "--isolated", "--cache-dir", "elsewhere")
    assert not (project / "elsewhere").exists()
