"""What FAL205 says that FastAPI refuses, FastAPI refuses; and what it leaves alone, FastAPI accepts."""

from __future__ import annotations

import runpy
import warnings
from pathlib import Path
from typing import Any

import pytest
from fastapi.exceptions import FastAPIError
from fastapi.testclient import TestClient

from tests.rules.framework import RULES, imported, single_mistakes

REFUSALS = (AssertionError, AttributeError, FastAPIError, TypeError, ValueError)
PAIRS = {
    "bad": "fixed",
    "bad_dependencies": "good_dependencies",
    "bad_parameters": "good_parameters",
    "bad_paths": "good_paths",
    "bad_prefixes": "good_prefixes",
    "bad_types": "good_types",
}
"""Bad examples, each with a good one that has the same lines without the mistakes."""


def run(source: str, folder: Path) -> dict[str, Any]:
    file = folder / "example.py"
    file.write_text(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return runpy.run_path(str(file), run_name="example")


@pytest.mark.parametrize(
    "source", [source for bad, good in PAIRS.items() for source in single_mistakes("FAL205", bad, good)]
)
def test_each_mistake_is_refused(source: str, tmp_path: Path) -> None:
    with pytest.raises(REFUSALS):
        run(source, tmp_path)


@pytest.mark.parametrize("case", ["bad_cycle", "bad_alias"])
def test_projects_are_refused(case: str) -> None:
    with pytest.raises(AssertionError), imported("FAL205", case):
        pass


@pytest.mark.parametrize("case", sorted(path.stem for path in (RULES / "FAL205").glob("bad*.py")))
def test_files_are_refused(case: str) -> None:
    with pytest.raises(REFUSALS), imported("FAL205", f"{case}.py") as bad:
        bad.app.openapi()


@pytest.mark.parametrize(
    "source", list(single_mistakes("FAL205", "bad_on_first_request", "good_on_first_request"))
)
def test_inclusions_are_refused_with_the_first_request(source: str, tmp_path: Path) -> None:
    app = run(source, tmp_path)["app"]
    with pytest.raises(REFUSALS):
        TestClient(app).get("/shelves")


GOOD = sorted(path.name for path in (RULES / "FAL205").glob("good*") if path.name != "good_old_version")


@pytest.mark.parametrize("case", [*GOOD, "fixed.py"])
def test_good_examples_load(case: str) -> None:
    with imported("FAL205", case) as good:
        assert good.app
