from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from fastapi_lint.rules.registry import all_metadata

Command = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("name", ["FAL101", "fal101", "blocking-sleep"])
def test_one_rule_by_code_or_name(name: str, command: Command) -> None:
    status, out, _ = command("rule", name)
    rule = all_metadata()["FAL101"]
    assert status == 0
    assert out.startswith(
        "# blocking-sleep (FAL101)\n\nCategory: event loop · Preset: recommended · Severity: error"
    )
    assert rule.summary in " ".join(out.split())
    assert "## Example\n\n```python\n" in out


def test_json(command: Command) -> None:
    rule = json.loads(command("rule", "FAL101", "--output-format", "json")[1])
    assert (rule["code"], rule["name"], rule["preset"]) == ("FAL101", "blocking-sleep", "recommended")


def test_all_rules_have_a_line_and_a_page(command: Command) -> None:
    overview = command("rule", "--all")[1]
    pages = command("rule", "--all", "--output-format", "markdown")[1]
    listed = json.loads(command("rule", "--all", "--output-format", "json")[1])
    assert [rule["code"] for rule in listed] == list(all_metadata())
    for rule in all_metadata().values():
        assert f"  {rule.code}  {rule.name} " in overview
        assert f"# {rule.name} ({rule.code})" in pages


def test_unknown_rule(command: Command) -> None:
    status, _, err = command("rule", "blocking-slep")
    assert status == 2
    assert "There is no rule `blocking-slep`; did you mean `blocking-sleep`?" in err


@pytest.mark.parametrize("arguments", [(), ("FAL101", "--all")])
def test_either_a_rule_or_all(arguments: tuple[str, ...], command: Command) -> None:
    status, _, err = command("rule", *arguments)
    assert status == 2
    assert "Name a rule, or give --all." in err
