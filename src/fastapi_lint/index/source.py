"""Bytes of a file to text and back, by Python's own rules for encodings and line ends."""

from __future__ import annotations

import codecs
import re

import msgspec

_DECLARATION = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#|$)")
_LATIN_1 = re.compile(r"(?:latin-1|iso-8859-1|iso-latin-1)(?:-|$)")
_LINE_END = re.compile("\r\n|\r|\n")
_LINE_END_BYTES = re.compile(rb"\r\n|\r|\n")


class UnreadableSource(Exception):  # noqa: N818 - the file is in error, not the program
    """A file that cannot be turned into a syntax tree; `line` is 1-based, `column` counts characters from 0."""

    def __init__(self, message: str, line: int = 1, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class SourceText(msgspec.Struct, frozen=True):
    """A decoded file: its text as written, and what it takes to write it back."""

    text: str
    """Without byte order mark; line ends are those of the file."""
    encoding: str
    has_bom: bool
    newline: str
    """The line end of the first line, `\\n` when there is none: the one to write new lines with."""


def decode(data: bytes) -> SourceText:
    """The text of a Python file, decoded as its byte order mark or PEP 263 declaration says (UTF-8 without).

    Raises UnreadableSource for bytes that the encoding does not admit, NUL bytes and unknown encodings.
    """
    has_bom = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if has_bom else data
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableSource("the file is UTF-16, which Python does not read: save it as UTF-8")
    if (nul := body.find(0)) >= 0:
        raise UnreadableSource("the file contains a NUL byte", *_place(body, nul))
    encoding = _declared_encoding(body, has_bom)
    try:
        text = body.decode(encoding)
    except UnicodeError as error:
        raise _undecodable(body, encoding, error) from None
    first_end = _LINE_END.search(text)
    return SourceText(text, encoding, has_bom, first_end.group() if first_end else "\n")


def encode(text: str, source: SourceText) -> bytes:
    """The bytes of `text` in the encoding of `source`, with its byte order mark if it had one.

    Raises UnicodeEncodeError when that encoding lacks a character of `text`.
    """
    body = text.encode(source.encoding)
    return codecs.BOM_UTF8 + body if source.has_bom else body


def split_lines(text: str) -> list[str]:
    """The lines of `text` without their ends, counted as Python's tokenizer counts them.

    Only line feed, carriage return and the two together end a line; a form feed, `\\x1c` or `\\u2028` does not.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _undecodable(body: bytes, encoding: str, error: UnicodeError) -> UnreadableSource:
    advice = "save the file as UTF-8, or declare its encoding"
    if not isinstance(error, UnicodeDecodeError):
        return UnreadableSource(f"the file is not valid {encoding.upper()}: {advice}")
    message = f"the byte 0x{body[error.start]:02X} is not valid {encoding.upper()}: {advice}"
    return UnreadableSource(message, *_place(body, error.start, encoding))


def _declared_encoding(body: bytes, has_bom: bool) -> str:
    """The codec's name; a declaration counts on the first line, and on the second below a blank or a comment."""
    for number, line in enumerate(_LINE_END_BYTES.split(body, maxsplit=2)[:2], start=1):
        declaration = _DECLARATION.match(line)
        if declaration is not None:
            return _checked_encoding(declaration.group(1).decode("ascii"), number, has_bom)
        if not _BLANK.match(line):
            break
    return "utf-8"


def _checked_encoding(declared: str, line: int, has_bom: bool) -> str:
    """The normalised name of a declared encoding, if Python could read a file that declares it so."""
    name = declared.lower().replace("_", "-")
    if name == "utf-8" or name.startswith("utf-8-"):
        return "utf-8"
    if _LATIN_1.match(name):
        name = "iso-8859-1"
    try:
        is_readable = declared.encode("ascii").decode(name) == declared
    except LookupError:
        raise UnreadableSource(f"unknown encoding `{declared}`", line) from None
    except UnicodeError:
        is_readable = False
    if not is_readable:
        raise UnreadableSource(f"a file in the encoding `{declared}` cannot declare it", line)
    name = codecs.lookup(name).name
    if has_bom and name != "utf-8":
        message = f"the file has a UTF-8 byte order mark but declares the encoding `{declared}`"
        raise UnreadableSource(message, line)
    return name


def _place(body: bytes, offset: int, encoding: str = "utf-8") -> tuple[int, int]:
    """Line (1-based) and column (characters, 0-based) of a byte."""
    before = body[:offset].decode(encoding, "replace") + "."
    lines = split_lines(before)
    return len(lines), len(lines[-1]) - 1
