"""The worked example of the page about rules of one's own, run as it is printed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "custom-rules.md"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files that the page shows, where it says they are."""
    page = PAGE.read_text(encoding="utf-8")
    for name, content in re.findall(
        r"^`([\w/.]+)`:\n\n```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (configuration,) = re.findall(
        r"^```toml\n(\[tool\.fastapi-lint\]\n.*?)^```$", page, re.MULTILINE | re.DOTALL
    )
    (tmp_path / "pyproject.toml").write_text(configuration)
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=project, capture_output=True, text=True, check=False
    )


def test_the_example_finds_what_it_says(project: Path) -> None:
    result = run(
        project, "fastapi_lint", "check", "--select", "ACM101", "--output-format", "json", "--no-cache"
    )
    (found,) = json.loads(result.stdout)
    assert Path(found["filename"]).name == "bad.py"
    assert found["message"] == "`DELETE /admin/users/{name}` can be called by anybody"
    assert (found["code"], found["name"], found["severity"]) == ("ACM101", "unguarded-admin-route", "error")


def test_the_tests_of_the_example_pass(project: Path) -> None:
    result = run(project, "pytest", "-q", "-p", "no:cacheprovider")
    assert "2 passed" in result.stdout, result.stdout + result.stderr


def test_the_rule_has_its_page(project: Path) -> None:
    result = run(project, "fastapi_lint", "rule", "unguarded-admin-route")
    assert result.stdout.startswith("# unguarded-admin-route (ACM101)\n\nCategory: custom")
