"""What published style guides call bad is reported; what they call good is clean, unless the framework refutes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_lint.metadata import Preset
from fastapi_lint.rules.registry import all_rules
from fastapi_lint.testing import check_case, expectations

GUIDES = Path(__file__).parents[2] / "fixtures" / "guides"
RECOMMENDED = [code for code, rule in all_rules().items() if rule.preset is Preset.RECOMMENDED]


def identity(case: Path) -> str:
    return f"{case.parent.name}-{case.stem}"


@pytest.mark.parametrize("case", sorted(GUIDES.glob("*/bad*")), ids=identity)
def test_bad_examples_are_reported(case: Path) -> None:
    named = {each.code for each in expectations(case)} & all_rules().keys()
    assert check_case(case, *named).diagnostics


@pytest.mark.parametrize("case", sorted(GUIDES.glob("*/good*")), ids=identity)
def test_good_examples_are_clean(case: Path) -> None:
    assert not expectations(case)
    check_case(case, *RECOMMENDED)


def test_every_guide_has_both() -> None:
    for guide in GUIDES.iterdir():
        if not guide.name.startswith("."):
            assert list(guide.glob("bad*")), guide.name
            assert list(guide.glob("good*")), guide.name
