"""Every fixture of every rule: the markers are the specification."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from fastapi_lint.config.settings import load_settings
from fastapi_lint.diagnostics import Applicability, Diagnostic
from fastapi_lint.linter.fixing import fix
from fastapi_lint.rules.registry import all_rules
from fastapi_lint.testing import check_case, expectations, lint_case

RULES = Path(__file__).parents[2] / "fixtures" / "rules"
ABOUT_SUPPRESSION = ("FAL001", "FAL002")


def cases(*kinds: str) -> list[Path]:
    return [
        case
        for code in all_rules()
        for case in sorted((RULES / code).glob("*"))
        if case.name.startswith(kinds) and (case.is_dir() or case.suffix == ".py")
    ]


def identity(case: Path) -> str:
    return f"{case.parent.name}-{case.stem}"


def test_every_folder_has_its_rule() -> None:
    assert {folder.name for folder in RULES.iterdir()} <= set(all_rules())


@pytest.mark.parametrize("case", cases("bad", "good"), ids=identity)
def test_case(case: Path) -> None:
    code = case.parent.name
    if code in ABOUT_SUPPRESSION:
        pytest.skip("judged together with every other rule, in tests/linter")
    report = check_case(case, code)
    assert kinds_of_fix(report.diagnostics) <= set(all_rules()[code].fixes)
    if case.name.startswith("bad"):
        assert report.diagnostics
    else:
        assert not expectations(case)
    assert lint_case(case, [code], exhaustive=True).diagnostics == report.diagnostics


def kinds_of_fix(diagnostics: Iterable[Diagnostic]) -> set[Applicability]:
    fixes = [fix for each in diagnostics for fix in (each.fix, *each.hints)]
    return {fix.applicability for fix in fixes if fix is not None}


@pytest.mark.parametrize("code", all_rules())
def test_every_rule_has_an_example_of_each_kind(code: str) -> None:
    folder = RULES / code
    for kind in ("bad", "good"):
        assert any(folder.glob(f"{kind}*")), f"{code} has no {kind} example"


@pytest.mark.parametrize("case", cases("fixed"), ids=identity)
def test_fix(case: Path, tmp_path: Path) -> None:
    """`--fix --unsafe-fixes` turns the bad case into the fixed one, and that one stays as it is."""
    code = case.parent.name
    bad = case.parent / case.name.replace("fixed", "bad", 1)
    for source in (bad, case):
        copied = tmp_path / source.name
        if source.is_dir():
            shutil.copytree(source, copied)
        else:
            copied = copied.with_suffix("")
            copied.mkdir()
            shutil.copy(source, copied / "main.py")
        for name, text in without_markers(copied).items():
            (copied / name).write_text(text)
        assert fixed_sources(copied, code) == without_markers(case)


def fixed_sources(root: Path, code: str) -> dict[str, str]:
    """The files of a project after all fixes of a rule, without markers."""
    # What a comment suppresses is known only when every rule has run.
    chosen = {"select": ("ALL",), "fixable": (code,)} if code in ABOUT_SUPPRESSION else {"select": (code,)}
    settings = load_settings([root], command_line=chosen)
    report = fix(
        msgspec.structs.replace(settings, root=root), [str(root)], stdin=None, unsafe=True, write=True
    )
    assert not report.report.failures
    return without_markers(root)


def without_markers(case: Path) -> dict[str, str]:
    """The Python files of a case by name, without their markers."""
    if case.is_dir():
        files = {path.relative_to(case).as_posix(): path for path in sorted(case.rglob("*.py"))}
    else:
        files = {"main.py": case}
    return {name: re.sub(r"  # expect: FAL.*", "", path.read_text()) for name, path in files.items()}
