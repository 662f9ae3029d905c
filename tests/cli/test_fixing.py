from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fastapi_lint.diagnostics import Applicability, Diagnostic, Fix
from fastapi_lint.linter.fixing import FixedFile, FixReport
from fastapi_lint.linter.report import Report

from .sample import finding, report

Command = Callable[..., tuple[int, str, str]]
CHANGE = FixedFile(filename="main.py", before="a\n", after="b\n", data=b"b\n")


def mended() -> Diagnostic:
    diagnostic = finding()
    fix = Fix("await it", Applicability.SAFE, ())
    return Diagnostic(
        **{name: getattr(diagnostic, name) for name in diagnostic.__struct_fields__} | {"fix": fix}
    )


class Fixed:
    """Stands for `fix`: notes how it is called and returns what it is told to."""

    def __init__(self) -> None:
        self.arguments: dict[str, Any] = {}
        self.outcome(changes=[CHANGE], applied=[mended()])

    def outcome(self, *, remaining: Report | None = None, changes: Any = (), applied: Any = ()) -> None:
        self._outcome = FixReport(report=remaining or report(), applied=applied, changes=changes)

    def __call__(self, settings: Any, paths: Any, **keywords: Any) -> FixReport:
        self.arguments = {"paths": paths, **keywords}
        return self._outcome


@pytest.fixture
def fixed(monkeypatch: pytest.MonkeyPatch) -> Fixed:
    fake = Fixed()
    module = ModuleType("fastapi_lint.linter.fixing")
    module.fix = fake  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return fake


@pytest.mark.parametrize(
    ("arguments", "unsafe", "write"),
    [
        (("--fix",), False, True),
        (("--fix", "--unsafe-fixes"), True, True),
        (("--fix-only",), False, True),
        (("--diff",), False, False),
        (("--fix", "--diff"), False, False),
    ],
)
def test_what_is_asked_for(
    arguments: tuple[str, ...], unsafe: bool, write: bool, fixed: Fixed, command: Command
) -> None:
    command("check", *arguments, "app")
    assert fixed.arguments["paths"] == ("app",)
    assert (fixed.arguments["unsafe"], fixed.arguments["write"]) == (unsafe, write)


def test_fix_reports_what_remains(fixed: Fixed, command: Command) -> None:
    fixed.outcome(remaining=report("error"), changes=[CHANGE], applied=[mended(), mended()])
    status, out, err = command("check", "--fix")
    assert (status, err) == (1, "Fixed 2 findings in 1 file\n")
    assert "FAL101" in out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--fix",), 0),
        (("--fix", "--exit-non-zero-on-fix"), 1),
        (("--fix-only", "--exit-non-zero-on-fix"), 1),
        (("--fix", "--exit-non-zero-on-fix", "--exit-zero"), 0),
        (("--diff",), 1),
        (("--diff", "--exit-zero"), 0),
    ],
)
def test_exit_code_when_nothing_remains(
    arguments: tuple[str, ...], expected: int, fixed: Fixed, command: Command
) -> None:
    assert command("check", *arguments)[0] == expected


def test_fix_only_is_silent_about_the_rest(fixed: Fixed, command: Command) -> None:
    fixed.outcome(remaining=report("error"))
    assert command("check", "--fix-only") == (0, "", "")


def test_show_fixes(fixed: Fixed, command: Command) -> None:
    err = command("check", "--fix", "--show-fixes")[2]
    assert err.startswith("Fixed main.py:1: FAL101 blocking-sleep: await it\n")


def test_diff(fixed: Fixed, command: Command) -> None:
    _, out, err = command("check", "--diff")
    assert out == "--- a/main.py\n+++ b/main.py\n@@ -1 +1 @@\n-a\n+b\n"
    assert err == "1 file would change\n"
    assert command("check", "--diff", "-q")[2] == ""
    fixed.outcome()
    assert command("check", "--diff") == (0, "", "Nothing to fix\n")


def test_standard_input_comes_out_fixed(
    fixed: Fixed, command: Command, standard_input: Callable[[bytes], None]
) -> None:
    standard_input(b"a\n")
    fixed.outcome(remaining=report("error"), changes=[CHANGE], applied=[mended()])
    status, out, err = command("check", "--fix", "--stdin-filename", "main.py")
    assert (status, out) == (1, "b\n")
    assert "FAL101" in err


def test_standard_input_without_fixes_comes_out_as_it_went_in(
    fixed: Fixed, command: Command, standard_input: Callable[[bytes], None]
) -> None:
    standard_input(b"a\r\n\xe9")
    fixed.outcome()
    assert command("check", "--fix", "-q", "-")[:2] == (0, "a\r\n\ufffd")


def test_files_that_could_not_be_written(fixed: Fixed, command: Command) -> None:
    fixed.outcome(remaining=report(problems=["main.py was not fixed: it is read-only"]))
    status, _, err = command("check", "--fix-only")
    assert (status, err) == (2, "Error: main.py was not fixed: it is read-only\n")


def test_show_fixes_shows_what_each_way_out_would_change(tmp_path: Path, command: Command) -> None:
    (tmp_path / "main.py").write_text(
        'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/")\nasync def read() -> str:\n'
        '    with open("name") as file:\n        return file.read()\n'
    )
    asked = ("check", "--isolated", "--no-cache", "--select", "FAL105", str(tmp_path))
    assert "+def read" not in command(*asked)[1]
    _, out, _ = command(*asked, "--show-fixes")
    assert (
        '     @app.get("/")\n    -async def read() -> str:\n    +def read() -> str:\n         with open'
        in out
    )
