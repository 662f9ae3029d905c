"""Ask running applications what fixes change, and print the answer as Markdown.

    python benchmarks/oracle/fixes.py --environments DIR [--sdist DIR] [--unsafe] [--output FILE] [NAME...]

Every safe fix of every rule is applied to a copy of an application's sources. Original and copy are imported, each
in a process of its own, and have to give the same OpenAPI document and the same table of routes, byte for byte.
With `--unsafe` each rule's unsafe fixes are applied alone, and only what `ANNOUNCED` says may differ.

The applications are those of `applications.toml` (see `run.py`), this project's own small ones, and FastAPI's
tutorials, whose tests are run against the fixed copy too.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fastapi_lint.config.settings import load_settings
from fastapi_lint.diagnostics import Applicability
from fastapi_lint.linter.fixing import FixReport, fix
from fastapi_lint.linter.run import lint

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import run as routes_benchmark  # noqa: E402
from run import Subject  # noqa: E402
from tests.oracle.tables import dumps, modules_below  # noqa: E402

FIXTURES = HERE.parent.parent / "fixtures"
OWN = ("apps", "oracle")
TUTORIALS = "fastapi-docs_src"

_STATUS = r"routes/\d+/(effective_)?status_code|openapi/paths/.*/responses/\d+"
_PARAMETERS = "|".join(
    (
        r"routes/\d+/path_parameters.*",
        r"openapi/paths/.*/(parameters|requestBody|responses/422)(/.*)?",
        r"openapi/components.*",
    )
)
_RESPONSES = r"routes/\d+/response_model|openapi/paths/.*/responses/\d+(/.*)?|openapi/components.*"
ANNOUNCED: Mapping[str, str] = {
    "FAL203": _PARAMETERS,
    "FAL206": r"routes/\d+/(dependencies|security)(/.*)?|" + _PARAMETERS,
    "FAL207": r".*",
    "FAL217": _STATUS,
    "FAL218": _STATUS,
    "FAL219": _STATUS,
    "FAL226": _PARAMETERS,
    "FAL234": _PARAMETERS,
    "FAL235": r"routes/\d+/(handler|handler_names|is_async)(/.*)?",
    "FAL236": r".*",
    "FAL301": _RESPONSES,
    "FAL308": _RESPONSES,
    "FAL401": _PARAMETERS,
    "FAL425": r"routes/\d+/dependencies(/.*)?|" + _PARAMETERS,
}
"""Rules whose unsafe fixes say that the interface of the application changes, and which places in both documents.

All others change at most what happens while a request is answered: both documents stay as they are.
"""


@dataclass
class Outcome:
    """What fixes did to one application."""

    name: str
    version: str
    apps: int = 0
    routes: int = 0
    applied: Counter[str] = field(default_factory=Counter)
    """Findings mended, by rule."""
    files: int = 0
    announced: int = 0
    """Differences of which the rule speaks."""
    differences: list[str] = field(default_factory=list)
    """All others."""


def main() -> None:
    options = arguments()
    outcomes = []
    tests: tuple[str, str] | None = None
    for subject in [*own_applications(options.names), *routes_benchmark.subjects(options)]:
        if subject.name == "fastapi-tests":
            continue
        print(subject.name, file=sys.stderr)
        with tempfile.TemporaryDirectory() as work:
            outcomes += examine(subject, Path(work), unsafe=options.unsafe, only=options.rules)
            if subject.name == TUTORIALS and not options.unsafe:
                tests = tutorial_tests(subject, Path(work))
    text = "\n".join(markdown(outcomes, tests, unsafe=options.unsafe)) + "\n"
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    print(text, end="")
    raise SystemExit(1 if any(each.differences for each in outcomes) else 0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare applications before and after their fixes.")
    parser.add_argument("--environments", type=Path, required=True, help="directory of virtual environments")
    parser.add_argument("--sdist", type=Path, help="an unpacked source distribution of FastAPI")
    parser.add_argument("--unsafe", action="store_true", help="apply the unsafe fixes, rule by rule")
    parser.add_argument("--rules", default="", help="with --unsafe: only these codes, separated by commas")
    parser.add_argument("--output", type=Path, help="write the report to this file, too")
    parser.add_argument("names", nargs="*", metavar="NAME", help="applications (default: all)")
    return parser.parse_args()


def own_applications(names: Iterable[str]) -> Iterator[Subject]:
    """The applications among this project's fixtures, run by the interpreter of this script."""
    for path in sorted(path for folder in OWN for path in (FIXTURES / folder).iterdir() if path.is_dir()):
        name = f"{path.parent.name}/{path.name}"
        if names and name not in names:
            continue
        root = path / "src" if (path / "src").is_dir() else path
        yield Subject(
            name=name,
            version="",
            interpreter=Path(sys.executable),
            root=root,
            sources=[
                each.name for each in sorted(root.iterdir()) if each.suffix == ".py" or is_package(each)
            ],
            targets=modules_below(root),
            environment=routes_benchmark.TUTORIAL_SETTINGS,
        )


