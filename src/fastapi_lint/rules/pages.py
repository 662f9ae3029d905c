"""A rule's documentation page."""

from __future__ import annotations

from fastapi_lint.metadata import RuleMetadata


def rule_page(rule: RuleMetadata) -> str:
    """The page of one rule, as Markdown."""
    facts = [
        f"Category: {rule.category}",
        f"Preset: {rule.preset.value}",
        f"Severity: {rule.severity.value}",
        f"Fix: {described_fixes(rule) or 'none'}",
    ]
    return f"# {rule.name} ({rule.code})\n\n{' · '.join(facts)}\n\n{rule.documentation.strip()}"


def described_fixes(rule: RuleMetadata) -> str:
    """The kinds of fix that a rule may offer; empty if it offers none."""
    return ", ".join(applicability.value for applicability in rule.fixes)
