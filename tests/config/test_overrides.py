from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from fastapi_lint.config.errors import ConfigError
from fastapi_lint.config.overrides import Override, settings_in
from fastapi_lint.config.selection import Selections
from fastapi_lint.config.settings import Settings, load_settings
from fastapi_lint.config.sources import Layer
from fastapi_lint.diagnostics import Severity

from .rules import RULES

ADMIN = ("app/admin/**",)
STRICT = {"FAL000", "FAL001", "FAL101", "FAL102", "FAL113", "FAL201", "FAL301"}


def choice(path: str, *overrides: Override, **options: Any) -> set[str]:
    return set(Selections(Settings(root=Path(), overrides=overrides, **options), RULES).of(path).codes)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(text: str, **arguments: Any) -> Settings:
    Path("fastapi-lint.toml").write_text(text)
    return load_settings(environment=arguments.pop("environment", {}), **arguments)


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        Selections(load(text), RULES)
    return str(caught.value)


class TestWhatHolds:
    def test_only_in_the_files_meant(self) -> None:
        strict = Override(files=ADMIN, preset="strict")
        assert choice("app/admin/users/main.py", strict) == STRICT
        assert choice("app/main.py", strict) == STRICT - {"FAL113"}

    def test_later_tables_win(self) -> None:
        everything, less = Override(files=("app/",), preset="all"), Override(files=ADMIN, preset="strict")
        assert choice("app/main.py", everything, less) == set(RULES)
        assert choice("app/admin/main.py", everything, less) == STRICT
        assert choice("app/admin/main.py", less, everything) == set(RULES)

    def test_tables_add_up(self) -> None:
        found = choice(
            "app/admin/main.py",
            Override(files=("app/",), ignore=("FAL101",)),
            Override(files=ADMIN, ignore=("FAL102",), extend_select=("FAL232",)),
            ignore=("FAL301",),
        )
        assert found == STRICT - {"FAL101", "FAL102", "FAL113", "FAL301"} | {"FAL232"}

    def test_select_says_exactly_what_runs(self) -> None:
        only = Override(files=ADMIN, select=("FAL3",))
        base = {"ignore": ("FAL301",), "extend_select": ("FAL232",)}
        assert choice("app/admin/main.py", only, **base) == {"FAL000", "FAL301"}

    def test_a_preset_sets_a_selection_aside(self) -> None:
        assert choice("app/admin/a.py", Override(files=ADMIN, preset="strict"), select=("FAL3",)) == STRICT

    def test_what_is_ignored_can_be_asked_for(self) -> None:
        asked = Override(files=ADMIN, extend_select=("FAL301",))
        assert "FAL301" in choice("app/admin/main.py", asked, ignore=("FAL301",))
        assert "FAL301" not in choice("app/main.py", asked, ignore=("FAL301",))

    def test_severities_are_merged(self) -> None:
        override = Override(files=ADMIN, severity={"FAL101": "error", "FAL102": "off"})
        settings = Settings(root=Path(), overrides=(override,), severity={"FAL101": "off", "FAL2": "info"})
        inside = Selections(settings, RULES).of("app/admin/main.py")
        assert inside.severity("FAL101") is Severity.ERROR
        assert inside.severity("FAL201") is Severity.INFO
        assert "FAL101" in inside.codes
        assert "FAL102" not in inside.codes

    def test_rules_that_run_somewhere(self) -> None:
        settings = Settings(root=Path(), overrides=(Override(files=ADMIN, preset="all"),))
        selections = Selections(settings, RULES)
        assert selections.codes_in(["app/main.py", "app/admin/main.py"]) == set(RULES)
        assert selections.codes_in(["app/main.py"]) == STRICT - {"FAL113"}
        assert selections.codes_in([]) == set()


TWO = """\
preset = "strict"
[[overrides]]
files = ["a/"]
ignore = ["FAL101"]
[[overrides]]
files = ["b/"]
"""


@pytest.mark.usefixtures("project")
class TestWhereItIsWritten:
    def test_values_and_origins_in_a_file(self) -> None:
        settings = settings_in(load(f'{TWO}preset = "all"\nignore = ["FAL2"]\n'), "b/main.py")
        assert (settings.preset, settings.ignore) == ("all", ("FAL2",))
        assert [str(place) for place in settings.origins["preset"]] == ["fastapi-lint.toml:2"]
        settings = settings_in(settings, "elsewhere.py")
        assert settings.preset == "all"

    @pytest.mark.parametrize("winner", ["command line", "environment", "inline"])
    def test_other_sources_win(self, winner: str) -> None:
        arguments: dict[str, Any] = {
            "command line": {"command_line": {"preset": "recommended"}},
            "environment": {"environment": {"FASTAPI_LINT_PRESET": "recommended"}},
            "inline": {"config": ['preset = "recommended"']},
        }[winner]
        settings = load(f'{TWO}preset = "all"\n', **arguments)
        assert settings_in(settings, "b/main.py").preset == "recommended"

    def test_the_command_line_ignores_everywhere(self) -> None:
        settings = load(f'{TWO}select = ["ALL"]\n', command_line={"ignore": ["FAL3"]})
        selections = Selections(settings, RULES)
        assert "FAL301" not in selections.of("b/main.py").codes | selections.of("main.py").codes
        assert "FAL232" in selections.of("b/main.py").codes

    def test_tables_of_an_extended_file_come_first(self) -> None:
        Path("base.toml").write_text('[[overrides]]\nfiles = ["*.py"]\npreset = "all"\n')
        settings = load(f'extend = "base.toml"\n{TWO}preset = "recommended"\n')
        assert settings_in(settings, "b/main.py").preset == "recommended"
        assert settings_in(settings, "a/main.py").preset == "all"


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('selct = ["FAL1"]', ":7: `overrides` cannot have `selct`; did you mean `select`?"),
        ('preset = "stict"', ":7: in `overrides`, `preset` takes one of .*; did you mean `strict`"),
        ('ignore = ["FAL9X"]', ":7: `overrides` names `FAL9X`, which is neither rule nor category"),
        ('severity = { FAL9X = "off" }', ":7: `overrides` names `FAL9X`"),
        ('severity = { FAL1 = "of" }', ":7: in `overrides`, `severity` takes .*; did you mean `off`"),
        ('select = "FAL1"', ":7: in `overrides`, `select` takes a list of strings"),
        ("[[overrides]]", ":2: a table of `overrides` has no `files`"),
    ],
)
def test_mistakes_are_named_with_their_line(line: str, expected: str) -> None:
    assert re.match(f"fastapi-lint.toml{expected}", refusal(f"{TWO}{line}\n"))


@pytest.mark.usefixtures("project")
def test_one_table_is_no_list() -> None:
    expected = "`overrides` takes a list of tables, not one table: its header is `[[…overrides]]`"
    assert refusal('[overrides]\nfiles = ["a"]\n') == f"fastapi-lint.toml:1: {expected}"


@pytest.mark.usefixtures("project")
def test_files_are_needed() -> None:
    assert "`files` in `overrides` takes a list" in refusal("[[overrides]]\nfiles = []\n")


@pytest.mark.usefixtures("project")
def test_a_key_of_a_table_is_not_taken_for_the_option_above() -> None:
    written = '[[tool.fastapi-lint.overrides]]\nfiles = ["a"]\nseverity = {}\n[tool.fastapi-lint.severity]\n'
    layer = Layer(values={}, name="pyproject.toml", text=f"[tool.x]\npreset = 1\n{written}")
    assert (layer.line_of("overrides"), layer.line_of("severity"), layer.line_of("preset")) == (3, 6, None)
