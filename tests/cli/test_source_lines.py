from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.cli.source_lines import SourceLines
from fastapi_lint.index.source import UnreadableSource, decode, split_lines


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
    assert list(SourceLines(tmp_path, {})("a.py") or ()) == lines


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [b"\n", b"\r", b"\r\n", b"\xef\xbb\xbf", b"# coding: latin-1", b"\xe9", b"\0", b"\x0c"]
            ),
            st.text(max_size=3).map(lambda text: text.encode("utf-8", "surrogatepass")),
        )
    )
)
def test_lines_are_those_of_the_decoded_text(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        expected = split_lines(decode(data).text)
    except UnreadableSource:
        expected = split_lines(body.decode("utf-8", "replace"))
    lines = SourceLines(Path(), {"a.py": data})("a.py")
    assert lines is not None
    assert list(lines) == lines[:] == expected
    assert [lines[-number] for number in range(1, len(lines) + 1)] == expected[::-1]


def test_files_and_what_takes_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("old")
    (tmp_path / "b.py").write_text("b")
    source = SourceLines(tmp_path, {"a.py": b"new"})
    assert list(source("a.py") or ()) == ["new"]
    assert list(source("b.py") or ()) == ["b"]
    assert source("c.py") is None
