from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_lint.cli.source_lines import SourceLines


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"a\r\nb\n\x0cc\n", ["a", "b", "\x0cc"]),
        (b"# coding: latin-1\n\xe9\n", ["# coding: latin-1", "é"]),
        (b"ab\xe9\n", ["ab\ufffd"]),
    ],
)
def test_lines_are_those_of_python_even_of_broken_files(
    tmp_path: Path, data: bytes, lines: list[str]
) -> None:
    (tmp_path / "a.py").write_bytes(data)
    assert SourceLines(tmp_path, {})("a.py") == lines


def test_files_and_what_takes_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("old")
    (tmp_path / "b.py").write_text("b")
    source = SourceLines(tmp_path, {"a.py": b"new"})
    assert (source("a.py"), source("b.py"), source("c.py")) == (["new"], ["b"], None)
