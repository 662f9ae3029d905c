from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from fastapi_lint.config.errors import ConfigError
from fastapi_lint.config.option_table import option_table
from fastapi_lint.config.options import Options
from fastapi_lint.config.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(text: str, name: str = "fastapi-lint.toml", **arguments: object) -> Settings:
    Path(name).write_text(text, encoding="utf-8")
    return load_settings(environment={}, **arguments)  # type: ignore[arg-type]


def refusal(text: str, name: str = "fastapi-lint.toml", **arguments: object) -> str:
    with pytest.raises(ConfigError) as caught:
        load(text, name, **arguments)
    return str(caught.value)


def test_defaults_without_configuration(project: Path) -> None:
    settings = load_settings(environment={})
    assert settings.root == project
    assert settings.config_file is None
    assert settings.preset == "recommended"
    assert {key for key in option_table() if getattr(settings, key.replace("-", "_")) is None} == {
        "select",
        "baseline",
        "sensitive-names",
        "max-warnings",
        "extend",
        "required-version",
    }


def test_settings_can_not_be_changed() -> None:
    with pytest.raises(AttributeError):
        load("").preset = "all"  # type: ignore[misc]


def test_every_option_reaches_the_settings() -> None:
    text = []
    for option in option_table().values():
        if option.key != "extend":
            example = option.example.strip("`") if option.is_list_of_tables else option.about.example
            if option.is_table:
                example = f"{{{example.splitlines()[0]}}}"
            text.append(example if option.is_list_of_tables else f"{option.key} = {example}")
    settings = load("\n".join(text))
    defaults = Options()
    for field in msgspec.structs.fields(Options):
        if field.name != "extend":
            assert getattr(settings, field.name) != getattr(defaults, field.name), field.name
            assert [str(origin) for origin in settings.origins[field.encode_name]] == [
                f"fastapi-lint.toml:{[line.split(' =')[0] for line in text].index(field.encode_name) + 1}"
            ]


class TestDiscovery:
    def test_nearest_file_wins_and_gives_the_root(self, project: Path) -> None:
        (project / "pyproject.toml").write_text('[tool.fastapi-lint]\npreset = "all"\n')
        inner = project / "backend" / "app"
        inner.mkdir(parents=True)
        (project / "backend" / "fastapi-lint.toml").write_text('preset = "strict"\n')
        settings = load_settings([inner], environment={})
        assert settings.preset == "strict"
        assert settings.root == project / "backend"
        assert load_settings([project], environment={}).preset == "all"

    def test_own_file_beats_pyproject_beside_it(self, project: Path) -> None:
        (project / "pyproject.toml").write_text('[tool.fastapi-lint]\npreset = "all"\n')
        assert load('preset = "strict"\n').preset == "strict"

    def test_pyproject_without_our_table_is_passed_over(self, project: Path) -> None:
        (project / "pyproject.toml").write_text('[tool.fastapi-lint]\npreset = "all"\n')
        inner = project / "backend"
        inner.mkdir()
        (inner / "pyproject.toml").write_text('[project]\ndependencies = ["fastapi-lint"]\n')
        settings = load_settings([inner], environment={})
        assert settings.preset == "all"
        assert settings.root == project

    def test_root_without_configuration_is_the_nearest_project(self, project: Path) -> None:
        inner = project / "backend" / "app"
        inner.mkdir(parents=True)
        (project / "backend" / "pyproject.toml").write_text("[project]\n")
        assert load_settings([inner], environment={}).root == project / "backend"

    def test_root_without_any_project_is_above_the_packages(self, project: Path) -> None:
        inner = project / "loose" / "package" / "inner"
        inner.mkdir(parents=True)
        for package in (inner, inner.parent):
            (package / "__init__.py").write_text("")
        assert load_settings([inner], environment={}).root == project / "loose"

    def test_several_paths_share_the_nearest_configuration_above_all(self, project: Path) -> None:
        for name in ("one", "two"):
            (project / name).mkdir()
            (project / name / "fastapi-lint.toml").write_text('preset = "all"')
            (project / name / "main.py").write_text("")
        settings = load('preset = "strict"', paths=["one/main.py", "two/main.py"])
        assert settings.preset == "strict"

    def test_broken_pyproject_that_does_not_mention_us_is_not_ours(self) -> None:
        assert load("[project\n", "pyproject.toml").config_file is None

    def test_isolated_uses_neither_file_nor_environment(self, project: Path) -> None:
        (project / "fastapi-lint.toml").write_text('preset = "all"')
        settings = load_settings(isolated=True, environment={"FASTAPI_LINT_PRESET": "all"})
        assert settings.preset == "recommended"

    def test_chosen_file_elsewhere_leaves_the_root_where_it_is(self, project: Path) -> None:
        app = project / "app"
        app.mkdir()
        (app / "setup.py").write_text("")
        (project / "shared").mkdir()
        (project / "shared" / "lint.toml").write_text('preset = "all"')
        settings = load_settings([app], config=["shared/lint.toml"], environment={})
        assert (settings.preset, settings.root) == ("all", app)

    def test_chosen_file_that_does_not_exist(self) -> None:
        with pytest.raises(ConfigError, match=r"missing\.toml: cannot read the configuration: No such file"):
            load_settings(config=["missing.toml"], environment={})


