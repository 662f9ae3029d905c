"""A handful of rules to select from."""

from __future__ import annotations

from fastapi_lint.diagnostics import Severity
from fastapi_lint.metadata import Preset, RuleMetadata


def _rule(code: str, name: str, category: str, preset: Preset = Preset.RECOMMENDED) -> RuleMetadata:
    return RuleMetadata(
        code=code,
        name=name,
        category=category,
        preset=preset,
        severity=Severity.WARNING,
        summary=f"{name} does something",
        documentation=f"{name} does something.",
    )


RULES = {
    rule.code: rule
    for rule in (
        _rule("FAL000", "unreadable-file", "linter"),
        _rule("FAL001", "unused-suppression", "linter"),
        _rule("FAL101", "blocking-sleep", "event loop"),
        _rule("FAL102", "blocking-http-call", "event loop"),
        _rule("FAL113", "async-without-await", "event loop", Preset.STRICT),
        _rule("FAL201", "shadowed-route", "routes"),
        _rule("FAL232", "request-only-for-nothing", "routes", Preset.ALL),
        _rule("FAL301", "missing-response-model", "responses"),
    )
}
