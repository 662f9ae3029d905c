"""What must hold of every fix, whatever the rule: shown on the fixtures, each rule alone and all rules together."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fastapi_lint.config.settings import load_settings
from fastapi_lint.index.grammar import parse
from fastapi_lint.linter import run
from fastapi_lint.linter.fixing import FixReport, fix
from fastapi_lint.rules.custom import rules_of
from fastapi_lint.rules.registry import all_rules
from tests.comments import comments

RULES = Path(__file__).parents[2] / "fixtures" / "rules"
ABOUT_SUPPRESSION = ("FAL001", "FAL002")
FIXING = [code for code, rule in all_rules().items() if rule.fixes and code not in ABOUT_SUPPRESSION]
PRAGMA = re.compile(r"#\s*(?:expect|noqa|type|pragma|fastapi-lint)\b")


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(code, case, id=f"{code}-{case.stem}")
        for code in FIXING
        for case in sorted((RULES / code).glob(f"{kind}*"))
        if case.is_dir() or case.suffix == ".py"
    ]


def project(case: Path, root: Path) -> Path:
    """A copy of a case, as a project of its own."""
    if case.is_dir():
        shutil.copytree(case, root, dirs_exist_ok=True)
    else:
        root.mkdir(exist_ok=True)
        shutil.copy(case, root / "main.py")
    return root


def fixed(root: Path, *codes: str, **options: Any) -> FixReport:
    settings = load_settings([root], command_line={"select": codes, "cache": False, **options})
    return fix(msgspec.structs.replace(settings, root=root), [str(root)], unsafe=True)


def sources(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}


def own_comments(data: bytes) -> Counter[str]:
    """The comments that no rule may remove."""
    found: Counter[str] = Counter()
    for comment, count in comments(data.decode()).items():
        if not PRAGMA.match(comment):
            found[comment.partition("# expect")[0]] += count
    return found


@pytest.mark.parametrize(("code", "case"), cases("bad"))
def test_a_fix_is_complete(code: str, case: Path, tmp_path: Path) -> None:
    """What is fixed is not reported any more, a second run finds nothing to fix, and every comment is there."""
    root = project(case, tmp_path / "case")
    before = sources(root)
    found = len(fixed(root, code, unfixable=("ALL",)).report.diagnostics)
    first = fixed(root, code)
    assert not first.report.failures
    left = max(found - len(first.applied), 0)  # a fix may bring something else to light, which is fixed too
    assert len(first.report.diagnostics) <= left
    once = sources(root)
    for name, data in once.items():
        if data != before[name]:
            parse(data.decode())
            assert own_comments(before[name]) - own_comments(data) == Counter()
    if first.changes:
        assert fixed(root, code).applied == ()
        assert sources(root) == once


@pytest.mark.parametrize(("code", "case"), cases("good"))
def test_clean_code_is_not_touched(code: str, case: Path, tmp_path: Path) -> None:
    root = project(case, tmp_path / "case")
    before = sources(root)
    assert fixed(root, code).changes == []
    assert sources(root) == before


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of all short bad examples, each in a module of its own."""
    root = tmp_path_factory.mktemp("everything")
    for code in FIXING:
        for case in (RULES / code).glob("bad*.py"):
            shutil.copy(case, root / f"{code.lower()}_{case.stem}.py")
    return root


@pytest.fixture(scope="module")
def mended(everything: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of it to which all fixes were applied."""
    root = Path(shutil.copytree(everything, tmp_path_factory.mktemp("mended") / "everything"))
    assert not fixed(root, "ALL", ignore=ABOUT_SUPPRESSION).report.failures
    return root


def test_all_fixes_together(everything: Path, mended: Path) -> None:
    before, once = sources(everything), sources(mended)
    for name, data in once.items():
        parse(data.decode())
        assert own_comments(before[name]) - own_comments(data) == Counter(), name
    assert fixed(mended, "ALL", ignore=ABOUT_SUPPRESSION).changes == []
    assert sources(mended) == once


def test_the_order_of_the_rules_does_not_matter(
    everything: Path, mended: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backwards = Path(shutil.copytree(everything, tmp_path / "backwards"))
    monkeypatch.setattr(run, "rules_of", lambda settings: dict(reversed(rules_of(settings).items())))
    fixed(backwards, "ALL", ignore=ABOUT_SUPPRESSION)
    assert sources(backwards) == sources(mended)
