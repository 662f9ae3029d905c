"""Apply every fix, unsafe ones too, to copies of real projects, and print what became of them as Markdown.

    python benchmarks/fixes.py [--select CODE,…] [--output FILE] PROJECT...

Each PROJECT is a directory of source code, such as an unpacked wheel. After the fixes every file has to parse as
before, no comment may be lost, and a second run may change nothing. FAL001, whose fixes remove comments, is left out.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
import time
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from fastapi_lint.config.settings import load_settings
from fastapi_lint.index.grammar import parse
from fastapi_lint.index.source import UnreadableSource, decode
from fastapi_lint.linter.fixing import FixReport, fix

PRAGMA = re.compile(r"#\s*(?:noqa|type:|pragma|pylint|fmt|ruff|isort)", re.IGNORECASE)


@dataclass
class Outcome:
    """What all fixes did to one project."""

    project: str
    files: int = 0
    applied: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    broken: list[str] = field(default_factory=list)
    """Files that parsed before and do not now."""
    lost: list[str] = field(default_factory=list)
    """Comments that are there less often than before."""
    again: list[str] = field(default_factory=list)
    """What a second run would change."""
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_sound(self) -> bool:
        return not (self.broken or self.lost or self.again or self.failures)


def examine(project: Path, work: Path, selection: tuple[str, ...]) -> Outcome:
    """Fix a copy of a project twice."""
    files = sorted(project.rglob("*.py"))
    for source in files:
        copy = work / source.relative_to(project)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)
    started = time.perf_counter()
    first = apply_fixes(work, selection)
    outcome = Outcome(
        project.name, len(files), Counter(each.code for each in first.applied), len(first.changes)
    )
    outcome.seconds = time.perf_counter() - started
    outcome.failures = [
        f"{each.code} {each.filename}:{each.row} {each.error}" for each in first.report.failures
    ]
    outcome.failures += first.report.problems
    for change in first.changes:
        before, after = (project / change.filename).read_bytes(), (work / change.filename).read_bytes()
        if parses(before) and not parses(after):
            outcome.broken.append(change.filename)
            continue
        lost = comments(before) - comments(after)
        outcome.lost += [f"{change.filename}: `{comment}`" for comment in lost.elements()]
    second = apply_fixes(work, selection)
    outcome.again = [
        f"{each.filename}:{each.location.row} {each.code} {each.message}" for each in second.applied
    ]
    return outcome


def apply_fixes(root: Path, selection: tuple[str, ...]) -> FixReport:
    options: dict[str, Any] = {
        "select": selection,
        "ignore": ("FAL001",),
        "cache": False,
        "tests": (),
        "scripts": (),
    }
    return fix(load_settings([root], isolated=True, command_line=options), [str(root)], unsafe=True)


def parses(data: bytes) -> bool:
    try:
        parse(decode(data).text)
    except UnreadableSource:
        return False
    return True


def comments(data: bytes) -> Counter[str]:
    """The comments of a file, but for those addressed to tools, which go with the code they speak of."""
    found: Counter[str] = Counter()
    try:
        for token in tokenize.tokenize(BytesIO(data).readline):
            if token.type == tokenize.COMMENT and not PRAGMA.match(token.string):
                found[token.string] += 1
    except (tokenize.TokenError, SyntaxError):
        pass  # newer syntax than this interpreter's: the comments up to there
    return found


def markdown(outcomes: list[Outcome]) -> Iterator[str]:
    yield "## Every fix, on copies of real projects"
    yield ""
    yield (
        "| project | files | fixes applied | files changed | stop parsing | comments lost | changed by a second run |"
        " fixes that failed | seconds |"
    )
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    for each in outcomes:
        cells = [
            each.files,
            each.applied.total(),
            each.changed,
            len(each.broken),
            len(each.lost),
            len(each.again),
        ]
        yield f"| {each.project} | {' | '.join(map(str, cells))} | {len(each.failures)} | {each.seconds:.0f} |"
    total = sum((each.applied for each in outcomes), Counter[str]())
    yield ""
    yield f"By rule: {', '.join(f'{code} {count}' for code, count in sorted(total.items()))}."
    for each in outcomes:
        if not each.is_sound:
            yield from ("", f"### {each.project}", "")
            yield from (f"- stops parsing: {name}" for name in each.broken)
            yield from (f"- lost: {comment}" for comment in each.lost)
            yield from (f"- second run: {finding}" for finding in each.again)
            yield from (f"- failed: {failure}" for failure in each.failures)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("projects", nargs="+", type=Path, metavar="PROJECT")
    parser.add_argument("--select", default="ALL", help="codes of rules, separated by commas")
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    outcomes = []
    for project in arguments.projects:
        with tempfile.TemporaryDirectory() as work:
            outcomes.append(examine(project, Path(work).resolve(), tuple(arguments.select.split(","))))
    text = "\n".join(markdown(outcomes)) + "\n"
    if arguments.output is None:
        print(text, end="")
    else:
        arguments.output.write_text(text, "utf-8")
    raise SystemExit(0 if all(each.is_sound for each in outcomes) else 1)


if __name__ == "__main__":
    main()
