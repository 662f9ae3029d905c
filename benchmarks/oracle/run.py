"""Compare derived with run-time route tables over real applications, and print the agreement as Markdown.

    python benchmarks/oracle/run.py --environments DIR --dumps DIR [--sdist DIR] [--output FILE] [NAME...]

`applications.toml` says how each application is installed and where its app is. DIR/NAME is its virtual
environment (for FastAPI's own tutorials and tests: DIR/fastapi). What the running application says is dumped
once to `--dumps` and read from there afterwards. The static table is derived from a copy of the installed
package's Python files beside a `pyproject.toml` that names the installed versions, and nothing else.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from tests.oracle.compare import Comparison, compare, describe  # noqa: E402
from tests.oracle.path_parameters import COLUMNS, PathVerdicts, path_verdicts  # noqa: E402
from tests.oracle.tables import derived_table, dumps, modules_below, rows_of_app  # noqa: E402

DECLARED = ("fastapi", "starlette", "pydantic", "sqlalchemy", "sqlmodel")
_INTRODUCTION = """\
# Derived route tables beside running applications

The table of `fastapi-lint routes`, derived from the files of each application, against the routes of the application
itself, imported and started in an environment of its own. Compared are path, methods, handler, name, order, kind,
status code, response model, tags, presence in the schema, flattened dependencies and security. *Found*: run-time
routes that ours has. *Only as `{?}`*: ours has a row with an unknown path for them. *Exist*: rows of ours that exist
at run time. *Conditional*: ours has them under a condition that did not hold.
"""
_ABOUT_PATHS = """
## Path parameters

What the rules FAL203 and FAL204 go by, against the OpenAPI document (for routes that are not in it, against the route
itself). *Taken* and *unused* are our verdicts on the variables in the paths, *open* those without one: code that is
handed the request may read them. *Unmatched*: parameters that ask for a variable which the path does not have.
*Decided*: operations of which it is certain that nothing but the named takes a variable, so that a forgotten one
would be seen.
"""
TUTORIAL_SETTINGS = {"ADMIN_EMAIL": "admin@example.com"}


@dataclass(frozen=True)
class Subject:
    """Something with FastAPI applications in it, and how to get at both of its tables."""

    name: str
    version: str
    interpreter: Path
    root: Path
    """Where its packages are imported from."""
    sources: Sequence[str]
    targets: Sequence[str]
    environment: Mapping[str, str]


@dataclass
class Result:
    """The comparison of every app of a subject."""

    subject: Subject
    fastapi: str = ""
    seconds: float = 0.0
    comparisons: list[Comparison] = field(default_factory=list)
    path_verdicts: PathVerdicts = field(default_factory=PathVerdicts)
    not_imported: dict[str, str] = field(default_factory=dict)

    def total(self, count: str) -> int:
        """Add up a number, or the length of a list, over the apps."""
        values = (getattr(comparison, count) for comparison in self.comparisons)
        return sum(value if isinstance(value, int) else len(value) for value in values)

    def differing_fields(self) -> Counter[str]:
        """Count the differences by field."""
        return Counter(each.field for comparison in self.comparisons for each in comparison.differences)

    def unknown_fields(self) -> Counter[str]:
        """Count the fields that ours says are unknown."""
        return sum((comparison.unknown for comparison in self.comparisons), Counter())


def main() -> None:
    """Compare the named applications, or all."""
    options = arguments()
    options.dumps.mkdir(parents=True, exist_ok=True)
    results = []
    for subject in subjects(options):
        print(subject.name, file=sys.stderr)
        results.append(examine(subject, options.dumps))
    lines = [
        _INTRODUCTION,
        *agreement_table(results),
        _ABOUT_PATHS,
        *path_table(results),
        *details(results, is_complete=not options.names),
    ]
    report = "\n".join(lines) + "\n"
    if options.output:
        options.output.write_text(report, encoding="utf-8")
    print(report)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Compare derived with run-time route tables.")
    parser.add_argument("--environments", type=Path, required=True, help="directory of virtual environments")
    parser.add_argument("--dumps", type=Path, required=True, help="directory for the run-time tables")
    parser.add_argument("--sdist", type=Path, help="an unpacked source distribution of FastAPI")
    parser.add_argument("--output", type=Path, help="write the report to this file, too")
    parser.add_argument("names", nargs="*", metavar="NAME", help="applications (default: all)")
    return parser.parse_args()


def subjects(options: argparse.Namespace) -> Iterator[Subject]:
    """Yield the wanted applications, then FastAPI's own where its source distribution is given."""
    applications: dict[str, Any] = tomllib.loads((HERE / "applications.toml").read_text(encoding="utf-8"))
    for name, entry in applications.items():
        interpreter = options.environments / name / "bin" / "python"
        if options.names and name not in options.names:
            continue
        if not interpreter.exists():
            print(f"{name}: no environment", file=sys.stderr)
            continue
        yield Subject(
            name=name,
            version=entry["version"],
            interpreter=interpreter,
            root=site_packages(interpreter),
            sources=entry["sources"],
            targets=[entry["target"]],
            environment=entry.get("environment", {}),
        )
    for directory in ("docs_src", "tests") if options.sdist else ():
        name = f"fastapi-{directory}"
        if not options.names or name in options.names:
            yield Subject(
                name=name,
                version=options.sdist.resolve().name.rpartition("-")[2],
                interpreter=options.environments / "fastapi" / "bin" / "python",
                root=options.sdist,
                sources=[directory],
                targets=modules_below(options.sdist, directory),
                environment=TUTORIAL_SETTINGS,
            )


