"""What a rule's page says of its fixes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fastapi_lint.diagnostics import Applicability
from fastapi_lint.metadata import RuleMetadata
from fastapi_lint.rules.pages import rule_page
from fastapi_lint.rules.registry import all_metadata

RULES = Path(__file__).parents[2] / "fixtures" / "rules"
WORDS = {
    Applicability.SAFE: r"[Ss]afe\b",
    Applicability.UNSAFE: r"[Uu]nsafe\b",
    Applicability.HINT: r"[Hh]ints?\b",
}


def parametrize_rules(*, with_fixes: bool) -> pytest.MarkDecorator:
    rules = [rule for rule in all_metadata().values() if bool(rule.fixes) == with_fixes]
    return pytest.mark.parametrize("rule", rules, ids=lambda rule: rule.code)


def fix_section(rule: RuleMetadata) -> str:
    found = re.search(r"^## Fix\n(.*?)(?=^## |\Z)", rule_page(rule), re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


@parametrize_rules(with_fixes=True)
def test_a_page_says_of_each_kind_of_fix_what_could_change(rule: RuleMetadata) -> None:
    section = fix_section(rule)
    for kind in rule.fixes:
        assert re.search(rf"\b{WORDS[kind]}", section), (
            f"{rule.code}: `## Fix` does not speak of {kind.value} fixes"
        )
    for kind in set(Applicability) - set(rule.fixes):
        assert not re.match(rf"(?:An? )?{WORDS[kind]}", section), f"{rule.code} has no {kind.value} fix"


@parametrize_rules(with_fixes=False)
def test_a_page_promises_no_fix_where_there_is_none(rule: RuleMetadata) -> None:
    assert fix_section(rule) == ""


@parametrize_rules(with_fixes=True)
def test_a_fix_that_can_be_applied_is_shown_by_a_fixture(rule: RuleMetadata) -> None:
    if set(rule.fixes) - {Applicability.HINT}:
        assert list((RULES / rule.code).glob("fixed*")), f"{rule.code} has no fixed example"
