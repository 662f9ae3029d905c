"""Reading plain command lines without click changes how long it takes, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_lint.cli.check import check
from fastapi_lint.cli.check_options import OPTIONS, CheckOption, plainly_given

NAMES = [name for option in OPTIONS for name in option.names]
VALUES = [
    "all",
    "json",
    "error",
    "auto",
    "2",
    "-1",
    "+1",
    " 2",
    "٣",
    "FAL1,FAL2",
    "a.py",
    "a b",
    "",
    "-",
    "--",
    "x=y",
]
TOKENS = st.one_of(
    st.sampled_from(NAMES),
    st.sampled_from(VALUES),
    st.builds("{}={}".format, st.sampled_from(NAMES), st.sampled_from(VALUES)),
    st.sampled_from(
        ["-qv", "-ofile", "-o=file", "--quie", "--help", "-h", "--no-such", "-x", "---fix", "--fix="]
    ),
)


@settings(max_examples=1000)
@given(st.lists(TOKENS, max_size=4))
def test_what_is_read_is_what_click_reads(arguments: list[str]) -> None:
    read = plainly_given(arguments)
    if read is not None:
        assert read == check.make_context("check", list(arguments)).params


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.names[-1])
def test_every_option_is_read(option: CheckOption) -> None:
    value = option.choices[-1] if option.choices else "2"
    for name in option.names:
        arguments = [name] if option.flag is not None else [name, value]
        if name == "--unsafe-fixes":
            arguments.append("--diff")
        read = plainly_given([*arguments, "a.py"])
        assert (read is None) is option.needs_equals
        if read is not None:
            assert read == check.make_context("check", [*arguments, "a.py"]).params


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["."],
        ["--isolated", "-q", "--cache-dir", "cache", "src"],
        ["--output-format=json", "-"],
        ["--force-exclude", "a.py", "b.py"],
        ["--select", "FAL1, FAL2", "--select=FAL3", "--config", "cache = false"],
    ],
)
def test_plain_command_lines(arguments: list[str]) -> None:
    assert plainly_given(arguments) == check.make_context("check", list(arguments)).params


def test_every_name_is_given_once() -> None:
    assert len(NAMES) == len(set(NAMES))
    assert {option.parameter for option in OPTIONS} | {"paths"} == {
        parameter.name for parameter in check.params
    }


@pytest.mark.parametrize("arguments", [["--version"], ["check", "--isolated", "-q", "main.py"]])
def test_plain_command_lines_do_without_click(arguments: list[str], project: Path) -> None:
    code = (
        "import sys; from fastapi_lint.cli import run;"
        f"run({arguments!r}); run({arguments!r});"
        "print('click' in sys.modules)"
    )
    (project / "main.py").write_text("import fastapi\n")
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "False", result.stderr


def test_options_that_contradict_each_other_are_left_to_click() -> None:
    assert plainly_given(["--unsafe-fixes", "--diff"]) is not None
    assert plainly_given(["--unsafe-fixes"]) is None
    assert plainly_given(["-", "--changed"]) is None
