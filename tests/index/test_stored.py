"""Indexes as bytes: what is decoded is what was encoded, body by body."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from fastapi_lint.index import nodes
from fastapi_lint.index.build import build_index, build_index_of_text
from fastapi_lint.index.stored import DAMAGE, decode_index, encode_index
from fastapi_lint.index.walk import children, find_in_scope, walk, walk_scope

FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = sorted((FIXTURES / "apps").rglob("*.py"))

SOURCE = """
import a
from .b import c

def outer():
    def inner():
        global total
        import d
        total = 1
    return inner

class Shelf:
    def __init__(self, books):
        self.books = books

    def count(self):
        return len(self.books)

def walrus(data):
    if (n := len(data)) > 1:
        return n

async def plain(data):
    return data
"""


def described(index: nodes.ModuleIndex) -> list[tuple[object, ...]]:
    """Every node of an index with its own values."""
    return [
        (
            type(node),
            *(value for name in fields(node) if isinstance(value := getattr(node, name), (str, int))),
        )
        for node in walk(index.body)
    ]


def fields(node: msgspec.Struct) -> tuple[str, ...]:
    return node.__struct_fields__


def functions(index: nodes.ModuleIndex) -> dict[str, nodes.FunctionDef]:
    return {node.name: node for node in walk(index.body) if isinstance(node, nodes.FunctionDef)}


@pytest.mark.parametrize("file", FILES[::5], ids=lambda file: file.stem)
def test_what_is_decoded_is_what_was_encoded(file: Path) -> None:
    index = build_index(file.read_bytes())
    entry = encode_index(index)
    decoded = decode_index(entry)
    assert encode_index(decoded) == entry
    assert described(decoded) == described(index)
    assert encode_index(decoded) == entry


def test_a_body_is_decoded_once() -> None:
    decoded = decode_index(encode_index(build_index_of_text(SOURCE)))
    function = functions(decoded)["outer"]
    assert function.body is function.body
    assert children(function) == list(function.body)


def test_functions_say_what_is_in_their_bodies() -> None:
    found = functions(decode_index(encode_index(build_index_of_text(SOURCE))))
    assert [name for name, node in found.items() if node.has_definitions] == ["outer"]
    assert [name for name, node in found.items() if node.global_names] == ["outer", "inner"]
    assert [name for name, node in found.items() if node.stores_attributes] == ["__init__"]
    assert [name for name, node in found.items() if node.has_named_expressions] == ["walrus"]
    assert found["count"].called == ["len"]


def test_every_import_is_listed() -> None:
    found = build_index_of_text(SOURCE).imports
    assert [each.module if isinstance(each, nodes.ImportFrom) else each.names[0].name for each in found] == [
        "a", "b", "d",
    ]  # fmt: skip


@pytest.mark.parametrize("depth", [90, 1500])
def test_deep_code_can_be_stored(depth: int) -> None:
    index = build_index_of_text(f"def f():\n    return x{'.y' * depth}\n")
    try:
        entry = encode_index(index)
    except RecursionError:
        # The stack for extensions has a fixed size there, in early releases a small one.
        assert sys.version_info[:2] == (3, 12) and depth == 1500
        return
    decoded = decode_index(entry)
    assert sum(isinstance(node, nodes.Attribute) for node in walk(decoded.body)) == depth


@pytest.mark.parametrize("entry", [b"", b"\x93\x01\x02\x03", b"\x80\x04cos\nsystem\n"])
def test_what_is_no_index_is_refused(entry: bytes) -> None:
    with pytest.raises(DAMAGE):
        decode_index(entry)


@pytest.mark.parametrize("file", FILES[::5], ids=lambda file: file.stem)
def test_statements_are_found_without_looking_into_expressions(file: Path) -> None:
    wanted = {nodes.Return, nodes.Assign, nodes.Raise, nodes.With}
    for function in functions(build_index(file.read_bytes())).values():
        every = [node for node in walk_scope(function.body) if type(node) in wanted]
        assert find_in_scope(function.body, wanted) == every


def test_decoded_names_and_lines_are_shared() -> None:
    first, second = (decode_index(encode_index(build_index_of_text("\n" * 999 + "name = 1\n"))) for _ in "ab")
    names = [find_in_scope(index.body, {nodes.Name}) for index in (first, second)]
    assert [(each.id, each.line) for [each] in names] == [("name", 1000)] * 2
    assert names[0][0].id is names[1][0].id
    assert names[0][0].line is names[1][0].line


def test_lines_far_down_are_stored_too() -> None:
    decoded = decode_index(encode_index(build_index_of_text("\n" * 99_999 + "def f(): pass\n")))
    assert functions(decoded)["f"].line == 100_000
    assert type(functions(decoded)["f"].line) is int


def test_an_index_does_not_keep_the_bytes_that_it_was_decoded_from() -> None:
    entry = encode_index(build_index_of_text(SOURCE))
    before = sys.getrefcount(entry)
    index = decode_index(entry)
    assert len(index.body) > 1
    assert sys.getrefcount(entry) == before
