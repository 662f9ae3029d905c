"""The two tables of a project on disk: derived by fastapi-lint, and dumped from the running application."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.oracle.compare import Row, identity

DUMPER = Path(__file__).with_name("runtime_routes.py")


def derived_table(root: Path, *paths: str) -> list[Row]:
    """Return the rows of `fastapi-lint routes`, run in a project's root."""
    command = [sys.executable, "-m", "fastapi_lint", "routes", "--output-format", "json", *paths]
    finished = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise RuntimeError(f"fastapi-lint routes ended with {finished.returncode}: {finished.stderr}")
    rows: list[Row] = json.loads(finished.stdout)
    return rows


def dumps(
    root: Path,
    targets: Sequence[str],
    *,
    interpreter: str = sys.executable,
    environment: Mapping[str, str] | None = None,
    timeout: float = 60.0,
) -> Iterator[dict[str, Any]]:
    """Yield what `runtime_routes.py` says of each target; all targets share one import of FastAPI."""
    command = [interpreter, str(DUMPER), "--path", str(root), "--timeout", str(timeout), *targets]
    variables = {**os.environ, **(environment or {})}
    finished = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    yield from map(json.loads, finished.stdout.splitlines())


def modules_below(root: Path, *directories: str) -> list[str]:
    """Return the names, relative to the root, of the modules in some of its directories."""
    files = sorted(path for directory in directories or (".",) for path in (root / directory).rglob("*.py"))
    parts = [file.relative_to(root).with_suffix("").parts for file in files]
    return [
        ".".join(part[:-1] if part[-1] == "__init__" else part) for part in parts if part != ("__init__",)
    ]


def rows_of_app(table: Sequence[Row], app: str | None, actual: Sequence[Row]) -> list[Row]:
    """Return the rows of one application: that of this name, else the one that shares most routes with it.

    The second is for applications made in functions, whose variable has no name that can be imported. Routes
    of routers that no application includes belong to none.
    """
    named = [row for row in table if app is not None and row["app"] == app]
    if named:
        return named
    wanted = {(identity(row), name) for row in actual for name in row["handler_names"]}
    shared = Counter(row["app"] for row in table if row["app"] and (identity(row), row["handler"]) in wanted)
    if not shared:
        return []
    best = max(shared, key=shared.__getitem__)
    return [row for row in table if row["app"] == best]
