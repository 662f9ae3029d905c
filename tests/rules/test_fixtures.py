"""Every fixture of every rule: the markers are the specification."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_lint.rules.registry import all_rules
from fastapi_lint.testing import check_case, expectations

RULES = Path(__file__).parents[2] / "fixtures" / "rules"
ABOUT_SUPPRESSION = ("FAL001", "FAL002")


def cases() -> list[Path]:
    return [
        case
        for folder in sorted(RULES.iterdir())
        for case in sorted(folder.iterdir())
        if case.name.startswith(("bad", "good")) and (case.is_dir() or case.suffix == ".py")
    ]


def identity(case: Path) -> str:
    return f"{case.parent.name}-{case.stem}"


@pytest.mark.parametrize("case", cases(), ids=identity)
def test_case(case: Path) -> None:
    code = case.parent.name
    if code in ABOUT_SUPPRESSION:
        pytest.skip("judged together with every other rule, in tests/linter")
    assert code in all_rules(), f"{code} has fixtures and no rule"
    report = check_case(case, code)
    if case.name.startswith("bad"):
        assert report.diagnostics
    else:
        assert not expectations(case)


@pytest.mark.parametrize("code", all_rules())
def test_every_rule_has_an_example_of_each_kind(code: str) -> None:
    folder = RULES / code
    for kind in ("bad", "good"):
        assert any(folder.glob(f"{kind}*")), f"{code} has no {kind} example"
