from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_lint.cli.source_lines import SourceLines, source_lines


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"a\r\nb\rc\nd", ["a", "b", "c", "d"]),
        (b"a\x0cb\x1cc\n", ["a\x0cb\x1cc", ""]),
        ("\ufeffé\n".encode(), ["é", ""]),
        (b"# coding: latin-1\n\xe9\n", ["# coding: latin-1", "é", ""]),
        (b"\xe9\n", ["\ufffd", ""]),
        (b"# coding: nonsense\nx\n", ["# coding: nonsense", "x", ""]),
    ],
)
def test_lines_are_those_of_python(data: bytes, lines: list[str]) -> None:
    assert list(source_lines(data)) == lines


def test_files_and_what_takes_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("old")
    (tmp_path / "b.py").write_text("b")
    source = SourceLines(tmp_path, {"a.py": b"new"})
    assert (source("a.py"), source("b.py"), source("c.py")) == (["new"], ["b"], None)
