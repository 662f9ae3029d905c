"""Test rules with marked examples, as fastapi-lint tests its own.

A *case* is a file or a directory. Lines on which a finding has to start end with a marker comment,
`# expect: FAL101`; a case without markers has to be clean:

    from fastapi_lint.testing import check_case

    def test_bad_example() -> None:
        check_case("tests/examples/bad.py", "ACM101", rules=["lint_rules"])
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec

from fastapi_lint.config.settings import load_settings
from fastapi_lint.diagnostics import Diagnostic
from fastapi_lint.linter.report import Report, StandardInput
from fastapi_lint.linter.run import lint

_MARKER = re.compile(rb"#\s*expect:\s*([A-Z]{3}\d{3}(?:\s*,\s*[A-Z]{3}\d{3})*)")


class Expectation(NamedTuple):
    """A finding by file, row and code."""

    filename: str
    row: int
    code: str


def expectations(case: str | Path) -> set[Expectation]:
    """The findings that the markers of a case announce."""
    case = Path(case)
    root = case if case.is_dir() else case.parent
    files = sorted(path for path in case.rglob("*") if path.is_file()) if case.is_dir() else [case]
    return {
        Expectation(file.relative_to(root).as_posix(), row, code)
        for file in files
        for row, line in enumerate(re.split(rb"\r\n|\r|\n", file.read_bytes()), 1)
        for marker in _MARKER.finditer(line)
        for code in re.findall(r"[A-Z]{3}\d{3}", marker[1].decode())
    }


def lint_case(
    case: str | Path,
    codes: Iterable[str],
    options: Mapping[str, Any] | None = None,
    *,
    rules: Iterable[str | Path] = (),
    exhaustive: bool = False,
) -> Report:
    """Lint a case with the given rules only.

    A directory is a project of its own, with its own configuration; a file is a project of one file. `rules` are
    files and directories with rules of one's own, relative to the working directory.
    """
    case = Path(case).absolute()
    own = tuple(str(Path(each).absolute()) for each in rules)
    chosen = {"cache": False, "select": tuple(codes), **({"rules": own} if own else {}), **(options or {})}
    if case.is_dir():
        settings = load_settings([case], command_line=chosen)
        settings = msgspec.structs.replace(settings, root=case)
        return lint(settings, [str(case)], exhaustive=exhaustive)
    with TemporaryDirectory() as root:
        settings = load_settings([root], isolated=True, command_line=chosen)
        file = StandardInput(case.name, case.read_bytes())
        settings = msgspec.structs.replace(settings, root=Path(root))
        return lint(settings, (), stdin=file, exhaustive=exhaustive)


def findings(diagnostics: Iterable[Diagnostic]) -> set[Expectation]:
    """Diagnostics in the form of expectations."""
    return {Expectation(each.filename, each.location.row, each.code) for each in diagnostics}


def check_case(
    case: str | Path,
    *codes: str,
    options: Mapping[str, Any] | None = None,
    rules: Iterable[str | Path] = (),
) -> Report:
    """Lint a case and compare with its markers; AssertionError with every difference.

    Only the rules of the given codes run and count. `rules` says where rules of one's own are.
    """
    report = lint_case(case, codes, options, rules=rules)
    expected = {each for each in expectations(case) if each.code in codes}
    found = findings(report.diagnostics)
    missed = [f"missed: {each.filename}:{each.row} {each.code}" for each in sorted(expected - found)]
    false = [
        f"false alarm: {each.filename}:{each.location.row} {each.code} {each.message}"
        for each in report.diagnostics
        if Expectation(each.filename, each.location.row, each.code) not in expected
    ]
    failures = [f"{failure.code} raised {failure.error}\n{failure.traceback}" for failure in report.failures]
    problems = missed + false + failures + report.problems
    if problems:
        raise AssertionError("\n".join([f"{case}:", *problems]))
    return report
