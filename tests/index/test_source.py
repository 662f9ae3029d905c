"""Bytes to text and back."""

from __future__ import annotations

import ast
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.index.source import UnreadableSource, decode, encode, split_lines

ENCODINGS = ["utf-8", "latin-1", "iso-8859-15", "cp1252", "koi8-r", "ascii"]

pieces = st.lists(
    st.sampled_from(["é", "x", "€", "\n", "\r", "\r\n", "\f", "\x0b", "\x1c", "\x85", "\u2028", " "])
)


class TestDecode:
    @pytest.mark.parametrize(
        ("data", "encoding"),
        [
            (b"", "utf-8"),
            ("é = 1".encode(), "utf-8"),
            (b"# -*- coding: latin-1 -*-\nx = '\xe9'", "iso8859-1"),
            (b"#!/usr/bin/python\n# vim: set fileencoding=latin-1 :\nx = '\xe9'", "iso8859-1"),
            (b"\f\n# coding: latin_1\nx = '\xe9'", "iso8859-1"),
            (b"# coding: latin-1-unix\rx = '\xe9'", "iso8859-1"),
            (b"# coding=UTF-8-sig\nx = '\xc3\xa9'", "utf-8"),
            (b"# coding: cp1252\nx = '\xe9'", "cp1252"),
        ],
    )
    def test_declared_encoding(self, data: bytes, encoding: str) -> None:
        source = decode(data)
        assert source.encoding == encoding
        assert "�" not in source.text
        assert encode(source.text, source) == data

    @pytest.mark.parametrize(
        "data",
        [
            b"x = 1\n# coding: latin-1\n# \xc3\xa9",
            b"\n\n# coding: latin-1\n# \xc3\xa9",
            b"x = '# coding: latin-1 \xc3\xa9'\n",
            b'"""\n# coding: latin-1\n\xc3\xa9"""\n',
        ],
    )
    def test_what_only_looks_like_a_declaration(self, data: bytes) -> None:
        assert "é" in decode(data).text

    def test_byte_order_mark_is_no_text(self) -> None:
        source = decode(codecs.BOM_UTF8 + b"x = 1\n")
        assert (source.text, source.has_bom) == ("x = 1\n", True)
        assert encode("y = 2\n", source) == codecs.BOM_UTF8 + b"y = 2\n"

    @pytest.mark.parametrize(
        ("data", "newline"), [(b"a\r\nb\n", "\r\n"), (b"a\rb\n", "\r"), (b"a\nb\r\n", "\n"), (b"a", "\n")]
    )
    def test_newline_is_that_of_the_first_line(self, data: bytes, newline: str) -> None:
        assert decode(data).newline == newline

    @pytest.mark.parametrize(
        ("data", "place", "words"),
        [
            (b"a\r\nb = '\xe9'", (2, 5), "0xE9 is not valid UTF-8"),
            ("é = '".encode() + b"\xff", (1, 5), "0xFF"),
            (b"x = 1\rcaf\xc3", (2, 3), "0xC3"),
            (b"# coding: ascii\n\xc3\xa9", (2, 0), "ASCII"),
            (b"a\nb\0c", (2, 1), "NUL"),
            (b"# x\n# coding: klingon\n", (2, 0), "unknown encoding `klingon`"),
            (b"# coding: rot13\n", (1, 0), "unknown encoding"),
            (b"# coding: utf-16\n", (1, 0), "cannot declare it"),
            (b"# coding: undefined\n", (1, 0), "cannot declare it"),
            (codecs.BOM_UTF8 + b"# coding: latin-1\n", (1, 0), "byte order mark"),
            ("x = 1".encode("utf-16"), (1, 0), "UTF-16"),
        ],
    )
    def test_unreadable(self, data: bytes, place: tuple[int, int], words: str) -> None:
        with pytest.raises(UnreadableSource, match=words) as caught:
            decode(data)
        assert (caught.value.line, caught.value.column) == place

    @given(pieces, st.sampled_from(ENCODINGS), st.booleans())
    def test_round_trip(self, parts: list[str], encoding: str, with_mark: bool) -> None:
        text = "".join(part for part in parts if part.encode(encoding, "ignore"))
        if encoding != "utf-8":
            text, with_mark = f"# coding: {encoding}\n{text}", False
        data = (codecs.BOM_UTF8 if with_mark else b"") + text.encode(encoding)
        source = decode(data)
        assert source.text == text
        assert encode(source.text, source) == data

    @given(st.binary(max_size=60))
    def test_any_bytes_are_read_or_refused(self, data: bytes) -> None:
        try:
            source = decode(data)
        except UnreadableSource as problem:
            assert problem.line >= 1
            assert problem.column >= 0
        else:
            assert encode(source.text, source) == data


class TestSplitLines:
    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            ("", []),
            ("a", ["a"]),
            ("a\n", ["a"]),
            ("a\n\n", ["a", ""]),
            ("a\rb\r\nc\nd", ["a", "b", "c", "d"]),
            ("\n\r", ["", ""]),
            ("a\fb\x0bc\x1cd\x85e\u2028f", ["a\fb\x0bc\x1cd\x85e\u2028f"]),
        ],
    )
    def test_lines(self, text: str, lines: list[str]) -> None:
        assert split_lines(text) == lines

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["'\x1c'", "'\u2028\x85'", "\f", "x", "", "#\x0b", "'''\r\n'''"]),
                st.sampled_from(["\n", "\r", "\r\n"]),
            )
        )
    )
    def test_python_counts_the_same_lines(self, parts: list[tuple[str, str]]) -> None:
        text = "".join(line + end for line, end in parts) + "last"
        assert ast.parse(text).body[-1].lineno == len(split_lines(text))