def site_packages(interpreter: Path) -> Path:
    """Return the directory of an environment's installed packages."""
    command = [interpreter, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())


def examine(subject: Subject, directory: Path) -> Result:
    """Compare every app of a subject that can be imported."""
    result = Result(subject)
    dumped = running_tables(subject, directory / f"{subject.name}.jsonl")
    apps: dict[str, Any] = {}
    for answer in dumped:
        if "error" in answer:
            result.not_imported[answer["target"]] = answer["error"]
            continue
        result.fastapi = answer["fastapi"]
        for app in answer["apps"]:
            name = app["app"] or f"{answer['target']}, mounted at {app['mounted_at']}"
            makers = [app["app"]] if app["app"] else [route["handler"] for route in app["routes"]] or [name]
            if any(maker.partition(".")[0] in subject.sources for maker in makers):
                apps[name] = app
    with tempfile.TemporaryDirectory() as project:
        copy_sources(subject, Path(project))
        start = time.perf_counter()
        table = derived_table(Path(project), *subject.sources)
        result.seconds = time.perf_counter() - start
        result.path_verdicts = path_verdicts(Path(project), subject.sources, apps)
    for name, app in apps.items():
        ours = rows_of_app(table, app["app"], app["routes"])
        result.comparisons.append(compare(ours, app["routes"], name))
    return result


def running_tables(subject: Subject, file: Path) -> list[dict[str, Any]]:
    """Return the dumps of a subject's targets, made now if there are none."""
    if not file.exists():
        found = dumps(
            subject.root,
            subject.targets,
            interpreter=str(subject.interpreter),
            environment=subject.environment,
            timeout=300.0,
        )
        file.write_text("".join(json.dumps(answer) + "\n" for answer in found), encoding="utf-8")
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def copy_sources(subject: Subject, project: Path) -> None:
    """Copy a subject's Python files to a project of their own that declares the installed versions."""
    for source in subject.sources:
        shutil.copytree(subject.root / source, project / source, ignore=all_but_python)
    program = (
        "import importlib.metadata as m, sys\n"
        "installed = {d.metadata['Name'].lower(): d.version for d in m.distributions()}\n"
        "print(*(f'{n}=={installed[n]}' for n in sys.argv[1:] if n in installed))"
    )
    command = [subject.interpreter, "-c", program, *DECLARED]
    declared = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    text = f'[project]\nname = "{subject.name}"\nversion = "0"\ndependencies = {json.dumps(declared)}\n'
    project.joinpath("pyproject.toml").write_text(text, encoding="utf-8")


