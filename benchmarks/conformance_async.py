"""Compare with Ruff's rules about blocking calls in async functions, and print the agreement as Markdown.

    python benchmarks/conformance_async.py [--output FILE] PROJECT...

Each PROJECT is a directory of source code, such as an unpacked wheel. Every line on which Ruff reports one of its
rules ASYNC210 to ASYNC251 (see `RULES`) has to be reported by this linter too, or is listed with the reason why it
is not. Neither tool looks at suppressions, and tests and scripts count as production code.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from fastapi_lint.application.application import Application
from fastapi_lint.config.settings import load_settings
from fastapi_lint.linter.project import load_project
from fastapi_lint.linter.run import lint

RULES = (
    "ASYNC210", "ASYNC212", "ASYNC220", "ASYNC221", "ASYNC222", "ASYNC230", "ASYNC240", "ASYNC250", "ASYNC251",
)  # fmt: skip
OURS = (
    "FAL101", "FAL102", "FAL103", "FAL104", "FAL105", "FAL106", "FAL107", "FAL108", "FAL109", "FAL116", "FAL118",
    "FAL119",
)  # fmt: skip
IGNORED_COMMENTS = re.compile(rb"#\s*(?:noqa|ruff:|fastapi-lint:)", re.IGNORECASE)
PURE = re.compile(r"\b(?:abspath|expanduser|absolute|normpath|cwd|home)\(")

Place: TypeAlias = tuple[str, int]


@dataclass(frozen=True)
class Comparison:
    """What both tools say of one project."""

    project: str
    theirs: Mapping[Place, tuple[str, ...]]
    ours: Mapping[Place, tuple[str, ...]]
    """Each place with the rules that report it."""
    beyond: Mapping[Place, tuple[str, ...]]
    """Those of ours that stand in a plain function, which a look at one function cannot find."""
    private: frozenset[Place]
    """Those of Ruff's in code that only ever runs on an event loop of its own."""
    lines: Mapping[Place, str]
    seconds: float

    @property
    def missed(self) -> list[Place]:
        """What only Ruff reports."""
        return sorted(set(self.theirs) - set(self.ours))

    @property
    def added(self) -> list[Place]:
        """What only this linter reports."""
        return sorted(set(self.ours) - set(self.theirs))

    def reason(self, place: Place) -> str | None:
        """Why a line that Ruff reports is not reported."""
        if set(self.theirs[place]) == {"ASYNC240"} and PURE.search(self.lines[place]):
            return "arithmetic on paths, which asks the disk for nothing"
        if place in self.private:
            return "a script's own event loop, on which nobody else waits"
        return None


def compare(project: Path, work: Path) -> Comparison:
    """Lint a copy of a project, without comments that suppress anything, with both tools."""
    for source in sorted(project.rglob("*.py")):
        copy = work / source.relative_to(project)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(IGNORED_COMMENTS.sub(b"#", source.read_bytes()))
    theirs = dict(grouped(ruff(work)))
    options = {"select": OURS, "cache": False, "tests": (), "scripts": ()}
    started = time.process_time()
    settings = load_settings([work], isolated=True, command_line=options)
    report = lint(settings, [str(work)])
    seconds = time.process_time() - started
    if report.failures:
        raise RuntimeError(report.failures[0].traceback)
    found = [(each.filename, each.location.row, each.code, len(each.trace)) for each in report.diagnostics]
    ours = dict(grouped((filename, row, code) for filename, row, code, _ in found))
    beyond = dict(grouped((filename, row, code) for filename, row, code, hops in found if hops > 1))
    lines = {place: line_at(work, place) for place in {*theirs, *ours}}
    application = load_project(settings, [str(work)])[0].application
    private = frozenset(place for place in theirs if place not in ours and is_private(application, place))
    return Comparison(project.name, theirs, ours, beyond, private, lines, seconds)


def is_private(application: Application, place: Place) -> bool:
    path, row = place
    function = application.located(application.project.module_at(path)).scope_at(row).function
    loop = application.event_loop
    return function is not None and function in loop.functions and loop.runs_privately(function)


def ruff(root: Path) -> Iterator[tuple[str, int, str]]:
    """What Ruff reports."""
    command = ["check", "--isolated", "--preview", "--no-cache", "--select", ",".join(RULES)]
    command += ["--output-format", "json", str(root)]
    result = subprocess.run([sys.executable, "-m", "ruff", *command], capture_output=True, check=False)
    for each in json.loads(result.stdout):
        if each["code"] in RULES:
            path = Path(each["filename"]).relative_to(root.resolve())
            yield path.as_posix(), each["location"]["row"], each["code"]


def grouped(found: Iterator[tuple[str, int, str]]) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Rules by place."""
    places: dict[Place, set[str]] = {}
    for path, row, code in found:
        places.setdefault((path, row), set()).add(code)
    for place, codes in places.items():
        yield place, tuple(sorted(codes))


def line_at(root: Path, place: Place) -> str:
    path, row = place
    return (root / path).read_text("utf-8", errors="replace").splitlines()[row - 1].strip()


def markdown(comparisons: list[Comparison]) -> Iterator[str]:
    """The report."""
    yield "# Blocking calls: this linter beside Ruff"
    yield ""
    yield f"Ruff: {', '.join(RULES)}, with `--preview`, in whole projects from PyPI. *Both*: lines of Ruff's that this"
    yield "linter reports too. *Explained*: lines of Ruff's where nothing blocks. *Across functions*: findings of this"
    yield "linter in a function that an `async def` runs, directly or through others."
    yield ""
    yield "| project | Ruff | both | explained | missed | this linter | of which across functions | seconds |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for each in comparisons:
        explained = [place for place in each.missed if each.reason(place)]
        cells = [len(each.theirs), len(each.theirs) - len(each.missed), len(explained)]
        cells += [len(each.missed) - len(explained), len(each.ours), len(each.beyond)]
        yield f"| {each.project} | {' | '.join(map(str, cells))} | {each.seconds:.1f} |"
    yield ""
    yield "## Reported by Ruff only"
    yield ""
    for each in comparisons:
        for place in each.missed:
            reason = each.reason(place) or "**missed**"
            yield f"- {each.project} `{place[0]}:{place[1]}` {', '.join(each.theirs[place])}: {reason}"
    yield ""
    yield "## Reported by this linter only, by rule"
    yield ""
    yield f"| project | {' | '.join(OURS)} |"
    yield f"|---|{'--:|' * len(OURS)}"
    for each in comparisons:
        counts = Counter(code for place in each.added for code in each.ours[place])
        yield f"| {each.project} | {' | '.join(str(counts[code] or '') for code in OURS)} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("projects", nargs="+", type=Path, metavar="PROJECT")
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    comparisons = []
    for project in arguments.projects:
        with tempfile.TemporaryDirectory() as work:
            comparisons.append(compare(project, Path(work).resolve()))
    text = "\n".join(markdown(comparisons)) + "\n"
    if arguments.output is None:
        print(text, end="")
    else:
        arguments.output.write_text(text, "utf-8")
    missed = [place for each in comparisons for place in each.missed if each.reason(place) is None]
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
