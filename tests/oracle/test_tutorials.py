"""FastAPI's own tutorials, and our small applications: both tables of each are equal.

The tutorials are in FastAPI's source distribution; the environment variable `FASTAPI_SDIST` names the directory
in which it was unpacked. Without it only the small applications are compared.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.oracle.compare import Row, compare
from tests.oracle.path_parameters import path_verdicts
from tests.oracle.tables import derived_table, dumps, modules_below, rows_of_app

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FIXTURES = Path(__file__).parents[2] / "fixtures"
PROJECTS = sorted(
    path for folder in ("apps", "oracle") for path in (FIXTURES / folder).iterdir() if path.is_dir()
)
SDIST = os.environ.get("FASTAPI_SDIST")
ENVIRONMENT = {"ADMIN_EMAIL": "admin@example.com"}

NOT_IMPORTABLE = {
    "docs_src.dependencies.tutorial008": "a sketch: its dependencies are not defined",
    "docs_src.generate_clients.tutorial004": "a script that reads a file of its own",
    "docs_src.pydantic_v1_in_v2.tutorial002": "written for FastAPI before 0.128",
    "docs_src.pydantic_v1_in_v2.tutorial003": "written for FastAPI before 0.128",
    "docs_src.pydantic_v1_in_v2.tutorial004": "written for FastAPI before 0.128",
    "docs_src.response_model.tutorial003_04": "shows an error",
}


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_a_small_application_is_derived_exactly(project: Path, tmp_path: Path) -> None:
    skip_unless_installed(project)
    project = shutil.copytree(project, tmp_path / project.name)
    root = project / "src" if (project / "src").is_dir() else project
    answers = list(dumps(root, modules_below(root), environment=ENVIRONMENT))
    errors = {answer["target"]: answer["error"] for answer in answers if "error" in answer}
    assert errors == {}
    apps = apps_by_name(answers)
    assert apps
    assert list(problems(derived_table(project), apps)) == []
    assert path_verdicts(project, ["."], apps).differences == []


@pytest.mark.skipif(SDIST is None, reason="FASTAPI_SDIST is not set")
def test_the_tutorials_are_derived_exactly(tmp_path: Path) -> None:
    shutil.copytree(Path(str(SDIST), "docs_src"), tmp_path / "docs_src")
    declared = f'[project]\nname = "tutorials"\ndependencies = ["fastapi=={version("fastapi")}"]\n'
    tmp_path.joinpath("pyproject.toml").write_text(declared)
    answers = list(dumps(tmp_path, modules_below(tmp_path, "docs_src"), environment=ENVIRONMENT))
    errors = {answer["target"]: answer["error"] for answer in answers if "error" in answer}
    not_installed = ("ModuleNotFoundError", "ImportError")
    unexpected = {target for target, error in errors.items() if not error.startswith(not_installed)}
    assert unexpected - NOT_IMPORTABLE.keys() == set()
    apps = apps_by_name(answers)
    assert len(apps) > 300
    assert list(problems(derived_table(tmp_path, "docs_src"), apps)) == []
    assert path_verdicts(tmp_path, ["docs_src"], apps).differences == []


def skip_unless_installed(project: Path) -> None:
    """Skip an application that declares a newer FastAPI than the installed one."""
    file = project / "pyproject.toml"
    declared = (
        tomllib.loads(file.read_text(encoding="utf-8"))["project"]["dependencies"] if file.exists() else []
    )
    for requirement in map(Requirement, declared):
        if not requirement.specifier.contains(version(requirement.name), prereleases=True):
            pytest.skip(f"needs {requirement}")


def apps_by_name(answers: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the dumped apps, each once: a module may hold the app of another."""
    return {
        app["app"] or f"{answer['target']}, mounted at {app['mounted_at']}": app
        for answer in answers
        for app in answer.get("apps", ())
    }


def problems(table: list[Row], apps: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield everything in which the derived table differs from the running applications."""
    for name, app in apps.items():
        result = compare(rows_of_app(table, app["app"], app["routes"]), app["routes"], name)
        yield from (f"{name}: {problem}" for problem in result.problems())
        yield from (f"{name}: unresolved: {row['path']}" for row in result.unresolved)
        yield from (f"{name}: only as {ours['path']}: {theirs['path']}" for ours, theirs in result.covered)