def all_but_python(directory: str, names: list[str]) -> list[str]:
    """Return the names in a directory that a copy leaves out."""
    return [name for name in names if not name.endswith(".py") and not Path(directory, name).is_dir()]


# The report


def agreement_table(results: Iterable[Result]) -> Iterator[str]:
    """Yield the lines of the table, with a row for the sum."""
    yield (
        "| application | version | FastAPI | apps | routes at run time | found | only as `{?}` | missing | "
        "derived | exist | conditional | unresolved | out of order | fields that differ | unknown fields | seconds |"
    )
    yield "|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|---|--:|"
    total = Result(Subject("**all**", "", Path(), Path(), [], [], {}))
    for result in results:
        yield table_row(result)
        total.comparisons += result.comparisons
        total.seconds += result.seconds
    yield table_row(total)


def path_table(results: Iterable[Result]) -> Iterator[str]:
    """Yield the lines of the table about path parameters, with a row for the sum."""
    yield f"| application | {' | '.join(COLUMNS)} |"
    yield f"|---|{'--:|' * len(COLUMNS)}"
    total = PathVerdicts()
    for result in results:
        yield f"| {result.subject.name} | {' | '.join(result.path_verdicts.cells())} |"
        total.add(result.path_verdicts)
    yield f"| **all** | {' | '.join(total.cells())} |"


def table_row(result: Result) -> str:
    """Return a subject's line of the table."""
    actual, derived = result.total("actual"), result.total("derived")
    cells = [
        result.subject.name,
        result.subject.version,
        result.fastapi,
        str(len(result.comparisons)),
        str(actual),
        share(result.total("pairs"), actual),
        str(result.total("covered")),
        str(result.total("missing")),
        str(derived),
        share(result.total("pairs"), derived),
        str(result.total("conditional")),
        str(result.total("unresolved")),
        str(result.total("out_of_order")),
        listed(result.differing_fields()),
        listed(result.unknown_fields()),
        f"{result.seconds:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def share(part: int, whole: int) -> str:
    """Return a count with its percentage, never rounded up to 100."""
    percentage = 100.0 if part == whole else min(99.99, 100 * part / whole)
    return f"{part} ({percentage:.4g} %)"


def listed(counts: Counter[str]) -> str:
    """Return counts as `name 3, other 1`."""
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "–"


def details(results: Iterable[Result], *, is_complete: bool) -> Iterator[str]:
    """Yield everything that does not agree, by application, with the reasons that are known."""
    remarks: dict[str, list[str]] = tomllib.loads((HERE / "remarks.toml").read_text(encoding="utf-8"))
    for result in results:
        explanation = " ".join(remarks.pop(result.subject.name, ()))
        lines = [explanation, ""] if explanation else []
        for comparison in result.comparisons:
            lines += [f"- {comparison.app}: {problem}" for problem in comparison.problems()]
            lines += [f"- {comparison.app}: unresolved: {describe(row)}" for row in comparison.unresolved]
            lines += [f"- {comparison.app}: conditional: {describe(row)}" for row in comparison.conditional]
            lines += [
                f"- {comparison.app}: only as `{ours['path']}`: {describe(theirs)}"
                for ours, theirs in comparison.covered
            ]
        lines += [f"- path parameters: {each}" for each in result.path_verdicts.differences]
        lines += [
            f"- path parameters: open in {count} operations: {doubt}"
            for doubt, count in Counter(result.path_verdicts.doubts).most_common(5)
        ]
        lines += [f"- not imported: {target}: {error}" for target, error in result.not_imported.items()]
        if lines:
            yield from ("", f"## {result.subject.name}", "", *lines)
    for name in remarks if is_complete else ():
        yield from ("", f"## {name}", "", " ".join(remarks[name]))


if __name__ == "__main__":
    main()
