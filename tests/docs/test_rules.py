"""The pages of the rules are what the rules and their fixtures say now."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from fastapi_lint.rules.examples import DATA, all_examples
from fastapi_lint.rules.pages import rule_page
from fastapi_lint.rules.registry import all_metadata

DOCS = Path(__file__).parents[2] / "docs"
ADVICE = "out of date: run `python docs/generate_rules.py`"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_rules", DOCS / "generate_rules.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_examples_in_the_package_are_fresh(generator: ModuleType) -> None:
    assert generator.examples() == DATA.read_bytes(), f"{DATA.name} is {ADVICE}"


def test_the_pages_are_fresh(generator: ModuleType) -> None:
    wanted = dict(generator.pages())
    written = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "rules").glob("*.md")}
    assert written.keys() == wanted.keys(), f"docs/rules is {ADVICE}"
    for name, content in wanted.items():
        assert written[name] == content, f"docs/rules/{name} is {ADVICE}"


def test_every_rule_has_examples() -> None:
    assert all_examples().keys() == all_metadata().keys()


@pytest.mark.parametrize("code", all_metadata())
def test_a_page_has_all_sections_of_its_rule_and_both_examples(code: str) -> None:
    rule, examples = all_metadata()[code], all_examples()[code]
    page = rule_page(rule)
    positions = [page.index(line) for line in rule.documentation.splitlines() if line.startswith("## ")]
    assert positions == sorted(positions)
    for line in rule.documentation.splitlines():
        assert line.strip() in page
    assert page.index(examples.bad.strip()) < page.index((examples.fixed or examples.good).strip())
    assert "# expect:" not in page
