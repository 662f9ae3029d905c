"""From source text to the reduced tree."""

from __future__ import annotations

import ast

import libcst as cst
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from libcst.metadata import MetadataWrapper, PositionProvider

from fastapi_lint.index import nodes
from fastapi_lint.index.build import build_expression, build_index, build_index_of_text
from fastapi_lint.index.walk import dotted_name, walk, walk_scope

MODULE = '''"""Title.

More.
"""

import a.b as c
from ..d import (e as f, g)

@deco(1)
async def run(x: int, /, y: "str" = "é", *args, z=None, **kw) -> list[int]:
    """Run it."""
    with open("ä") as file, lock:
        return [await f(i) for i in g(y)]

class C(Base[int], metaclass=M):
    field: int = Field(gt=0)

    def gen(self):
        yield "ü", self.gen()

a = 1; b = f"{call()}x"
'''


def calls(tree: nodes.ModuleIndex) -> list[nodes.Call]:
    return [node for node in walk(tree.body) if isinstance(node, nodes.Call)]


def test_positions_are_those_of_libcst() -> None:
    wrapper = MetadataWrapper(cst.parse_module(MODULE))
    positions = wrapper.resolve(PositionProvider)
    spans = {
        (place.start.line, place.start.column, place.end.line, place.end.column)
        for node, place in positions.items()
        if isinstance(node, cst.Call)
    }
    assert {call.span for call in calls(build_index_of_text(MODULE))} == spans


def test_definitions_keep_what_the_model_asks_for() -> None:
    index = build_index_of_text(MODULE)
    run = next(node for node in index.body if isinstance(node, nodes.FunctionDef))
    assert (run.is_async, run.is_generator, run.docstring) == (True, False, "Run it.")
    assert (run.first_line, run.line, run.body_line) == (9, 10, 11)
    assert [(p.name, p.kind) for p in run.parameters] == [
        ("x", "positional-only"),
        ("y", "positional"),
        ("args", "variadic"),
        ("z", "keyword-only"),
        ("kw", "keywords"),
    ]
    cls = next(node for node in index.body if isinstance(node, nodes.ClassDef))
    method = cls.body[-1]
    assert isinstance(method, nodes.FunctionDef)
    assert method.is_generator
    assert index.docstring == "Title."


def test_statements_on_one_line_are_one_region() -> None:
    regions = build_index_of_text(MODULE).regions
    assert [(region.first_line, region.last_line) for region in regions][-1] == (21, 21)
    assert len(regions) == 6


def test_an_index_survives_serialisation() -> None:
    index = build_index_of_text(MODULE)
    data = msgspec.msgpack.encode(index)
    again = msgspec.msgpack.decode(data, type=nodes.ModuleIndex)
    assert msgspec.msgpack.encode(again) == data


def test_a_file_with_an_error_has_a_problem_and_no_body() -> None:
    index = build_index(b"def f(:\n")
    assert index.problem is not None
    assert index.problem.line == 1
    assert index.body == ()


@pytest.mark.parametrize(
    "code",
    [
        "(" * 3000 + ")" * 3000,
        "x = " + "-" * 5000 + "1",
        "a" + ".b" * 4000,
        "x = " + " + ".join(["1"] * 5000),
    ],
)
def test_deep_nesting_never_raises(code: str) -> None:
    build_index(code.encode())


def test_walk_scope_stays_outside_of_nested_definitions() -> None:
    index = build_index_of_text("def f(x=a()):\n    b()\n\nclass C(d()):\n    e()\n\ng(lambda y=h(): i())\n")
    names = [node.func.id for node in walk_scope(index.body) if isinstance(node, nodes.Call)]  # type: ignore[union-attr]
    assert names == ["a", "d", "g", "h"]


def test_dotted_names() -> None:
    assert dotted_name(build_expression("a.b.c")) == "a.b.c"
    assert dotted_name(build_expression("a().b")) is None


@given(st.integers(min_value=-(2**70), max_value=2**70), st.text(max_size=5), st.floats(allow_nan=False))
def test_any_constant_can_be_indexed(number: int, text: str, fraction: float) -> None:
    code = f"x = {number}\ny = {text!r}\nz = {fraction!r}\n"
    index = build_index(
        code.encode("utf-8", "surrogatepass") if text.isascii() else code.encode(errors="replace")
    )
    assert index.problem is None
    msgspec.msgpack.encode(index)


def test_walk_gives_nodes_in_source_order() -> None:
    index = build_index_of_text(MODULE)
    lines = [node.line for node in walk(index.body) if isinstance(node, nodes.Call)]
    assert lines == sorted(lines)
    assert len(calls(index)) == sum(isinstance(node, ast.Call) for node in ast.walk(ast.parse(MODULE)))