class TestErrors:
    def test_unknown_key_names_file_line_and_nearest(self) -> None:
        assert refusal('[tool.fastapi-lint]\n\nselct = ["FAL1"]\n', "pyproject.toml") == (
            "pyproject.toml:3: unknown option `selct`; did you mean `select`?"
        )

    def test_underscores_are_recognised(self) -> None:
        assert refusal('extend_select = ["FAL1"]').endswith("did you mean `extend-select`?")

    def test_nothing_is_suggested_when_nothing_is_near(self) -> None:
        assert refusal("zzz = 1") == "fastapi-lint.toml:1: unknown option `zzz`"

    def test_the_same_word_in_another_table_is_not_the_line(self) -> None:
        text = '[tool.ruff]\nselect = ["E"]\n[tool.fastapi-lint]\npreset = "all"\nselect = "FAL1"\n'
        assert refusal(text, "pyproject.toml").startswith("pyproject.toml:5: `select` takes a list")

    def test_line_of_a_table(self) -> None:
        text = '[tool.fastapi-lint]\npreset = "all"\n\n[tool.fastapi-lint.severity]\nFAL101 = "loud"\n'
        assert refusal(text, "pyproject.toml").startswith("pyproject.toml:4: `severity` takes a table")

    def test_broken_toml_names_the_line(self) -> None:
        assert refusal('preset = "all"\nselect = [\n').startswith("fastapi-lint.toml:")
        assert "not valid TOML" in refusal("preset = all")

    def test_pyproject_header_in_our_own_file(self) -> None:
        assert "top level of fastapi-lint.toml" in refusal('[tool.fastapi-lint]\npreset = "all"')

    def test_not_utf_8(self, project: Path) -> None:
        (project / "fastapi-lint.toml").write_bytes(b'preset = "\xff"')
        with pytest.raises(ConfigError, match="not UTF-8"):
            load_settings(environment={})

    def test_required_version_comes_before_unknown_keys(self) -> None:
        message = refusal('brand-new = 1\nrequired-version = ">=99"')
        assert message.startswith("fastapi-lint.toml:2: this configuration needs fastapi-lint >=99; this is ")
        assert "not `soon`" in refusal('required-version = "soon"')

    def test_required_version_that_fits(self) -> None:
        assert load('required-version = ">=0"').required_version == ">=0"


