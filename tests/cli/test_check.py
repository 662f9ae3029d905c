from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Linted
from .sample import FAILURE, finding, report

Command = Callable[..., tuple[int, str, str]]


class TestExitCode:
    @pytest.mark.parametrize(
        ("severities", "arguments", "expected"),
        [
            ((), (), 0),
            (("error",), (), 1),
            (("warning",), (), 1),
            (("info",), (), 0),
            (("info",), ("--fail-on", "info"), 1),
            (("warning",), ("--fail-on", "error"), 0),
            (("warning", "warning"), ("--max-warnings", "2"), 0),
            (("warning", "warning"), ("--max-warnings", "1"), 1),
            (("warning",), ("--max-warnings", "0", "--fail-on", "error"), 1),
            (("warning", "error"), ("--max-warnings", "5"), 1),
            (("error",), ("--exit-zero",), 0),
        ],
    )
    def test_findings(
        self,
        severities: tuple[str, ...],
        arguments: tuple[str, ...],
        expected: int,
        linted: Linted,
        command: Command,
    ) -> None:
        linted.outcome = lambda: report(*severities)
        assert command("check", *arguments)[0] == expected

    def test_work_that_could_not_be_done(self, linted: Linted, command: Command) -> None:
        linted.outcome = lambda: report("error", problems=["gone.py: no such file"])
        status, out, err = command("check", "gone.py", "--exit-zero")
        assert (status, err) == (2, "Error: gone.py: no such file\n")
        assert "FAL101" in out

    def test_rules_that_failed(self, linted: Linted, command: Command) -> None:
        linted.outcome = lambda: report(failures=[FAILURE])
        status, out, _ = command("check")
        assert status == 2
        assert "KeyError: 'x'" in out

    def test_configuration_that_can_not_be_used(self, project: Path, command: Command) -> None:
        (project / "fastapi-lint.toml").write_text('presett = "all"')
        status, out, err = command("check")
        assert (status, out) == (2, "")
        assert err == "Error: fastapi-lint.toml:1: unknown option `presett`; did you mean `preset`?\n"

    @pytest.mark.parametrize(
        "arguments", [("--nonsense",), ("--preset", "huge"), ("--unsafe-fixes",), ("--max-warnings", "-1")]
    )
    def test_usage(self, arguments: tuple[str, ...], command: Command) -> None:
        status, _, err = command("check", *arguments)
        assert status == 2
        assert "Usage:" in err

    def test_unexpected_exception(self, linted: Linted, command: Command) -> None:
        def break_down() -> None:
            raise RuntimeError("out of luck")

        linted.outcome = break_down  # type: ignore[assignment]
        status, _, err = command("check")
        assert status == 2
        assert "RuntimeError: out of luck" in err
        assert "this is a bug in fastapi-lint" in err

    def test_interruption(self, linted: Linted, command: Command) -> None:
        def interrupt() -> None:
            raise KeyboardInterrupt

        linted.outcome = interrupt  # type: ignore[assignment]
        assert command("check")[0] == 130


class TestSettings:
    def test_options_of_the_command_line_reach_the_settings(self, linted: Linted, command: Command) -> None:
        arguments = "--select FAL1,FAL2 --select FAL3 --ignore FAL101 --preset all --no-cache --workers 3"
        command(
            "check",
            *arguments.split(),
            "--force-exclude",
            "--cache-dir",
            "there",
            "--config",
            "cpu-bound = 'all'",
            "app",
        )
        settings = linted.arguments["settings"]
        assert settings.select == ("FAL1", "FAL2", "FAL3")
        assert settings.ignore == ("FAL101",)
        assert (settings.preset, settings.cache, settings.workers) == ("all", False, 3)
        assert settings.cache_dir == str(Path("there").absolute())
        assert settings.cpu_bound == "all"
        assert settings.force_exclude is True
        assert linted.arguments["paths"] == ("app",)

    def test_defaults(self, project: Path, linted: Linted, command: Command) -> None:
        command("check")
        assert linted.arguments["paths"] == (".",)
        assert linted.arguments["stdin"] is None
        assert linted.arguments["exhaustive"] is False
        assert linted.arguments["settings"].origins == {}
        assert linted.arguments["settings"].root == project

    def test_unknown_selector_is_an_error_not_a_finding(self, command: Command) -> None:
        status, _, err = command("check", "--select", "FAL999")
        assert status == 2
        assert err.startswith("Error: command line: `select` names `FAL999`")

    def test_verbose_says_what_is_used(self, project: Path, linted: Linted, command: Command) -> None:
        (project / "requirements.txt").write_text("fastapi==0.115.0\n")
        err = command("check", "-v")[2]
        assert f"Project root: {project}\nConfiguration: none\n" in err
        assert "Version of fastapi: 0.115.0 (requirements.txt:1)\n" in err
        assert "Checked 1 files in 0." in err


