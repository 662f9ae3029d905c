"""Compare with Ruff's rules about FastAPI, and print the agreement as Markdown.

    python benchmarks/conformance_fast.py [--dumps DIR] [--output FILE] [--annotated FILE] PROJECT...

Each PROJECT is a directory of source code, such as an unpacked wheel. FAST001, FAST002 and FAST003 stand beside
FAL303, FAL401 and FAL203. Every difference is listed with who is right. DIR holds what running applications said of
themselves (see `oracle/run.py`): where a path variable is concerned, their OpenAPI documents decide.

`--annotated` writes the table of parameters whose default is a marker. How many there are is counted without any
linter: defaults that call something named as a marker, in files that mention FastAPI.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from fastapi_lint.application.application import Application
from fastapi_lint.config.settings import load_settings
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.linter.project import load_project
from fastapi_lint.linter.run import lint

PAIRS = {"FAST001": "FAL303", "FAST002": "FAL401", "FAST003": "FAL203"}
MARKERS = frozenset({"Body", "Cookie", "Depends", "File", "Form", "Header", "Path", "Query", "Security"})
OPTIONS: dict[str, Any] = {
    "select": tuple(PAIRS.values()), "cache": False, "tests": (), "scripts": (),
}  # fmt: skip
IGNORED_COMMENTS = re.compile(rb"#\s*(?:noqa|ruff:|fastapi-lint:)", re.IGNORECASE)


class Finding(NamedTuple):
    """A finding of either tool."""

    path: str
    first: int
    last: int
    code: str
    """Ruff's, for both."""
    fix: str | None
    """`safe`, `unsafe`, or None."""
    message: str


@dataclass
class Comparison:
    """What both tools say of one project."""

    project: str
    theirs: list[Finding]
    ours: list[Finding]
    markers: int
    """Parameters with a marker as default."""
    lines: dict[tuple[str, int], str] = field(default_factory=dict)
    reasons: dict[tuple[str, int], str] = field(default_factory=dict)
    """Why a path variable is used, where only Ruff reports it."""

    def missed(self) -> Iterator[Finding]:
        """What only Ruff reports."""
        return (each for each in self.theirs if not any(agree(each, other) for other in self.ours))

    def added(self) -> Iterator[Finding]:
        """What only this linter reports."""
        return (each for each in self.ours if not any(agree(other, each) for other in self.theirs))

    def count(self, findings: list[Finding], code: str, *fixes: str) -> int:
        return sum(each.code == code and (not fixes or each.fix in fixes) for each in findings)


def agree(one: Finding, other: Finding) -> bool:
    """Whether two findings say the same: one stands within the other."""
    same = one.code == other.code and one.path == other.path
    return same and max(one.first, other.first) <= min(one.last, other.last)


def compare(project: Path, work: Path) -> Comparison:
    """Lint a copy of a project, without comments that suppress anything, with both tools."""
    markers = 0
    for source in sorted(project.rglob("*.py")):
        copy = work / source.relative_to(project)
        copy.parent.mkdir(parents=True, exist_ok=True)
        data = IGNORED_COMMENTS.sub(b"#", source.read_bytes())
        copy.write_bytes(data)
        markers += marker_defaults(data)
    theirs, ours = list(ruff(work)), list(own(work))
    comparison = Comparison(project.name, theirs, ours, markers)
    for each in (*theirs, *ours):
        text = (work / each.path).read_text("utf-8", errors="replace").splitlines()
        comparison.lines[each.path, each.first] = text[each.first - 1].strip()
    settings = load_settings([work], isolated=True, command_line=OPTIONS)
    application = load_project(settings, [str(work)])[0].application
    for each in comparison.missed():
        if each.code == "FAST003":
            comparison.reasons[each.path, each.first] = reason(application, each)
    return comparison


