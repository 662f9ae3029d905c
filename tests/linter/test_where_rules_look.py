"""Which rules look at production code, at tests, and at scripts; what directories and inherited settings change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from fastapi_lint.config.settings import load_settings
from fastapi_lint.linter.run import lint

RULES = """\
from fastapi_lint.rules.base import Place, Rule


class Anywhere(Rule):
    '''Reports every function.'''

    code = "ACM101"
    name = "anywhere"
    in_tests = True

    @classmethod
    def suspects(cls, app):
        return [Place(function.module, function.node.line) for function in app.functions()]

    def visit_FunctionDef(self, node):
        self.report(node.name, "here")


class OfProduction(Anywhere):
    '''Reports functions that serve requests.'''

    code = "ACM102"
    name = "of-production"
    in_tests = False


class OfTests(Anywhere):
    '''Reports functions of tests.'''

    code = "ACM103"
    name = "of-tests"
    in_production = False
"""
SOURCE = "import fastapi\n\n\ndef function(): ...\n"
FILES = ("app/main.py", "app/legacy/old.py", "tests/test_app.py", "scripts/fill.py", "tests/scripts/make.py")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(SOURCE)
    (tmp_path / "own_rules.py").write_text(RULES)
    (tmp_path / "fastapi-lint.toml").write_text(
        'rules = ["own_rules.py"]\nextend-exclude = ["own_rules.py"]\nselect = ["ACM1"]\n'
    )
    return tmp_path


def found(project: Path, *paths: str) -> Mapping[str, list[str]]:
    """The codes found in each of the files."""
    wanted = [str(project / path) for path in paths] or [str(project)]
    report = lint(load_settings(wanted), wanted)
    assert not report.failures
    codes: dict[str, list[str]] = {name: [] for name in FILES}
    for each in report.diagnostics:
        codes[each.filename].append(each.code)
    return codes


def test_production_tests_and_scripts(project: Path) -> None:
    assert found(project) == {
        "app/main.py": ["ACM101", "ACM102"],
        "app/legacy/old.py": ["ACM101", "ACM102"],
        "tests/test_app.py": ["ACM101", "ACM103"],
        "scripts/fill.py": ["ACM101"],
        "tests/scripts/make.py": ["ACM101", "ACM103"],
    }


def test_what_tests_and_scripts_are_can_be_said(project: Path) -> None:
    with (project / "fastapi-lint.toml").open("a") as file:
        file.write('tests = ["app/legacy/"]\nscripts = ["tests/test_app.py"]\n')
    assert found(project) == {
        "app/main.py": ["ACM101", "ACM102"],
        "app/legacy/old.py": ["ACM101", "ACM103"],
        "tests/test_app.py": ["ACM101"],
        "scripts/fill.py": ["ACM101", "ACM102"],
        "tests/scripts/make.py": ["ACM101", "ACM102"],
    }


def test_a_directory_has_rules_of_its_own_switched_off(project: Path) -> None:
    with (project / "fastapi-lint.toml").open("a") as file:
        file.write('[per-file-ignores]\n"app/legacy/" = ["of-production"]\n"tests/" = ["ACM1"]\n')
    codes = found(project)
    assert codes["app/main.py"] == ["ACM101", "ACM102"]
    assert codes["app/legacy/old.py"] == ["ACM101"]
    assert codes["tests/test_app.py"] == codes["tests/scripts/make.py"] == []


def test_a_directory_has_a_configuration_of_its_own(project: Path) -> None:
    (project / "app/legacy/fastapi-lint.toml").write_text(
        'extend = "../../fastapi-lint.toml"\nrules = ["../../own_rules.py"]\nextend-ignore = ["ACM102"]\n'
    )
    settings = load_settings([str(project / "app/legacy")])
    report = lint(settings, [str(project / "app/legacy")])
    assert [(each.filename, each.code) for each in report.diagnostics] == [("old.py", "ACM101")]
    assert found(project)["app/legacy/old.py"] == ["ACM101", "ACM102"]


def test_settings_are_inherited(project: Path) -> None:
    (project / "base.toml").write_text(
        'ignore = ["ACM102"]\n[severity]\nACM101 = "error"\n[per-file-ignores]\n"scripts/" = ["ALL"]\n'
    )
    with (project / "fastapi-lint.toml").open("a") as file:
        file.write('extend = "base.toml"\n')
    codes = found(project)
    assert codes["app/main.py"] == ["ACM101"]
    assert codes["scripts/fill.py"] == []
    report = lint(load_settings([str(project)]), [str(project)])
    assert {each.severity.value for each in report.diagnostics if each.code == "ACM101"} == {"error"}
