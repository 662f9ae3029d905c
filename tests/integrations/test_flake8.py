"""The plugin inside the real flake8."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHOP = Path(__file__).parents[2] / "fixtures" / "apps" / "shop"


def run(*command: str, cwd: Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, check=False, input=stdin
    )


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    shutil.copytree(SHOP, tmp_path / "project")
    return tmp_path / "project"


def checked(root: Path, *options: str) -> set[str]:
    result = run("fastapi_lint", "check", "--output-format", "json", *options, ".", cwd=root)
    return {
        f"{Path(d['filename']).relative_to(root.resolve()).as_posix()}:{d['location']['row']}:"
        f"{d['location']['column']}: {d['code']}"
        for d in json.loads(result.stdout)
    }


def flaked(root: Path, *options: str) -> set[str]:
    result = run("flake8", "--select", "FAL", *options, ".", cwd=root)
    assert result.returncode in (0, 1), result.stderr
    found = re.findall(r"^\./(\S+?:\d+:\d+: FAL\d{3})", result.stdout, re.MULTILINE)
    return set(found)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_flake8_reports_what_check_reports(shop: Path, jobs: str) -> None:
    assert flaked(shop, "-j", jobs) == checked(shop)
    assert flaked(shop, "-j", jobs)


def test_the_preset_is_an_option_of_flake8(shop: Path) -> None:
    assert flaked(shop, "--fal-preset", "all") == checked(shop, "--preset", "all")
    (shop / ".flake8").write_text("[flake8]\nfal-preset = all\n")
    assert flaked(shop) == checked(shop, "--preset", "all")


def test_overrides_are_those_of_check(shop: Path) -> None:
    (shop / "fastapi-lint.toml").write_text('[[overrides]]\nfiles = ["shop/routers/"]\npreset = "all"\n')
    found = checked(shop)
    assert flaked(shop) == found
    assert checked(shop, "--isolated") < found < checked(shop, "--preset", "all")
    assert flaked(shop, "--fal-preset", "recommended") == checked(shop, "--isolated")


def test_accepted_findings_are_not_reported(shop: Path) -> None:
    assert run("fastapi_lint", "baseline", "create", ".", cwd=shop).returncode == 0
    assert flaked(shop) == set()
    main = shop / "shop" / "main.py"
    main.write_text(
        f"{main.read_text()}\n\nasync def wait() -> None:\n    import time\n\n    time.sleep(1)\n"
    )
    assert flaked(shop) == checked(shop) != set()


def test_a_broken_file_does_not_end_the_run(shop: Path) -> None:
    expected = checked(shop)
    (shop / "shop" / "broken.py").write_text("def f(:\n")
    assert flaked(shop, "-j", "2") == expected


def test_noqa_of_flake8(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import time\n\n\nasync def f():\n    time.sleep(1)  # noqa: FAL101\n")
    assert flaked(tmp_path) == set()


def test_standard_input(tmp_path: Path) -> None:
    text = "import time\n\n\nasync def f():\n    time.sleep(1)\n"
    result = run(
        "flake8", "--select", "FAL", "--stdin-display-name", "main.py", "-", cwd=tmp_path, stdin=text
    )
    assert result.stdout.startswith("main.py:5:5: FAL101")