def is_package(path: Path) -> bool:
    return path.is_dir() and any(path.rglob("*.py"))


# Fixing and asking


def examine(subject: Subject, work: Path, *, unsafe: bool, only: str) -> Iterator[Outcome]:
    """Fix copies of an application, and compare each with the original."""
    original = work / "original"
    copy_project(subject, original)
    before = answers(subject, original)
    apps = [app for answer in before.values() for app in answer.get("apps", ())]
    codes = only.split(",") if only else unsafely_fixed(original) if unsafe else []
    selections = [(code,) for code in codes] if unsafe else [("ALL",)]
    for number, selection in enumerate(selections):
        fixed = work / ("fixed" if not unsafe else f"fixed{number}")
        shutil.copytree(original, fixed, copy_function=link_data)
        report = apply_fixes(fixed, selection, unsafe=unsafe)
        outcome = Outcome(subject.name, subject.version, len(apps), sum(len(app["routes"]) for app in apps))
        outcome.applied = Counter(each.code for each in report.applied)
        outcome.files = len(report.changes)
        outcome.differences += [f"{each.code} failed: {each.error}" for each in report.report.failures]
        outcome.differences += report.report.problems
        if report.changes:
            announced = ANNOUNCED.get(selection[0], "") if unsafe else ""
            after = answers(subject, fixed)
            outcome.announced = sum(1 for _ in differences(before, after, "")) if announced else 0
            outcome.differences += differences(before, after, announced)
        if not unsafe or outcome.applied:
            yield outcome


def unsafely_fixed(project: Path) -> list[str]:
    """The rules that have an unsafe fix to offer."""
    options: dict[str, Any] = {"select": ("ALL",), "cache": False}
    report = lint(load_settings([project], isolated=True, command_line=options), [str(project)])
    fixes = [(each.code, each.fix.applicability) for each in report.diagnostics if each.fix is not None]
    return sorted({code for code, applicability in fixes if applicability is Applicability.UNSAFE})


def copy_project(subject: Subject, project: Path) -> None:
    """Copy an application's sources, with the data beside them, to a project that declares what is installed."""
    folders = [source for source in subject.sources if (subject.root / source).is_dir()]
    project.mkdir()
    routes_benchmark.copy_sources(replace(subject, sources=folders), project)
    for source in subject.sources:
        origin = subject.root / source
        if origin.is_dir():
            shutil.copytree(origin, project / source, copy_function=link_data, dirs_exist_ok=True)
        else:
            shutil.copy(origin, project / source)


def link_data(source: str, target: str) -> None:
    """Copy a Python file, link any other."""
    if source.endswith(".py"):
        shutil.copy(source, target)
    elif not Path(target).exists():
        Path(target).symlink_to(Path(source).resolve())


def apply_fixes(project: Path, selection: tuple[str, ...], *, unsafe: bool) -> FixReport:
    options: dict[str, Any] = {"select": selection, "cache": False}
    if unsafe:
        options["fixable"] = selection
    settings = load_settings([project], isolated=True, command_line=options)
    return fix(settings, [str(project)], unsafe=unsafe)


