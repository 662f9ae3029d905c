"""The README says what is true: its output is real, its commands are those of CI."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_the_output_shown_is_what_is_printed() -> None:
    shown = re.search(r"```text\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    result = subprocess.run(
        [sys.executable, "-m", "fastapi_lint", "check", "--color", "never", "fixtures/apps/shop"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    for finding in shown[1].strip().split("\n\n"):
        assert finding in result.stdout


def test_both_set_up_commands_are_there() -> None:
    for name, command in (("lint", "fastapi-lint check fixtures/apps/"), ("tests", "pytest")):
        block = re.search(rf"<!-- {name} -->\n```sh\n(.+)\n```", README)
        assert block is not None
        assert command in block[1]


def test_linked_files_exist() -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / link).exists(), link
