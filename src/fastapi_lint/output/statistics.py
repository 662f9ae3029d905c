"""`--statistics`: how often each rule reported, instead of what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

import msgspec

from fastapi_lint.diagnostics import Applicability, Diagnostic, Severity
from fastapi_lint.output.report import OutputReport
from fastapi_lint.output.summary import mark, summary
from fastapi_lint.output.terminal import Paint, severity_role


class RuleCount(msgspec.Struct, frozen=True, kw_only=True):
    """The findings of one rule, counted."""

    code: str
    name: str
    severity: Severity
    count: int
    fixable: bool
    """Whether `--fix` takes care of all of them."""
    fixable_count: int


def rule_counts(diagnostics: Iterable[Diagnostic]) -> list[RuleCount]:
    """The rules that reported, the busiest first."""
    by_code: dict[str, list[Diagnostic]] = {}
    for found in diagnostics:
        by_code.setdefault(found.code, []).append(found)
    return sorted(map(_count, by_code.values()), key=lambda rule: (-rule.count, rule.code))


def render_statistics(format: str, report: OutputReport, stream: TextIO, *, color: bool = False) -> None:
    """Write the counts: an array of `RuleCount` objects for the format `json`, else a table."""
    counts = rule_counts(report.diagnostics)
    if format == "json":
        stream.write(msgspec.json.format(msgspec.json.encode(counts), indent=2).decode() + "\n")
        return
    paint = Paint(color)
    width = max((len(f"{rule.count:,}") for rule in counts), default=0)
    codes = max((len(rule.code) for rule in counts), default=0)
    for rule in counts:
        code = paint(severity_role(rule.severity), rule.code.ljust(codes))
        offered = paint("good", mark(Applicability.SAFE)) if rule.fixable_count else "   "
        stream.write(f"{rule.count:>{width},}  {code}  {offered}  {rule.name}\n")
    stream.write(f"{summary(report, paint)}\n")


def _count(found: list[Diagnostic]) -> RuleCount:
    fixable = sum(1 for item in found if item.fix and item.fix.applicability is Applicability.SAFE)
    return RuleCount(
        code=found[0].code,
        name=found[0].name,
        severity=min((item.severity for item in found), key=lambda severity: severity.rank),
        count=len(found),
        fixable=fixable == len(found),
        fixable_count=fixable,
    )
