"""Compare what fastapi-lint says of path parameters with the OpenAPI documents of running applications.

For each variable in the path of an operation, FastAPI either takes it (the document has a parameter of that name
`in: path`) or ignores it; and it may ask for one that the path does not have (the document has it all the same).
Ours calls a variable *taken* by a signature, or *unused* (FAL203), or says neither: code that is handed the
request may read it. A parameter that the path lacks is *unmatched* (FAL204).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from fastapi_lint.application.route_table import row_of
from fastapi_lint.application.routes import Route
from fastapi_lint.config.settings import load_settings
from fastapi_lint.linter.project import load_application
from tests.oracle.compare import Row, compare, describe
from tests.oracle.tables import rows_of_app

COLUMNS = (
    "operations",
    "in OpenAPI",
    "with a variable",
    "variables",
    "taken",
    "unused",
    "open",
    "unmatched",
    "that differ",
    "operations that are decided",
)


@dataclass
class PathVerdicts:
    """The verdicts on every operation that has been compared."""

    operations: int = 0
    documented: int = 0
    """Operations that OpenAPI shows; of the others the route itself says what it takes."""
    with_variables: int = 0
    decided: int = 0
    """Operations of which it is known that nothing but the named takes a variable: a forgotten one would be seen."""
    taken: int = 0
    unused: int = 0
    open: int = 0
    unmatched: int = 0
    differences: list[str] = field(default_factory=list)
    doubts: dict[str, int] = field(default_factory=dict)

    def add(self, other: PathVerdicts) -> None:
        """Add the counts of another application."""
        for name in (
            "operations",
            "documented",
            "with_variables",
            "decided",
            "taken",
            "unused",
            "open",
            "unmatched",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.differences += other.differences
        for doubt, count in other.doubts.items():
            self.doubts[doubt] = self.doubts.get(doubt, 0) + count

    def cells(self) -> Sequence[str]:
        """The cells of a row below `COLUMNS`."""
        variables = self.taken + self.unused + self.open
        share = f"{self.decided} ({100 * self.decided / self.operations:.4g} %)" if self.operations else "–"
        counts = (self.operations, self.documented, self.with_variables, variables, self.taken, self.unused)
        return [*map(str, (*counts, self.open, self.unmatched, len(self.differences))), share]


def path_verdicts(
    project: Path, sources: Sequence[str], apps: Mapping[str, Mapping[str, Any]]
) -> PathVerdicts:
    """Compare the routes of a project with those of the running apps that were dumped, by name."""
    paths = [str(project / source) for source in sources]
    application = load_application(load_settings(paths, isolated=True), paths)
    table = [_row(route) for route in application.routes if route.app is not None]
    result = PathVerdicts()
    for name, app in apps.items():
        pairs = compare(rows_of_app(table, app["app"], app["routes"]), app["routes"], name).pairs
        shown = {operation: id(row) for row in app["routes"] for operation in _operations(row)}
        for ours, theirs in pairs:
            if theirs["kind"] != "mount":
                _judge(ours["route"], theirs, list(_documented(app, theirs, shown)), result)
    return result


def _row(route: Route) -> Row:
    row: Row = msgspec.to_builtins(row_of(route))
    return {**row, "route": route}


def _operations(row: Row) -> Iterator[tuple[str, str]]:
    """Path and method of the operations of a route in OpenAPI, where the last route of several alike is shown."""
    if row["kind"] != "mount" and row["include_in_schema"]:
        path = re.sub(r"{(\w+):\w+}", r"{\1}", row["path"])
        yield from ((path, method.lower()) for method in row["methods"])


def _documented(app: Mapping[str, Any], row: Row, shown: Mapping[tuple[str, str], int]) -> Iterator[set[str]]:
    """The names of the path parameters that OpenAPI gives to the operations of a route, where it shows this one."""
    paths = (app.get("openapi") or {}).get("paths") or {}
    for path, method in _operations(row):
        if method in paths.get(path, {}) and shown[path, method] == id(row):
            parameters = paths[path][method].get("parameters", ())
            names = {each["name"] for each in parameters if each["in"] == "path"}
            yield names | set(row["path_parameters"])  # a parameter may be left out of the document


def _judge(route: Route, row: Row, documented: list[set[str]], result: PathVerdicts) -> None:
    takers = route.resolution
    unmatched = route.routing.unmatched_parameters.by_route.get(route, ())
    asked = {each.parameter.external_name for each in unmatched if each.is_declared}
    result.unmatched += len(asked)
    for theirs in documented or [set(row["path_parameters"])]:
        result.operations += 1
        result.documented += bool(documented)
        result.with_variables += bool(route.path_parameters)
        result.decided += takers.consumed.is_complete
        for doubt in takers.consumed.doubts:
            result.doubts[doubt] = result.doubts.get(doubt, 0) + 1
        for variable in route.path_parameters:
            if variable in takers.taken_path_parameters:
                verdict, agrees = "taken", variable in theirs
            elif variable in takers.unused_path_parameters:
                verdict, agrees = "unused", variable not in theirs
            else:
                verdict, agrees = "open", True
            setattr(result, verdict, getattr(result, verdict) + 1)
            if not agrees:
                result.differences.append(f"{describe(row)}: `{variable}` is not {verdict}")
        beside = theirs - set(route.path_parameters)
        if beside != asked:
            result.differences.append(
                f"{describe(row)}: asks for {sorted(beside)}, ours says {sorted(asked)}"
            )
