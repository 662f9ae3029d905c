from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from pre_commit.clientlib import load_manifest

from fastapi_lint.cli.check import check

HOOKS: list[dict[str, Any]] = load_manifest(str(Path(__file__).parents[2] / ".pre-commit-hooks.yaml"))


def test_there_is_a_hook_that_reports_and_one_that_fixes() -> None:
    assert [hook["id"] for hook in HOOKS] == ["fastapi-lint", "fastapi-lint-fix"]
    assert all(hook["pass_filenames"] and hook["require_serial"] for hook in HOOKS)
    assert all(hook["types_or"] == ["python"] for hook in HOOKS)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: str(hook["id"]))
def test_the_command_of_each_hook_is_understood(hook: dict[str, Any]) -> None:
    program, command, *arguments = shlex.split(hook["entry"])
    assert (program, command) == ("fastapi-lint", "check")
    with check.make_context("check", [*arguments, "a.py", "b.py"]) as context:
        assert context.params["paths"] == ("a.py", "b.py")
        assert context.params["force_exclude"] is True
        assert context.params["fix"] is hook["id"].endswith("fix")