def marker_defaults(data: bytes) -> int:
    """How many parameters have a call of something named as a marker for default."""
    if b"fastapi" not in data:
        return 0
    try:
        tree = ast.parse(data)
    except SyntaxError:
        return 0
    return sum(
        isinstance(default, ast.Call) and name_of(default.func) in MARKERS
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for default in (*function.args.defaults, *function.args.kw_defaults)
    )


def name_of(node: ast.expr) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


def ruff(root: Path) -> Iterator[Finding]:
    """What Ruff reports."""
    command = ["check", "--isolated", "--preview", "--no-cache", "--target-version", "py312"]
    command += ["--select", ",".join(PAIRS), "--output-format", "json", str(root)]
    result = subprocess.run([sys.executable, "-m", "ruff", *command], capture_output=True, check=False)
    for each in json.loads(result.stdout):
        if each["code"] in PAIRS:
            path = Path(each["filename"]).relative_to(root.resolve()).as_posix()
            rows = each["location"]["row"], each["end_location"]["row"]
            fix = each["fix"]["applicability"] if each["fix"] else None
            yield Finding(path, *rows, each["code"], fix, each["message"])


def own(root: Path) -> Iterator[Finding]:
    """What this linter reports, under Ruff's codes."""
    report = lint(load_settings([root], isolated=True, command_line=OPTIONS), [str(root)])
    if report.failures:
        raise RuntimeError(report.failures[0].traceback)
    codes = {own_code: code for code, own_code in PAIRS.items()}
    for each in report.diagnostics:
        rows = each.location.row, each.end_location.row
        wanted = each.fix is not None and each.fix.applicability is not Applicability.HINT
        fix = each.fix.applicability.value if each.fix is not None and wanted else None
        yield Finding(each.filename, *rows, codes[each.code], fix, each.message)


# Who is right


def path_variables(dumps: Path | None, project: str) -> dict[str, set[str]]:
    """For each path of the running application, the variables that its OpenAPI document declares."""
    found: dict[str, set[str]] = {}
    for file in dumps.glob("*.jsonl") if dumps is not None else ():
        if file.stem in project or project in file.stem:
            for answer in map(json.loads, file.read_text("utf-8").splitlines()):
                for app in answer.get("apps", ()):
                    for path, operations in ((app["openapi"] or {}).get("paths") or {}).items():
                        declared = found.setdefault(path, set())
                        declared.update(declared_in(operations))
    return found


def declared_in(operations: dict[str, Any]) -> Iterator[str]:
    for operation in operations.values():
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                yield parameter["name"]


def judged(comparison: Comparison, finding: Finding, variables: dict[str, set[str]]) -> str:
    """Who is right about what only one of both reports."""
    key = finding.path, finding.first
    name = re.search(r"`\{?(\w+)\}?`", finding.message)
    own_path = re.search(r"[\"']([^\"']*\{[^\"']*)[\"']", comparison.lines[key])
    if finding.code != "FAST003" or name is None:
        return comparison.reasons.get(key, "")
    paths = {path for path in variables if own_path and path.endswith(own_path[1])}
    if not paths:
        return comparison.reasons.get(key, "")
    taken = all(name[1] in variables[path] for path in paths)
    return f"OpenAPI of the running application {'declares' if taken else 'does not declare'} `{name[1]}`"


def reason(application: Application, finding: Finding) -> str:
    """What takes a path variable that only Ruff says nothing takes."""
    module = application.project.module_at(finding.path)
    routes = [
        each
        for each in application.routes
        if each.module is module and finding.first <= each.line <= finding.last
    ]
    name = re.search(r"`\{?(\w+)\}?`", finding.message)
    for route in routes if name is not None else ():
        for dependency in route.dependencies:
            parameters = application.routing.signatures.of(dependency.callee, route.path_parameters)
            if any(each.external_name == name[1] for each in parameters if name is not None):
                return f"`{dependency.callee.name}`, a dependency, takes it"
        if not route.resolution.consumed.is_complete:
            return "the request is handed on, to what may read the path"
    return ""


# The report