class TestStandardInput:
    def test_named(
        self, project: Path, linted: Linted, command: Command, standard_input: Callable[[bytes], None]
    ) -> None:
        standard_input(b"x = 1\r\n")
        (project / "app").mkdir()
        command("check", "--stdin-filename", str(project / "app" / "new.py"))
        stdin = linted.arguments["stdin"]
        assert (stdin.filename, stdin.data) == ("app/new.py", b"x = 1\r\n")

    def test_unnamed(self, linted: Linted, command: Command, standard_input: Callable[[bytes], None]) -> None:
        standard_input(b"x = 1\n")
        linted.outcome = lambda: report(diagnostics=[finding(filename="stdin.py")])
        out = command("check", "-")[1]
        assert linted.arguments["stdin"].filename == "stdin.py"
        assert "x = 1" in out

    def test_configuration_is_that_of_the_named_file(
        self, project: Path, linted: Linted, command: Command, standard_input: Callable[[bytes], None]
    ) -> None:
        (project / "app").mkdir()
        (project / "app" / "fastapi-lint.toml").write_text('preset = "all"')
        standard_input(b"")
        command("check", "--stdin-filename", "app/new.py")
        assert linted.arguments["settings"].preset == "all"
        assert linted.arguments["stdin"].filename == "new.py"


class TestOutput:
    @pytest.fixture(autouse=True)
    def one_finding(self, linted: Linted) -> None:
        linted.outcome = lambda: report("error")

    def test_format(self, command: Command) -> None:
        out = command("check", "--output-format", "json")[1]
        assert [found["code"] for found in json.loads(out)] == ["FAL101"]

    def test_format_of_the_configuration(self, project: Path, command: Command) -> None:
        (project / "fastapi-lint.toml").write_text('output-format = "json"')
        assert json.loads(command("check")[1])

    def test_file_in_place_of_standard_output(self, project: Path, command: Command) -> None:
        assert command("check", "-o", "report.json", "--output-format", "json")[:2] == (1, "")
        assert json.loads((project / "report.json").read_text())
        assert sorted(path.name for path in project.iterdir()) == ["main.py", "pyproject.toml", "report.json"]

    def test_file_in_addition_to_standard_output(self, project: Path, command: Command) -> None:
        out = command(
            "check", "-o", "json=report.json", "-o", "sarif=report.sarif", "--output-format", "concise"
        )[1]
        assert out.startswith("main.py:1:1")
        assert json.loads((project / "report.json").read_text())
        assert json.loads((project / "report.sarif").read_text())["version"] == "2.1.0"

    def test_the_report_replaces_an_older_one(self, project: Path, command: Command) -> None:
        (project / "report.json").write_text("x" * 100_000)
        command("check", "-o", "json=report.json")
        assert json.loads((project / "report.json").read_text())

    def test_file_that_can_not_be_written(self, command: Command) -> None:
        status, _, err = command("check", "-o", "missing/report.json")
        assert (status, err) == (2, "Error: cannot write missing/report.json: No such file or directory\n")

    def test_statistics(self, command: Command) -> None:
        out = command("check", "--statistics")[1]
        assert out.split()[:2] == ["1", "FAL101"]

    def test_color(self, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "\x1b[" not in command("check")[1]
        assert "\x1b[" in command("check", "--color", "always")[1]
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert "\x1b[" in command("check")[1]
        assert "\x1b[" not in command("check", "--color", "never")[1]
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\x1b[" not in command("check")[1]

    def test_files_are_never_coloured(self, project: Path, command: Command) -> None:
        command("check", "--color", "always", "-o", "report.txt")
        assert "\x1b[" not in (project / "report.txt").read_text()

    def test_quiet(self, linted: Linted, command: Command) -> None:
        assert "FAL101" in command("check", "-q")[1]
        linted.outcome = report
        assert command("check", "-q") == (0, "", "")
        assert command("check", "-q", "--output-format", "json")[1].strip() == "[]"
