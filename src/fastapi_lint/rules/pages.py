"""A rule's documentation page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi_lint.metadata import RuleMetadata
from fastapi_lint.rules.examples import Examples, all_examples

_SECTION = re.compile(r"^(?=## )", re.MULTILINE)
_REASON = "## Why it is bad"
_ALTERNATIVE = "## Use instead"


def rule_page(rule: RuleMetadata) -> str:
    """The page of one rule, as Markdown, with its examples where it has some."""
    facts = [
        f"Category: {rule.category}",
        f"Preset: {rule.preset.value}",
        f"Severity: {rule.severity.value}",
        f"Fix: {described_fixes(rule) or 'none'}",
    ]
    sections = [part.strip() for part in _SECTION.split(rule.documentation.strip()) if part.strip()]
    examples = all_examples().get(rule.code)
    if examples is not None:
        sections = list(_with_examples(sections, examples))
    return "\n\n".join([f"# {rule.name} ({rule.code})", " · ".join(facts), *sections])


def described_fixes(rule: RuleMetadata) -> str:
    """The kinds of fix that a rule may offer; empty if it offers none."""
    return ", ".join(applicability.value for applicability in rule.fixes)


def _with_examples(sections: list[str], examples: Examples) -> Iterator[str]:
    """The sections, with the bad example after the reason and the better one after the alternative."""
    bad, better = _code(examples.bad), _code(examples.fixed or examples.good)
    has_alternative = any(section.startswith(_ALTERNATIVE) for section in sections)
    for section in sections:
        yield section
        if section.startswith(_REASON):
            yield f"## Example\n\n{bad}"
            if not has_alternative:
                yield f"{_ALTERNATIVE}\n\n{better}"
        elif section.startswith(_ALTERNATIVE):
            yield better


def _code(source: str) -> str:
    return f"```python\n{source.strip()}\n```"