class TestSources:
    def test_extend_replaces_joins_and_merges(self, project: Path) -> None:
        (project / "base.toml").write_text(
            'preset = "all"\nignore = ["FAL1"]\nextend-select = ["FAL2"]\n'
            'severity = {FAL1 = "info", FAL2 = "info"}'
        )
        settings = load(
            'extend = "base.toml"\nignore = ["FAL3"]\nextend-select = ["FAL4"]\nseverity.FAL1 = "error"'
        )
        assert settings.preset == "all"
        assert settings.ignore == ("FAL3",)
        assert settings.extend_select == ("FAL2", "FAL4")
        assert settings.severity == {"FAL1": "error", "FAL2": "info"}
        origins = [str(origin) for origin in settings.origins["extend-select"]]
        assert origins == ["base.toml:3", "fastapi-lint.toml:3"]

    def test_extend_is_relative_to_the_file_that_says_it(self, project: Path) -> None:
        (project / "a").mkdir()
        (project / "a" / "one.toml").write_text('extend = "two.toml"')
        (project / "a" / "two.toml").write_text('preset = "all"')
        assert load('extend = "a/one.toml"').preset == "all"

    def test_extend_in_a_circle(self, project: Path) -> None:
        (project / "other.toml").write_text('extend = "fastapi-lint.toml"')
        assert "comes back" in refusal('extend = "other.toml"')

    def test_extend_of_nothing(self) -> None:
        assert refusal('extend = "gone.toml"') == (
            "fastapi-lint.toml:1: `extend` names a file that does not exist: gone.toml"
        )

    def test_environment_beats_file_and_inline_beats_both(self, project: Path) -> None:
        (project / "fastapi-lint.toml").write_text('preset = "strict"\nworkers = 2\ncache = true')
        environment = {
            "FASTAPI_LINT_PRESET": "all",
            "FASTAPI_LINT_WORKERS": "3",
            "FASTAPI_LINT_CACHE": "false",
        }
        settings = load_settings(environment=environment, config=["workers = 4"])
        assert (settings.preset, settings.workers, settings.cache) == ("all", 4, False)
        assert str(settings.origins["preset"][0]) == "environment variable FASTAPI_LINT_PRESET"

    def test_environment_errors(self) -> None:
        with pytest.raises(
            ConfigError, match=r"^environment variable FASTAPI_LINT_PRESET: `preset` takes one of"
        ):
            load_settings(environment={"FASTAPI_LINT_PRESET": "strictest"})
        with pytest.raises(ConfigError, match="takes a list of strings and can not be set by a variable"):
            load_settings(environment={"FASTAPI_LINT_SELECT": "FAL1"})

    def test_variables_that_are_not_options_are_not_ours(self) -> None:
        assert load_settings(environment={"FASTAPI_LINT_VERSION": "1", "FASTAPI_LINT_PRESET": ""}).preset

    def test_inline_values_are_toml(self) -> None:
        settings = load_settings(config=['severity.FAL101 = "info"', 'ignore=["FAL1"]'], environment={})
        assert (settings.severity, settings.ignore) == ({"FAL101": "info"}, ("FAL1",))
        with pytest.raises(ConfigError, match="not valid TOML"):
            load_settings(config=["preset=strict"], environment={})

    def test_one_file_at_most(self, project: Path) -> None:
        with pytest.raises(ConfigError, match="several files"):
            load_settings(config=["a.toml", "b.toml"], environment={})
        with pytest.raises(ConfigError, match="--isolated"):
            load_settings(config=["a.toml"], isolated=True, environment={})


class TestCommandLine:
    CONFIG = 'select = ["FAL2"]\nextend-select = ["FAL113"]\nignore = ["FAL101"]\nextend-ignore = ["FAL102"]'

    def test_select_sets_the_configured_choice_aside(self) -> None:
        settings = load(self.CONFIG, command_line={"select": ["FAL101"], "ignore": ["FAL109"]})
        assert settings.select == ("FAL101",)
        assert settings.ignore == ("FAL109",)
        assert (settings.extend_select, settings.extend_ignore) == ((), ())

    def test_ignore_adds_to_the_configured(self) -> None:
        assert load(self.CONFIG, command_line={"ignore": ["FAL3"]}).ignore == ("FAL101", "FAL3")

    def test_extend_select_undoes_the_same_ignore(self) -> None:
        settings = load(self.CONFIG, command_line={"extend-select": ["FAL101", "FAL102"]})
        assert settings.extend_select == ("FAL113", "FAL101", "FAL102")
        assert (settings.ignore, settings.extend_ignore) == ((), ())


def test_error_about_a_value_names_the_line_of_the_value() -> None:
    settings = load('preset = "all"\nignore = [\n  "FAL1",\n  "FAL999",\n]\n')
    assert str(settings.error("ignore", "no", "FAL999")) == "fastapi-lint.toml:4: no"
    assert str(settings.error("ignore", "no")) == "fastapi-lint.toml:2: no"
    assert str(settings.error("select", "no")) == "option `select`: no"