def markdown(comparisons: list[Comparison], dumps: Path | None) -> Iterator[str]:
    yield "# FastAPI rules: this linter beside Ruff"
    yield ""
    pairs = ", ".join(f"{ours} beside {theirs}" for theirs, ours in PAIRS.items())
    yield f"{pairs}, in whole projects from PyPI, suppressions ignored. Each cell: Ruff / this linter / both."
    yield ""
    yield f"| project | {' | '.join(PAIRS)} |"
    yield f"|---|{'--:|' * len(PAIRS)}"
    for each in comparisons:
        missed = list(each.missed())
        cells = []
        for code in PAIRS:
            theirs = each.count(each.theirs, code)
            cells.append(f"{theirs} / {each.count(each.ours, code)} / {theirs - each.count(missed, code)}")
        yield f"| {each.project} | {' | '.join(cells)} |"
    yield ""
    yield "## Reported by Ruff only"
    yield ""
    for each in comparisons:
        variables = path_variables(dumps, each.project)
        for finding in each.missed():
            verdict = judged(each, finding, variables)
            line = each.lines[finding.path, finding.first]
            yield f"- {each.project} `{finding.path}:{finding.first}` {finding.code} `{line}` {verdict}".rstrip()
    yield ""
    yield "## Reported by this linter only"
    yield ""
    yield "That an argument which FAL303 reports changes nothing, and that FAL401 sees markers which FastAPI reads, is"
    yield "shown by the running applications: without them, or with `Annotated`, their OpenAPI documents are the same"
    yield "(see `fixes.md`)."
    yield ""
    for each in comparisons:
        variables = path_variables(dumps, each.project)
        added = list(each.added())
        if count := each.count(added, "FAST002"):
            yield f"- {each.project}: FAL401 {count} times"
        if count := each.count(added, "FAST001"):
            yield f"- {each.project}: FAL303 {count} times"
        for finding in added:
            if finding.code == "FAST003":
                verdict = judged(each, finding, variables)
                line = each.lines[finding.path, finding.first]
                own_code = PAIRS[finding.code]
                yield f"- {each.project} `{finding.path}:{finding.first}` {own_code} `{line}` {verdict}".rstrip()


def annotated(comparisons: list[Comparison]) -> Iterator[str]:
    """The table of markers that are defaults."""
    yield "# Parameters with a marker as default"
    yield ""
    yield "Parameters with `= Depends(…)`, `= Query(…)` …, counted in the syntax tree; those that Ruff's FAST002 and"
    yield "FAL401 find, and those that they fix. All of Ruff's fixes are unsafe. FAL401 also finds defaults that are"
    yield "variables or calls of own functions, which are not in the count."
    yield ""
    yield "| project | parameters | found by Ruff | fixed by Ruff | found by FAL401 | fixed safely | fixed unsafely |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    sums = [0] * 6
    for each in comparisons:
        cells = [
            each.markers,
            each.count(each.theirs, "FAST002"),
            each.count(each.theirs, "FAST002", "safe", "unsafe"),
            each.count(each.ours, "FAST002"),
            each.count(each.ours, "FAST002", "safe"),
            each.count(each.ours, "FAST002", "unsafe"),
        ]
        sums = [total + cell for total, cell in zip(sums, cells, strict=True)]
        yield f"| {each.project} | {' | '.join(map(str, cells))} |"
    yield f"| **all** | {' | '.join(map(str, sums))} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("projects", nargs="+", type=Path, metavar="PROJECT")
    parser.add_argument("--dumps", type=Path, help="directory of run-time dumps")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--annotated", type=Path)
    arguments = parser.parse_args()
    comparisons = []
    for project in arguments.projects:
        with tempfile.TemporaryDirectory() as work:
            comparisons.append(compare(project, Path(work).resolve()))
    text = "\n".join(markdown(comparisons, arguments.dumps)) + "\n"
    if arguments.annotated is not None:
        arguments.annotated.write_text("\n".join(annotated(comparisons)) + "\n", "utf-8")
    if arguments.output is None:
        print(text, end="")
    else:
        arguments.output.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
