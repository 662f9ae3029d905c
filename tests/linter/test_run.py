"""Whole runs over the fixtures: suppression, bad input, exhaustive runs, the sample applications."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fastapi_lint.config.settings import load_settings
from fastapi_lint.linter.run import lint
from fastapi_lint.rules.event_loop.blocking_sleep import BlockingSleep
from fastapi_lint.testing import Expectation, check_case, expectations, findings, lint_case

FIXTURES = Path(__file__).parents[2] / "fixtures"
SIXTEEN = (
    "FAL000", "FAL001", "FAL002", "FAL101", "FAL102", "FAL103", "FAL110", "FAL201",
    "FAL202", "FAL203", "FAL301", "FAL303", "FAL304", "FAL501", "FAL601", "FAL604",
)  # fmt: skip


def cases(*folders: Path) -> list[Path]:
    return [
        case
        for folder in folders
        for case in sorted(folder.iterdir())
        if case.name.startswith(("bad", "good")) and (case.is_dir() or case.suffix == ".py")
    ]


@pytest.mark.parametrize("case", cases(FIXTURES / "rules" / "FAL001", FIXTURES / "rules" / "FAL002"), ids=str)
def test_comments_about_suppression(case: Path) -> None:
    code = case.parent.name
    report = lint_case(case, ["ALL"])
    assert lint_case(case, ["ALL"], exhaustive=True).diagnostics == report.diagnostics
    expected = {each for each in expectations(case) if each.code == code}
    found = {each for each in findings(report.diagnostics) if each.code == code}
    assert found == expected


def planted(app: Path) -> set[Expectation]:
    """The findings that `expected.txt` lists as `path:row CODE`."""
    listed = app / "expected.txt"
    text = listed.read_text() if listed.exists() else ""
    found = re.findall(r"^(\S+):(\d+) (FAL\d{3})", text, re.MULTILINE)
    return {Expectation(path, int(row), code) for path, row, code in found}


@pytest.mark.parametrize("app", ["shop", "two_routers", "clean"])
def test_sample_applications(app: str) -> None:
    root = FIXTURES / "apps" / app
    report = lint_case(root, SIXTEEN)
    assert findings(report.diagnostics) == planted(root)
    assert not report.failures


@pytest.mark.parametrize("preset", ["recommended", "strict"])
def test_the_clean_application_is_clean(preset: str) -> None:
    root = FIXTURES / "apps" / "clean"
    report = lint(load_settings([root], command_line={"preset": preset, "cache": False}), [str(root)])
    assert [f"{d.filename}:{d.location.row} {d.code} {d.message}" for d in report.diagnostics] == []


def test_exhaustive_runs_find_the_same() -> None:
    root = FIXTURES / "apps" / "shop"
    settings = load_settings([root], command_line={"select": ("ALL",), "cache": False})
    assert lint(settings, [str(root)]).diagnostics == lint(settings, [str(root)], exhaustive=True).diagnostics


def run(*arguments: str, cwd: Path, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fastapi_lint", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def test_bad_input_never_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def f(:\n")
    (tmp_path / "latin.py").write_bytes("x = 'é'\n".encode("latin-1"))
    (tmp_path / "declared.py").write_bytes("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"))
    (tmp_path / "bom.py").write_bytes(b"\xef\xbb\xbfx = 1\r\n")
    (tmp_path / "nul.py").write_bytes(b"x = 1\0\n")
    (tmp_path / "empty.py").write_bytes(b"")
    (tmp_path / "directory.py").mkdir()
    (tmp_path / "directory.py" / "inside.py").write_text("import time\nasync def f():\n    time.sleep(1)\n")
    (tmp_path / "dangling.py").symlink_to("nowhere.py")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "deep.py").write_text("x = " + "(" * 2000 + ")" * 2000 + "\n")
    (tmp_path / "long.py").write_text("".join(f"def f{i}():\n    return {i}\n" for i in range(10_000)))
    result = run("check", "--isolated", "--output-format", "concise", ".", cwd=tmp_path)
    lines = result.stdout.splitlines()
    reported = {line.split(":", 1)[0] for line in lines if "FAL000" in line}
    assert result.returncode == 1, result.stderr
    assert {"broken.py", "latin.py", "nul.py", "deep.py"} <= reported
    assert not reported & {"declared.py", "bom.py", "empty.py", "long.py"}
    assert any(line.startswith("directory.py/inside.py") and "FAL101" in line for line in lines)


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_an_unreadable_file_is_a_finding(tmp_path: Path) -> None:
    file = tmp_path / "secret.py"
    file.write_text("x = 1\n")
    file.chmod(0)
    result = run("check", "--isolated", "--output-format", "concise", ".", cwd=tmp_path)
    assert "secret.py:1:1: FAL000" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "nowhere.py"], "nowhere.py"),
        (["check", "--select", "FAL999", "."], "FAL999"),
        (["check", "--config", "presett = 'all'", "."], "preset"),
        (["check", "--no-such-option"], "no-such-option"),
    ],
)
def test_what_cannot_be_done_exits_with_two(tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "main.py").write_text("x = 1\n")
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert message in result.stderr


def test_a_missing_path_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import time\nasync def f():\n    time.sleep(1)\n")
    result = run("check", "--isolated", "main.py", "nowhere.py", cwd=tmp_path)
    assert result.returncode == 2
    assert "FAL101" in result.stdout


@pytest.mark.parametrize("output_format", ["full", "json", "statistics"])
def test_a_rule_that_raises_costs_itself_only(tmp_path: Path, output_format: str) -> None:
    (tmp_path / "main.py").write_text("import time\nasync def f():\n    time.sleep(1)\n")
    shown = "'--statistics'" if output_format == "statistics" else f"'--output-format', '{output_format}'"
    code = (
        "import sys\n"
        "from fastapi_lint.rules.event_loop.dangling_task import DanglingTask\n"
        "from fastapi_lint.rules.event_loop.blocking_sleep import BlockingSleep\n"
        "def broken(self, node):\n    raise ValueError('on purpose')\n"
        "DanglingTask.visit_Expr = broken\n"
        "DanglingTask.suspects = BlockingSleep.suspects\n"
        "from fastapi_lint.cli import run\n"
        f"sys.exit(run(['check', '--isolated', '--no-cache', '--select', 'FAL101,FAL111', {shown}, 'main.py']))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert "FAL101" in result.stdout
    assert "on purpose" in result.stdout + result.stderr


def test_a_comment_about_a_rule_that_raised_is_not_called_unused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "main.py").write_text(
        "import time\nasync def f():\n    time.sleep(1)  # fastapi-lint: ignore[FAL101]\n"
    )
    settings = load_settings(
        [tmp_path], isolated=True, command_line={"cache": False, "select": ["FAL0", "FAL1"]}
    )
    assert not lint(settings, [str(tmp_path)]).diagnostics

    def broken(*_: object) -> None:
        raise ValueError("on purpose")

    monkeypatch.setattr(BlockingSleep, "suspects", broken)
    report = lint(settings, [str(tmp_path)])
    assert [failure.code for failure in report.failures] == ["FAL101"]
    assert not report.diagnostics


def test_standard_input(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("import time\n\n\ndef wait():\n    time.sleep(1)\n")
    text = "import time\nfrom helper import wait\nasync def f():\n    time.sleep(1)\n"
    result = run(
        "check", "--isolated", "--output-format", "concise", "--stdin-filename", "main.py", "-",
        cwd=tmp_path, input=text,
    )  # fmt: skip
    assert result.returncode == 1
    assert result.stdout.startswith("main.py:4:5: FAL101")


def test_a_clean_run_imports_neither_libcst_nor_rich(tmp_path: Path) -> None:
    root = FIXTURES / "apps" / "clean"
    code = (
        "import sys\n"
        "from fastapi_lint.cli import run\n"
        f"status = run(['check', '--no-cache', {str(root)!r}])\n"
        "heavy = {'libcst', 'rich', 'fastapi', 'starlette', 'pydantic'} & set(sys.modules)\n"
        "sys.exit(f'{status} {heavy}' if status or heavy else 0)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_row_suppressed_is_silent(tmp_path: Path) -> None:
    source = FIXTURES / "rules" / "FAL101" / "bad_aliases.py"
    text = re.sub(r"  # expect: FAL101$", "  # noqa: FAL101", source.read_text(), flags=re.MULTILINE)
    (tmp_path / "main.py").write_text(text)
    result = run("check", "--isolated", "--select", "FAL0,FAL101", "main.py", cwd=tmp_path)
    assert result.returncode == 0, result.stdout


def test_check_case_names_every_difference(tmp_path: Path) -> None:
    case = tmp_path / "bad.py"
    case.write_text("import time\nasync def f():\n    time.sleep(1)\n    pass  # expect: FAL101\n")
    with pytest.raises(AssertionError, match=r"(?s)missed: bad.py:4 FAL101.*false alarm: bad.py:3 FAL101"):
        check_case(case, "FAL101")


@pytest.mark.parametrize(
    "starter",
    [
        pytest.param("import asyncio\nimport worker\n\nasyncio.run(worker.work())\n", id="plain"),
        pytest.param(
            "import asyncio\nfrom worker import work as job\n\n\nasync def main() -> None:\n    await job()\n\n\n"
            "if __name__ == '__main__':\n    asyncio.run(main())\n",
            id="through a coroutine",
        ),
    ],
)
def test_a_file_linted_alone_is_judged_as_part_of_its_project(tmp_path: Path, starter: str) -> None:
    """A loop that a file beside it starts for itself keeps nobody waiting."""
    worker = tmp_path / "worker.py"
    worker.write_text("import time\n\n\nasync def work() -> None:\n    time.sleep(1)\n")
    (tmp_path / "pyproject.toml").touch()
    settings = load_settings([worker], command_line={"cache": False})
    assert [each.code for each in lint(settings, [str(worker)]).diagnostics] == ["FAL101"]
    (tmp_path / "script.py").write_text(starter)
    assert lint(settings, [str(worker)]).diagnostics == []
    assert lint(settings, [str(tmp_path)]).diagnostics == []
