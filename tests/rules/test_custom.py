"""Rules of a project's own: where they come from, and what is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fastapi_lint.config.errors import ConfigError
from fastapi_lint.config.rule_sources import state_of_rules
from fastapi_lint.config.settings import Settings, load_settings
from fastapi_lint.linter.cached import lint
from fastapi_lint.rules.custom import metadata_of, rules_of
from fastapi_lint.rules.registry import all_rules

RULE = """\
from fastapi_lint.rules.base import Place, Rule


class {name}(Rule):
    \"\"\"Reports every function.\"\"\"

    code = "{code}"
    name = "{kebab}"

    @classmethod
    def suspects(cls, app):
        for module in app.project.loaded:
            for line in range(1, 20):
                yield Place(module, line)

    def visit_FunctionDef(self, node):
        self.report(node.name, "a function")
"""
MAIN = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\ndef one() -> None: ...\n"


def rule(code: str = "ACM101", kebab: str = "no-function", name: str = "NoFunction") -> str:
    text = RULE.format(code=code, kebab=kebab, name=name)
    return text.replace("app.project.loaded", "[app.project.module_at('main.py')]")


def settings(root: Path, *rules: str, **options: object) -> Settings:
    return load_settings([root], isolated=True, command_line={"rules": list(rules), **options})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "own.py").write_text(rule())
    return tmp_path


def codes(chosen: Settings) -> list[str]:
    return [found.code for found in lint(chosen, [str(Path(chosen.root) / "main.py")]).diagnostics]


def test_a_file(project: Path) -> None:
    chosen = settings(project, "own.py")
    assert list(rules_of(chosen)) == sorted([*all_rules(), "ACM101"])
    assert metadata_of(chosen)["ACM101"].category == "custom"
    assert codes(chosen) == ["ACM101"]


def test_a_directory_with_a_module_for_itself(project: Path) -> None:
    folder = project / "lint"
    folder.mkdir()
    (folder / "_shared.py").write_text("KEBAB = 'no-function'\n")
    text = (
        rule()
        .replace('"no-function"', "KEBAB")
        .replace("Place, Rule\n", "Place, Rule\nfrom ._shared import KEBAB\n")
    )
    (folder / "functions.py").write_text(text)
    assert codes(settings(project, "lint")) == ["ACM101"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"select": ["ACM101"]}, ["ACM101"]),
        ({"select": ["ACM"]}, ["ACM101"]),
        ({"select": ["ACM1"]}, ["ACM101"]),
        ({"select": ["custom"]}, ["ACM101"]),
        ({"select": ["no-function"]}, ["ACM101"]),
        ({"select": ["ALL"]}, ["ACM101"]),
        ({"select": ["FAL"]}, []),
        ({"ignore": ["ACM"]}, []),
        ({"severity": {"ACM101": "off"}}, []),
        ({"per-file-ignores": {"main.py": ["no-function"]}}, []),
    ],
)
def test_selectors(options: dict[str, object], expected: list[str], project: Path) -> None:
    assert codes(settings(project, "own.py", **options)) == expected


@pytest.mark.parametrize(
    "comment", ["noqa: ACM101", "fastapi-lint: ignore[no-function]", "fastapi-lint: ignore[ACM]"]
)
def test_comments(comment: str, project: Path) -> None:
    (project / "main.py").write_text(MAIN.replace("...\n", f"...  # {comment}\n"))
    assert codes(settings(project, "own.py")) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (rule(code="AC1"), "needs a code of three capitals and three digits, not `AC1`"),
        (rule(code="FAL901"), "codes with `FAL` are fastapi-lint's own"),
        (rule(kebab="No Function"), "needs a name such as `no-print`, not `No Function`"),
        (rule(kebab="blocking-sleep"), "and so is `BlockingSleep`"),
        (
            "import nonsense_that_is_not_there\n",
            "own.py:1: the rules cannot be imported: ModuleNotFoundError",
        ),
        ("\ndef broken(:\n", "own.py:2: the rules cannot be imported: SyntaxError"),
        ("x = 1\n1 / 0\n", "own.py:2: the rules cannot be imported: ZeroDivisionError"),
    ],
)
def test_what_is_refused(text: str, complaint: str, project: Path) -> None:
    (project / "own.py").write_text(text)
    with pytest.raises(ConfigError) as refused:
        rules_of(settings(project, "own.py"))
    assert complaint in str(refused.value)


def test_a_path_that_does_not_exist(project: Path) -> None:
    with pytest.raises(ConfigError, match="`rules` names `gone`, which does not exist"):
        rules_of(settings(project, "gone"))


def test_a_rule_that_raises_is_a_failure_and_ends_nothing(project: Path) -> None:
    (project / "own.py").write_text(rule().replace('self.report(node.name, "a function")', "1 / 0"))
    report = lint(settings(project, "own.py"), [str(project / "main.py")])
    assert [failure.code for failure in report.failures] == ["ACM101"]


def test_a_changed_rule_is_not_answered_from_the_cache(project: Path) -> None:
    chosen = settings(project, "own.py", **{"cache-dir": str(project / "cache")})
    assert codes(chosen) == codes(chosen) == ["ACM101"]
    (project / "own.py").write_text(rule(code="ACM102"))
    assert codes(chosen) == ["ACM102"]


def test_installed_packages(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = project / "site"
    metadata = site / "acme_lint-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-lint\nVersion: 1.0\n")
    (metadata / "RECORD").write_text("")
    (metadata / "entry_points.txt").write_text("[fastapi_lint.rules]\nacme = acme_lint_rules\n")
    (site / "acme_lint_rules.py").write_text(rule(code="ACM201", kebab="installed-rule"))
    monkeypatch.syspath_prepend(str(site))
    chosen = settings(project)
    assert "ACM201" in rules_of(chosen)
    assert codes(chosen) == ["ACM201"]
    assert state_of_rules(chosen) == state_of_rules(chosen)
    (metadata / "direct_url.json").write_text('{"dir_info": {"editable": true}}')
    assert state_of_rules(chosen) != state_of_rules(chosen)


def test_without_own_rules_nothing_is_looked_for(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, str(project)])
    assert rules_of(settings(project)) is all_rules()
