"""Nodes replaced by others: only the difference is edited, and precedence is kept."""

from __future__ import annotations

import ast

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.fixes.minimal import text_changes
from fastapi_lint.fixes.positions import apply_changes
from fastapi_lint.fixes.regions import ParsedRegion
from tests.fixes.sample import Editing

REPLACED = {
    "an operand": ("y = x.real\n", "a + b", "y = (a + b).real\n"),
    "an operand that holds": ("y = x + 1\n", "a * b", "y = a * b + 1\n"),
    "a right operand": ("y = 1 - x\n", "a - b", "y = 1 - (a - b)\n"),
    "a number's attribute": ("y = x.real\n", "1", "y = (1).real\n"),
    "a base": ("y = x ** 2\n", "-a", "y = (-a) ** 2\n"),
    "an exponent": ("y = 2 ** x\n", "-a", "y = 2 ** -a\n"),
    "a condition": ("y = 1 if x else 2\n", "a if b else c", "y = 1 if (a if b else c) else 2\n"),
    "an alternative": ("y = 1 if z else x\n", "a if b else c", "y = 1 if z else a if b else c\n"),
    "a tuple": ("f(x)\n", "a, b", "f((a, b))\n"),
    "a parenthesised one": ("y = ( x )\n", "a or b", "y = ( a or b )\n"),
    "beside a keyword": ("y = not(x)\n", "a", "y = not(a)\n"),
    "a tuple beside a keyword": ("def f():\n    return(x, 404)\n", None, "def f():\n    return(g())\n"),
    "over lines": ("y = x\n", "f(\n  1)", "y = f(\n  1)\n"),
    "an item of a with statement": ("with x: ...\n", "a, b", "with ((a, b)): ...\n"),
    "an f-string's": ("y = f'{x}'\n", "a", "y = f'{a}'\n"),
}


@pytest.mark.parametrize(("before", "code", "after"), REPLACED.values(), ids=REPLACED)
def test_replacing_an_expression(before, code, after):
    editing = Editing(before)
    if code is None:
        editing.editor.replace(editing.node("x, 404", cst.Tuple), "g()")
    else:
        editing.editor.replace(editing.node("x", cst.Name), code)
    assert editing.result() == after


def test_lines_joined_by_brackets_that_go_are_joined_by_new_ones():
    editing = Editing("def f():\n    y = g(a +  # one\n          b)\n")
    call = editing.node("g(a +  # one\n          b)", cst.Call)
    editing.editor.replace(call, call.args[0].value)
    after = editing.result()
    assert after == "def f():\n    y = (a +  # one\n          b)\n"


def test_quotes_do_not_go_into_an_f_string():
    editing = Editing("y = f'{x}'\n")
    editing.editor.replace(editing.node("x", cst.Name), "a['b']")
    assert editing.fix() is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()\n", "await f()\n"),
        ("y = f().b\n", "y = (await f()).b\n"),
        ("y = f()[0]()\n", "y = (await f())[0]()\n"),
        ("y = f() ** g()\n", "y = await f() ** g()\n"),
        ("y = (f())\n", "y = (await f())\n"),
        ("y = -f()\n", "y = -await f()\n"),
        ("y = [ f() for z in a ]\n", "y = [ await f() for z in a ]\n"),
    ],
)
def test_awaiting_a_call(before, after):
    editing = Editing(before)
    editing.editor.wrap_in_await(editing.node("f()", cst.Call))
    assert editing.result() == after
    assert isinstance(ast.parse(after), ast.Module)


def test_awaiting_what_is_no_call():
    editing = Editing("y = a or b\n")
    editing.editor.wrap_in_await(editing.node("a or b", cst.BooleanOperation))
    assert editing.result() == "y = await (a or b)\n"


def test_awaiting_calls_within_one_another():
    editing = Editing("y = f(g()).b\n")
    for code in ("f(g())", "g()"):
        editing.editor.wrap_in_await(editing.node(code, cst.Call))
    assert editing.result() == "y = (await f(await g())).b\n"


def test_a_node_made_of_parts_of_the_old_one_edits_only_the_rest():
    editing = Editing("def f():\n    return HTTPException(  # why\n        404, 'é'\n    )  # behind\n")
    old = editing.region.tree.body[0].body.body[0].body[0]
    editing.editor.replace(old, cst.Raise(exc=old.value))
    assert editing.result() == editing.text.replace("return", "raise")
    assert [edit.content for edit in editing.fix().edits] == ["raise"]


