"""`full`: each finding with its source, its trace and its way out; what people read first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from fastapi_lint.diagnostics import Applicability, Diagnostic, Fix, TraceStep
from fastapi_lint.output.excerpt import excerpt
from fastapi_lint.output.report import OutputReport
from fastapi_lint.output.summary import failure_notes, mark, summary
from fastapi_lint.output.terminal import Paint, Role, clip, one_line, severity_role

_SOURCE_CELLS = 120
"""Longest source row shown where there is no terminal to fit."""
_CHANGES: dict[str, Role] = {"-": "error", "+": "good"}
_HOW_TO_APPLY = {
    Applicability.SAFE: "apply it with --fix",
    Applicability.UNSAFE: "may change behaviour: apply it with --unsafe-fixes",
    Applicability.HINT: "for you to choose: offered in editors and by --show-fixes",
}


def write(report: OutputReport, stream: TextIO, *, color: bool = False) -> None:
    """Write the report; rows are fitted to the width of `stream` when that is a terminal."""
    paint = Paint(color)
    columns = _columns(stream) if report.diagnostics else None
    for diagnostic in report.diagnostics:
        for line in _finding(report, diagnostic, paint, columns):
            stream.write(f"{line}\n")
        stream.write("\n")
    for line in failure_notes(report, paint):
        stream.write(f"{line}\n")
    stream.write(f"{summary(report, paint)}\n")


def _columns(stream: TextIO) -> int | None:
    if not stream.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def _finding(
    report: OutputReport, diagnostic: Diagnostic, paint: Paint, columns: int | None
) -> Iterator[str]:
    lines = report.source(diagnostic.filename)
    rows = (diagnostic.location.row, diagnostic.end_location.row)
    gutter = len(str(max(rows)))
    yield from _title(diagnostic, paint, columns)
    yield _place(report, diagnostic, gutter, paint)
    if lines:
        width = _SOURCE_CELLS if columns is None else max(columns - gutter - 5, 20)
        bar = paint("frame", " " * gutter + " |")
        yield bar
        yield from excerpt(
            lines,
            diagnostic.location,
            diagnostic.end_location,
            gutter=gutter,
            width=width,
            paint=paint,
            role=severity_role(diagnostic.severity),
        )
        if diagnostic.help or diagnostic.trace or diagnostic.fix or diagnostic.hints:
            yield bar
    note = " " * gutter + " " + paint("frame", "=") + " "
    if diagnostic.help:
        yield from _note(note, "help", gutter, one_line(diagnostic.help), paint, columns)
    if diagnostic.trace:
        yield f"{note}{paint('strong', 'trace:')}"
        yield from _trace(report, diagnostic.trace, gutter, paint, columns)
    yield from _ways_out(report, diagnostic, note, gutter, paint, columns)


def _title(diagnostic: Diagnostic, paint: Paint, columns: int | None) -> Iterator[str]:
    label = f"{diagnostic.severity.value}[{diagnostic.code}]"
    role = severity_role(diagnostic.severity)
    plain = f"{label} {diagnostic.name}: "
    painted = f"{paint(role, label)} {diagnostic.name}: "
    first, *rest = _wrapped(one_line(diagnostic.message), columns, len(plain), 4)
    yield painted + paint("strong", first)
    for line in rest:
        yield "    " + paint("strong", line)


def _place(report: OutputReport, diagnostic: Diagnostic, gutter: int, paint: Paint) -> str:
    start = diagnostic.location
    path = paint("path", one_line(report.shown(diagnostic.filename)))
    return f"{' ' * gutter}{paint('frame', '-->')} {path}:{start.row}:{start.column}"


def _note(note: str, label: str, gutter: int, text: str, paint: Paint, columns: int | None) -> Iterator[str]:
    indent = gutter + 3
    first, *rest = _wrapped(text, columns, indent + len(label) + 2, indent + 2)
    yield f"{note}{paint('help', f'{label}:')} {first}"
    for line in rest:
        yield " " * (indent + 2) + line


def _trace(
    report: OutputReport, trace: Sequence[TraceStep], gutter: int, paint: Paint, columns: int | None
) -> Iterator[str]:
    indent = " " * (gutter + 3)
    for number, step in enumerate(trace, start=1):
        label = f"{number}. "
        where = f"{one_line(report.shown(step.filename))}:{step.location.row}:{step.location.column}"
        yield f"{indent}{label}{paint('path', where)}  {one_line(step.message)}"
        text = (report.line(step.filename, step.location.row) or "").strip()
        if text:
            lead = indent + " " * len(label)
            room = _SOURCE_CELLS if columns is None else max(columns - len(lead) - 2, 20)
            yield f"{lead}{paint('frame', '|')} {paint('faint', clip(text, room))}"


def _ways_out(
    report: OutputReport, diagnostic: Diagnostic, note: str, gutter: int, paint: Paint, columns: int | None
) -> Iterator[str]:
    offers: list[Fix] = [*([diagnostic.fix] if diagnostic.fix else []), *diagnostic.hints]
    for fix in offers:
        label = "hint" if fix.applicability is Applicability.HINT else "fix"
        text = f"{one_line(fix.message)} ({_HOW_TO_APPLY[fix.applicability]})"
        yield from _note(note, f"{label} {mark(fix.applicability)}", gutter, text, paint, columns)
        if report.shows_edits:
            room = _SOURCE_CELLS if columns is None else max(columns - gutter - 3, 20)
            for line in _changed_lines(report.source(diagnostic.filename) or (), fix):
                text = clip(line, room)
                yield " " * (gutter + 3) + (paint(_CHANGES[line[0]], text) if line[0] in _CHANGES else text)


def _changed_lines(lines: Sequence[str], fix: Fix) -> Iterator[str]:
    """The lines that a fix changes, after `-` and `+`, with one line around them."""
    import difflib

    from fastapi_lint.fixes.apply import apply_edits

    after = apply_edits("".join(f"{line}\n" for line in lines), [fix]).text.split("\n")[:-1]
    hunks = 0
    for number, line in enumerate(difflib.unified_diff(lines, after, n=1, lineterm="")):
        if not line.startswith("@@ "):
            if number > 1:  # the first two name the file
                yield line
        elif hunks:
            yield "..."
        hunks += line.startswith("@@ ")


def _wrapped(text: str, columns: int | None, first_indent: int, indent: int) -> list[str]:
    """`text` in lines that fit after their indents; one line where there is no terminal to fit."""
    if columns is None or first_indent + len(text) <= columns:
        return [text]
    import textwrap

    width = max(columns - indent, 20)
    blank = " " * max(first_indent - indent, 0)
    lines = textwrap.wrap(text, width, initial_indent=blank, break_long_words=False, break_on_hyphens=False)
    return [lines[0].lstrip(), *lines[1:]]
