from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from fastapi_lint.config.settings import Settings
from fastapi_lint.diagnostics import Applicability, Diagnostic, Edit, Fix, Location, RuleFailure, Severity
from fastapi_lint.linter import fixing
from fastapi_lint.linter.fixing import FixReport, fix
from fastapi_lint.linter.report import StandardInput

SAFE, UNSAFE, HINT = Applicability.SAFE, Applicability.UNSAFE, Applicability.HINT


class FakeProject:
    """Files below a root; those in the overlay take their place."""

    def __init__(self, root: Path, paths: Sequence[str], overlay: Mapping[str, bytes]) -> None:
        self._root = root
        self._overlay = overlay
        self.files = self
        self.linted = sorted({*paths, *overlay})

    def save_indexes(self) -> None:
        pass

    def read(self, path: str) -> bytes:
        return self._overlay[path] if path in self._overlay else (self._root / path).read_bytes()


class FakeLinter:
    """Reports words that stand at the start of a line, each with a fix that puts another word there."""

    replacements: Mapping[str, tuple[str, str, Applicability]] = {
        "old": ("FAL101", "new", SAFE),
        "new": ("FAL102", "newest", SAFE),
        "risky": ("FAL103", "tamed", UNSAFE),
        "hinted": ("FAL104", "taken", HINT),
        "broken": ("FAL105", "((", SAFE),
        "endless": ("FAL106", "endless ", SAFE),
        "os": ("FAL107", "free", SAFE),
        "euro": ("FAL108", "\N{EURO SIGN}", SAFE),
    }

    def __init__(self, project: FakeProject) -> None:
        self._project = project
        self.failures: list[RuleFailure] = []

    def diagnostics(self, path: str) -> list[Diagnostic]:
        lines = self._project.read(path).decode("latin-1").splitlines()
        return [finding for row, line in enumerate(lines, 1) for finding in self._in_line(path, row, line)]

    def beyond_baseline(self, found: list[Diagnostic]) -> list[Diagnostic]:
        return found

    def _in_line(self, path: str, row: int, line: str) -> list[Diagnostic]:
        for word, (code, content, applicability) in self.replacements.items():
            if line.split(".")[0].split(" ")[0] == word:
                start, end = Location(row, 1), Location(row, 1 + len(word))
                return [
                    Diagnostic(
                        code=code,
                        name=word,
                        severity=Severity.ERROR,
                        message=word,
                        filename=path,
                        location=start,
                        end_location=end,
                        fix=Fix(f"write {content}", applicability, (Edit(start, end, content),)),
                    )
                ]
        return []


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(settings: Settings, paths: Sequence[str], overlay: Mapping[str, bytes], **_: object) -> Any:
        return FakeProject(settings.root, paths, overlay), []

    monkeypatch.setattr(fixing, "load_project", load)
    monkeypatch.setattr(fixing, "ProjectLinter", FakeLinter)


def run(
    root: Path, text: str | bytes, *, options: Mapping[str, Any] | None = None, **keywords: Any
) -> FixReport:
    (root / "a.py").write_bytes(text if isinstance(text, bytes) else text.encode())
    return fix(Settings(root=root, **(options or {})), ["a.py"], **keywords)


def codes(diagnostics: Sequence[Diagnostic]) -> list[str]:
    return [diagnostic.code for diagnostic in diagnostics]


def test_fixes_are_applied_until_nothing_is_left(tmp_path: Path) -> None:
    fixed = run(tmp_path, "x = 1\nold\n")
    assert (tmp_path / "a.py").read_text() == "x = 1\nnewest\n"
    assert codes(fixed.applied) == ["FAL101", "FAL102"]
    assert fixed.report.diagnostics == []
    assert [(change.before, change.after) for change in fixed.changes] == [
        ("x = 1\nold\n", "x = 1\nnewest\n")
    ]


def test_unsafe_fixes_need_their_flag_and_hints_are_never_applied(tmp_path: Path) -> None:
    fixed = run(tmp_path, "risky\nhinted\n")
    assert codes(fixed.report.diagnostics) == ["FAL103", "FAL104"]
    assert fixed.changes == []
    fixed = run(tmp_path, "risky\nhinted\n", unsafe=True)
    assert (tmp_path / "a.py").read_text() == "tamed\nhinted\n"
    assert codes(fixed.report.diagnostics) == ["FAL104"]


def test_nothing_is_written_when_only_the_difference_is_wanted(tmp_path: Path) -> None:
    fixed = run(tmp_path, "old\n", write=False)
    assert (tmp_path / "a.py").read_text() == "old\n"
    assert fixed.changes[0].after == "newest\n"


def test_encoding_and_line_ends_are_kept(tmp_path: Path) -> None:
    fixed = run(tmp_path, b"# coding: latin-1\r\n# \xe9\r\nold\r\n")
    assert (tmp_path / "a.py").read_bytes() == b"# coding: latin-1\r\n# \xe9\r\nnewest\r\n"
    assert fixed.changes[0].data == (tmp_path / "a.py").read_bytes()


def test_a_fix_whose_characters_the_encoding_lacks_is_left_out(tmp_path: Path) -> None:
    fixed = run(tmp_path, b"# coding: latin-1\neuro\nold\n")
    assert (tmp_path / "a.py").read_bytes() == b"# coding: latin-1\neuro\nnewest\n"
    assert fixed.report.problems == [
        "a.py:2 was not fixed: FAL108 would add `\N{EURO SIGN}`, which iso8859-1 lacks"
    ]
    assert fixed.report.failures == []


def test_a_file_that_can_not_be_decoded_is_left_alone(tmp_path: Path) -> None:
    fixed = run(tmp_path, b"# \xe9\nold\n")
    assert codes(fixed.report.diagnostics) == ["FAL101"]
    assert fixed.changes == []


def test_standard_input_is_fixed_in_memory(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("untouched\n")
    stdin = StandardInput(filename="a.py", data=b"old\n")
    fixed = fix(Settings(root=tmp_path), ["ignored.py"], stdin=stdin)
    assert fixed.changes[0].data == b"newest\n"
    assert (tmp_path / "a.py").read_text() == "untouched\n"


def test_a_fix_that_breaks_the_file_is_our_failure(tmp_path: Path) -> None:
    fixed = run(tmp_path, "broken\nold\n")
    assert (tmp_path / "a.py").read_text() == "broken\nnewest\n"
    (failure,) = fixed.report.failures
    assert (failure.code, failure.row, failure.error) == ("FAL105", 1, "the file would no longer parse")


def test_fixes_that_never_settle_are_our_failure(tmp_path: Path) -> None:
    fixed = run(tmp_path, "endless\n")
    assert [(each.code, each.error) for each in fixed.report.failures] == [
        ("FAL106", "its fixes make room for more of them without end")
    ]


def test_imports_that_fixes_leave_unused_go_if_they_do_nothing_else(tmp_path: Path) -> None:
    run(tmp_path, "import os\nimport acme\nimport re\nos.name, acme\n")
    assert (tmp_path / "a.py").read_text() == "import acme\nimport re\nfree.name, acme\n"


def test_a_file_that_can_not_be_written_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise fixing.WriteError("it is read-only")

    monkeypatch.setattr(fixing, "write_fixed", refuse)
    assert run(tmp_path, "old\n").report.problems == ["a.py was not fixed: it is read-only"]
