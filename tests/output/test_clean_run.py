"""A run that finds nothing says so, and costs next to nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from fastapi_lint.output import FORMATS

from . import sample
from .conftest import rendered


@pytest.mark.parametrize("format", ["full", "concise", "grouped", "agent"])
def test_text_formats_say_so(format: str) -> None:
    assert rendered(format, sample.make_report()) == "All checks passed! (41 files)\n"
    assert rendered(format, sample.make_report(checked=1)) == "All checks passed! (1 file)\n"


@pytest.mark.parametrize("format", ["full", "concise", "grouped", "agent"])
def test_nothing_checked_is_not_success(format: str) -> None:
    assert rendered(format, sample.make_report(checked=0)) == "No files to check\n"


@pytest.mark.parametrize("format", ["full", "concise", "grouped", "agent"])
def test_a_failed_rule_is_not_success(format: str) -> None:
    text = rendered(format, sample.make_report(failures=(sample.FAILURE,)))
    assert "passed" not in text
    assert "KeyError: 'users'" in text
    assert text.endswith("Found nothing in 41 files, but 1 check failed\n")


@pytest.mark.parametrize("format", ["json-lines", "github", "pylint", "azure"])
def test_line_formats_are_silent(format: str) -> None:
    assert rendered(format, sample.make_report()) == ""


@pytest.mark.parametrize("format", ["json", "gitlab"])
def test_array_formats_are_empty(format: str) -> None:
    assert json.loads(rendered(format, sample.make_report())) == []


def test_junit_counts_one_test_that_passed() -> None:
    root = ET.fromstring(rendered("junit", sample.make_report()))
    assert (root.get("tests"), root.get("failures")) == ("1", "0")


def test_html_says_so() -> None:
    assert "<h2>All checks passed</h2>" in rendered("html", sample.make_report())
    assert "<h2>Nothing found</h2>" in rendered("html", sample.make_report(failures=(sample.FAILURE,)))


def test_a_clean_run_imports_little() -> None:
    program = """
import sys
from pathlib import Path
from fastapi_lint.output import render
from fastapi_lint.output.report import OutputReport
report = OutputReport(diagnostics=(), root=Path("/"), checked=1, rules={}, source=lambda name: None)
render("full", report, sys.stderr, color=True)
heavy = {"rich", "libcst", "shutil", "json", "unicodedata", "xml", "html", "hashlib"}
print(*sorted(heavy & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "All checks passed!" in result.stderr
    assert result.stdout.strip() == ""


def test_every_format_is_tested_here_or_made_of_others() -> None:
    assert set(FORMATS) == {
        "full", "concise", "grouped", "agent", "json-lines", "github", "pylint", "azure",
        "json", "gitlab", "junit", "html", "sarif", "rdjson",
    }  # fmt: skip
