from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.fixes.diff import unified_diff


def test_it_reads_like_git():
    before = "one\ntwo\nthree\n"
    assert unified_diff("app/main.py", before, before.replace("two", "2")) == (
        "--- a/app/main.py\n+++ b/app/main.py\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"
    )


def test_equal_texts_have_no_diff():
    assert unified_diff("a.py", "x\r\ny", "x\r\ny") == ""


def test_a_missing_line_feed_is_remarked_on():
    assert unified_diff("a.py", "x", "x\n") == (
        "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n"
    )


def test_a_name_with_a_space_is_closed_by_a_tab():
    assert unified_diff("my app.py", "", "x\n").startswith("--- a/my app.py\t\n+++ b/my app.py\t\n")


def test_colour_leaves_the_line_ends_alone():
    diff = unified_diff("a.py", "-- x\n", "y", color=True)
    assert "\x1b[31m--- x\x1b[0m\n" in diff
    assert "\x1b[32m+y\x1b[0m\n" in diff
    assert diff.startswith("\x1b[1m--- a/a.py\x1b[0m\n\x1b[1m+++ b/a.py\x1b[0m\n\x1b[36m@@ -1 +1 @@\x1b[0m\n")


texts = st.text(st.sampled_from("ab-+ \n\r\x0c\u2028é"), max_size=40)


@given(texts, texts)
def test_colour_changes_nothing_else(before, after):
    plain, coloured = (unified_diff("a.py", before, after, color=color) for color in (False, True))
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[36m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\r\nb\r\nc", "a\r\nB\r\nc\r\n"),
        ("a\nb\n" * 20, "a\nb\n" * 9 + "c\n" + "a\nb\n" * 11),
        ("a\x0c\rb\n\u2028é\n", "a\x0c\rB\n\u2028ü\n"),
        ("x\n", ""),
    ],
)
def test_git_applies_it(tmp_path: Path, before, after):
    path = tmp_path / "my app.py"
    path.write_bytes(before.encode())
    diff = unified_diff("my app.py", before, after)
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"], cwd=tmp_path, input=diff.encode(), check=True
    )
    assert (path.read_bytes() if path.exists() else b"") == after.encode()