def answers(subject: Subject, project: Path) -> dict[str, dict[str, Any]]:
    """What the running application says, by target; the order of a set, such as of methods, is always the same."""
    found = dumps(
        project,
        subject.targets,
        interpreter=str(subject.interpreter),
        environment={**subject.environment, "PYTHONHASHSEED": "0"},
        timeout=300.0,
    )
    return {answer["target"]: answer for answer in found}


def differences(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]], announced: str
) -> Iterator[str]:
    """Everything in which two answers differ, but for what is announced."""
    for target, answer in before.items():
        other = after[target]
        if "error" in answer or "error" in other:
            if error_kind(answer) != error_kind(other):
                yield f"{target}: {answer.get('error', 'imported')} → {other.get('error', 'imported')}"
            continue
        for app, changed in zip(answer["apps"], other["apps"], strict=True):
            for part in ("routes", "openapi"):
                for place, one, two in changes(app[part], changed[part], part):
                    if not re.fullmatch(announced, place):
                        yield f"{app['app'] or target}: `{place}` {json.dumps(one)[:200]} → {json.dumps(two)[:200]}"


def error_kind(answer: Mapping[str, Any]) -> str:
    return str(answer.get("error", "")).partition(":")[0]


def changes(before: Any, after: Any, place: str) -> Iterator[tuple[str, Any, Any]]:
    """The places at which two JSON values differ, the order of keys included, with both values there."""
    if json.dumps(before) == json.dumps(after):
        return
    found = []
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            if key in before and key in after:
                found += changes(before[key], after[key], f"{place}/{key}")
            else:
                found.append((f"{place}/{key}", before.get(key), after.get(key)))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, two) in enumerate(zip(before, after, strict=True)):
            found += changes(one, two, f"{place}/{number}")
    yield from found or [(place, before, after)]


def tutorial_tests(subject: Subject, work: Path) -> tuple[str, str]:
    """What FastAPI's own tests of its tutorials say before and after the fixes."""
    results = []
    for name in ("original", "fixed"):
        project = work / name
        shutil.copytree(subject.root / "tests", project / "tests", dirs_exist_ok=True)
        command = [
            str(subject.interpreter),
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/test_tutorial",
        ]
        variables = {**os.environ, **subject.environment, "PYTHONPATH": str(project)}
        finished = subprocess.run(
            command, cwd=project, env=variables, capture_output=True, text=True, check=False
        )
        last = finished.stdout.strip().splitlines()[-1]
        results.append(re.sub(r" in [\d.:() s]+$", "", last.strip("= ")))
    return results[0], results[1]


# The report


def markdown(outcomes: list[Outcome], tests: tuple[str, str] | None, *, unsafe: bool) -> Iterator[str]:
    yield f"## {'Unsafe fixes, rule by rule' if unsafe else 'Safe fixes'}"
    yield ""
    yield (
        "| application | version | apps | routes | fixes applied | by rule | files changed | announced differences |"
        " differences |"
    )
    yield "|---|---|--:|--:|--:|---|--:|--:|--:|"
    for each in outcomes:
        rules = ", ".join(f"{code} {count}" for code, count in sorted(each.applied.items())) or "–"
        cells = [each.apps, each.routes, each.applied.total(), rules, each.files, each.announced]
        cells.append(len(each.differences))
        yield f"| {each.name} | {each.version} | {' | '.join(map(str, cells))} |"
    total = sum((each.applied for each in outcomes), Counter[str]())
    rules = ", ".join(f"{code} {count}" for code, count in sorted(total.items()))
    found = sum(len(each.differences) for each in outcomes)
    names = {each.name: each for each in outcomes}
    apps, routes = sum(each.apps for each in names.values()), sum(each.routes for each in names.values())
    files, announced = sum(each.files for each in outcomes), sum(each.announced for each in outcomes)
    yield f"| **all** |  | {apps} | {routes} | {total.total()} | {rules} | {files} | {announced} | {found} |"
    if tests:
        yield ""
        yield f"FastAPI's tests of its tutorials before the fixes: {tests[0]}; after them: {tests[1]}."
    for each in outcomes:
        if each.differences:
            yield from ("", f"### {each.name}: {', '.join(each.applied)}", "")
            yield from (f"- {difference}" for difference in each.differences)


if __name__ == "__main__":
    main()
