"""The page of a rule, where a finding of it is or where a comment names it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from fastapi_lint.diagnostics import Diagnostic, Location
from fastapi_lint.metadata import RuleMetadata
from fastapi_lint.rules.pages import rule_page

_WORD = re.compile(r"[A-Za-z][\w-]*")


def pages_at(
    location: Location, line: str, diagnostics: Iterable[Diagnostic], rules: Mapping[str, RuleMetadata]
) -> str | None:
    """The pages of the rules that have something to do with a place, as Markdown; None if there are none.

    Args:
        location: the place.
        line: the text of its row.
        diagnostics: the findings of the file.
        rules: the declarations of all rules, by code.
    """
    found = [each.code for each in diagnostics if _contains(each, location)]
    named = _named_in_comment(location, line, rules)
    codes = dict.fromkeys([named.code, *found] if named is not None else found)
    return "\n\n---\n\n".join(rule_page(rules[code]) for code in codes) or None


def _contains(diagnostic: Diagnostic, location: Location) -> bool:
    return diagnostic.location <= location <= diagnostic.end_location


def _named_in_comment(
    location: Location, line: str, rules: Mapping[str, RuleMetadata]
) -> RuleMetadata | None:
    """The rule whose code or name stands at a place behind a `#`."""
    for word in _WORD.finditer(line, max(line.find("#"), 0)) if "#" in line else ():
        if word.start() < location.column <= word.end() + 1:
            for rule in rules.values():
                if word.group().upper() == rule.code or word.group().lower() == rule.name:
                    return rule
    return None
