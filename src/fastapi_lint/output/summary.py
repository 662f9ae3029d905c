"""What formats made of text share: explanations, marks of fixes, the closing line, rules that failed."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_lint.diagnostics import Applicability, Diagnostic, RuleFailure, Severity
from fastapi_lint.output.report import OutputReport
from fastapi_lint.output.terminal import Paint, one_line, severity_role

_MARKS = {Applicability.SAFE: "[*]", Applicability.UNSAFE: "[!]", Applicability.HINT: "[?]"}
_NOUNS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def mark(applicability: Applicability) -> str:
    """`[*]` for a safe fix, `[!]` for an unsafe one, `[?]` for a hint."""
    return _MARKS[applicability]


def fix_mark(diagnostic: Diagnostic) -> str:
    """The mark of the best that a finding offers; empty when it offers nothing."""
    if diagnostic.fix is not None:
        return mark(diagnostic.fix.applicability)
    return mark(Applicability.HINT) if diagnostic.hints else ""


def message_with_mark(diagnostic: Diagnostic, paint: Paint) -> str:
    """The finding's message on one line, after the mark of its fix."""
    found = fix_mark(diagnostic)
    return f"{paint('good', found)} {one_line(diagnostic.message)}" if found else one_line(diagnostic.message)


def explanation(diagnostic: Diagnostic) -> str:
    """Message, help and trace as plain lines, for services that show a comment."""
    lines = [diagnostic.message]
    if diagnostic.help:
        lines.append(f"help: {diagnostic.help}")
    for number, step in enumerate(diagnostic.trace, start=1):
        lines.append(f"{number}. {step.filename}:{step.location.row}:{step.location.column} {step.message}")
    return "\n".join(lines)


def plural(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def summary(report: OutputReport, paint: Paint) -> str:
    """The closing line: `Found 3 errors, 2 warnings in 41 files (1 fixable with --fix)`."""
    files = plural(report.checked, "file")
    if report.diagnostics:
        return f"Found {_counts(report, paint)} in {files}{_fixable(report)}"
    if report.failures:
        return f"Found nothing in {files}, but {plural(len(report.failures), 'check')} failed"
    return f"{paint('good', 'All checks passed!')} ({files})" if report.checked else "No files to check"


def failure_line(failure: RuleFailure) -> str:
    """A rule that raised, on one line."""
    return one_line(f"{failure.filename}:{failure.row}: internal error in {failure.code}: {failure.error}")


def failure_notes(report: OutputReport, paint: Paint) -> Iterator[str]:
    """A note for each rule that raised, or nothing."""
    for failure in report.failures:
        code = paint("error", f"internal error[{failure.code}]")
        yield f"{code}: {one_line(failure.error)}"
        yield f" {paint('frame', '-->')} {one_line(report.shown(failure.filename))}:{failure.row}"
        yield f"  {paint('frame', '=')} note: the rule is at fault, not this file; every other check ran"
        for line in failure.traceback.splitlines():
            yield f"    {paint('faint', one_line(line))}"
        yield ""


def _counts(report: OutputReport, paint: Paint) -> str:
    parts = []
    for severity in Severity:
        count = sum(1 for found in report.diagnostics if found.severity is severity)
        if count:
            parts.append(paint(severity_role(severity), plural(count, _NOUNS[severity])))
    return ", ".join(parts)


def _fixable(report: OutputReport) -> str:
    safe = report.fixable_count()
    unsafe = report.fixable_count(Applicability.UNSAFE)
    offers = []
    if safe:
        offers.append(f"{safe:,} fixable with --fix")
    if unsafe:
        offers.append(f"{unsafe:,} {'more ' if safe else 'fixable '}with --unsafe-fixes")
    return f" ({', '.join(offers)})" if offers else ""