def test_replacing_a_parameter_an_argument_and_an_annotation():
    editing = Editing("def f(q: str = Query(None, max_length=3),  # query\n      n: int = 1) -> str: ...\n")
    find = editing.node
    editing.editor.replace(find("q", cst.Param), "q: Annotated[str, Query(max_length=3)] = None")
    editing.editor.replace(find("n", cst.Param).annotation, "float")
    editing.editor.replace(editing.region.tree.body[0].returns, "list[str]")
    assert editing.result() == (
        "def f(q: Annotated[str, Query(max_length=3)] = None,  # query\n      n: float = 1) -> list[str]: ...\n"
    )


def test_a_fix_that_would_lose_a_comment_is_none():
    editing = Editing("y = f(  # why\n    a)\n")
    editing.editor.replace(editing.region.tree.body[0].body[0].value, "g(a)")
    assert editing.fix() is None


def test_changes_of_one_fix_must_not_overlap():
    editing = Editing("y = f(a)\n")
    editing.editor.replace(editing.node("f(a)", cst.Call), "1")
    editing.editor.replace(editing.node("a", cst.Name), "2")
    with pytest.raises(ValueError, match="overlap"):
        editing.fix()


def test_the_tree_must_have_the_rows_of_the_lines():
    with pytest.raises(ValueError, match="row 1"):
        ParsedRegion(cst.parse_module("x = 1\ny = 2\n"), Editing("x = 1\n").lines, 1)


def test_a_region_below_others_is_edited_in_its_rows():
    editing = Editing('"""é"""\r\nx = 1\r\ny = f(x)\r\n', first_line=3, last_line=3)
    editing.editor.replace(editing.node("x", cst.Name), "z")
    (edit,) = editing.fix().edits
    assert (edit.location.row, edit.location.column, edit.end_location.column) == (3, 7, 8)


def test_a_tree_with_other_line_ends_than_its_file_will_do():
    editing = Editing("if x:\r\n    f(\r\n        a,\r\n    )", line_feeds=True)
    tree = editing.region.tree
    editing.editor.add_argument(tree.body[0].body.body[0].body[0].value, "b=1")
    editing.editor.insert_statement_before(tree.body[0].body.body[0], "for i in y:\n    pass\n")
    editing.editor.replace(tree.body[0].test, "z")
    assert editing.result() == (
        "if z:\r\n    for i in y:\r\n        pass\r\n    f(\r\n        a,\r\n        b=1,\r\n    )"
    )


EXPRESSIONS = """
a | a.b | f(x) | a[0] | 1 | -a | not a | a + b | a * b | a ** b | a ^ b | a < b | a and b | a or b | a if b else c
lambda: a | a, b | (a) | 's' 't' | [a] | (i for i in a) | a @ b | a << b | a in b | ~a | x := a | a.b ** -c
"""
HOLES = """
y = {} | y = {}.b | y = {}(1) | y = {}[0] | y = a[{}] | y = -{} | y = not {} | y = {} + 1 | y = 1 + {} | y = {} ** 2
y = 2 ** {} | y = {} < 1 | y = 1 < {} | y = {} and 1 | y = 1 or {} | y = {} if 1 else 2 | y = 1 if {} else 2
y = 1 if 2 else {} | y = lambda: {} | y = [{}] | y = {{{}: 1}} | y = {{1: {}}} | y = f(k={}) | y = f({}, 1) | y = f(*{})
y = [*{}] | y = [1 for z in {}] | y = [1 for z in a if {}] | for z in {}: ... | if {}: ... | assert {}, 1 | y: {} = 1
y = a[{}:1] | y = 1 * {} | y = {} @ 1
"""


def cases(table: str) -> list[str]:
    return [case.strip() for line in table.strip().splitlines() for case in line.split(" | ")]


class _Flattened(ast.NodeTransformer):
    """`(a or b) or c` is `a or b or c`."""

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.BoolOp:
        first = node.values[0]
        if isinstance(first, ast.BoolOp) and type(first.op) is type(node.op):
            node.values[:1] = first.values
        return node


def meaning(code: str) -> str:
    return ast.dump(_Flattened().visit(ast.parse(code)))


@pytest.mark.parametrize("hole", cases(HOLES))
def test_every_expression_fits_into_every_place(hole):
    for expression in cases(EXPRESSIONS):
        editing = Editing(hole.format("HOLE") + "\n")
        editing.editor.replace(editing.node("HOLE", cst.Name), expression)
        after = editing.result()
        assert after is not None
        assert meaning(after) == meaning(hole.format(f"({expression})"))


texts = st.text(st.sampled_from("ab ,(\n\r"), max_size=30)


@given(texts, texts)
def test_minimal_changes_give_the_new_text(before, after):
    changes = text_changes(before, after)
    assert apply_changes(before, changes) == after
    assert all(before[change.start : change.end] != change.content for change in changes)
