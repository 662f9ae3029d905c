"""Statements and decorators inserted, replaced and removed by whole lines."""

from __future__ import annotations

import ast

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.comments import comments
from tests.fixes.sample import Editing

REMOVED = {
    "one of several": ("def f():\n    a\n    x\n    b\n", "def f():\n    a\n    b\n"),
    "the only one": ("def f():\n    x  # why\n", "def f():\n    pass  # why\n"),
    "below a docstring": ("def f():\n    'doc'\n    x\n", "def f():\n    'doc'\n"),
    "on a shared line": ("a; x; b\n", "a; b\n"),
    "first on a shared line": ("x; a\n", "a\n"),
    "last on a shared line": ("a; x  # why\n", "a  # why\n"),
    "in a one-line suite": ("if y: x\n", "if y: pass\n"),
    "in an else": ("if y:\n    a\nelse:\n    x\n", "if y:\n    a\nelse:\n    pass\n"),
    "with a comment above": (
        "def f():\n    a\n    # on x\n    x\n    b\n",
        "def f():\n    a\n    # on x\n    b\n",
    ),
    "with a comment behind": ("def f():\n    a\n    x  # why\n", "def f():\n    a\n    # why\n"),
    "with a comment for a tool": ("def f():\n    a\n    x  # noqa\n", "def f():\n    a\n"),
    "between blank lines": ("def f():\n    a\n\n    x\n\n    b\n", "def f():\n    a\n\n    b\n"),
    "last, after a blank line": ("def f():\n    a\n\n    x\n\n\nb\n", "def f():\n    a\n\n\nb\n"),
    "first, before a blank line": ("def f():\n    x\n\n    b\n", "def f():\n    b\n"),
    "over several lines": ("def f():\n    a\n    x(\n        1\n    )\n", "def f():\n    a\n"),
    "at the top level": ("a\n\nx\n\nb\n", "a\n\nb\n"),
    "at the end": ("a\n\nx\n", "a\n"),
    "at the unfinished end": ("a\nx", "a\n"),
    "with Windows line ends": ("a\r\n\r\nx\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"),
}


def statement(editing: Editing) -> cst.CSTNode:
    """The statement that begins with `x`."""
    for kind in (cst.Expr, cst.FunctionDef):
        for code in ("x", "x(\n        1\n    )", "@d\ndef x():\n    return 1"):
            try:
                return editing.node(code, kind)
            except AssertionError:
                continue
    raise AssertionError("there is no x")


@pytest.mark.parametrize(("before", "after"), REMOVED.values(), ids=REMOVED)
def test_removing_a_statement(before, after):
    editing = Editing(before)
    editing.editor.remove_statement(statement(editing))
    assert editing.result() == after


def test_removing_a_decorated_function():
    editing = Editing("a\n\n\n@d\ndef x():\n    return 1\n\n\nb\n")
    editing.editor.remove_statement(statement(editing))
    assert editing.result() == "a\n\n\nb\n"


def test_removing_all_of_a_body():
    editing = Editing("def f():\n    a\n    # between\n    b; c\n\n    d\n")
    for each in ("a", "b", "c", "d"):
        editing.editor.remove_statement(editing.node(each, cst.Expr))
    assert editing.result() == "def f():\n    pass\n    # between\n"


def test_removing_some_of_a_shared_line():
    editing = Editing("a; b; c; d\n")
    for each in ("a", "b", "d"):
        editing.editor.remove_statement(editing.node(each, cst.Expr))
    assert editing.result() == "c\n"


def test_a_removed_function_with_a_comment_must_go_somewhere():
    text = "@d\ndef x():\n    return 1  # one\n\n\ndef y():\n    pass\n"
    editing = Editing(text)
    function = editing.region.tree.body[0]
    editing.editor.remove_statement(function)
    assert editing.fix() is None
    editing.editor.insert_statement_after(
        editing.region.tree.body[1], "\n\n" + editing.region.code(function) + "  # one\n"
    )
    assert editing.result() == "def y():\n    pass\n\n\n@d\ndef x():\n    return 1  # one\n"


INSERTED_BEFORE = {
    "a statement": ("def f():\n    a\n    x\n", "def f():\n    a\n    new()\n    x\n"),
    "a commented one": (
        "def f():\n    a\n    # on x\n    x\n",
        "def f():\n    a\n    new()\n    # on x\n    x\n",
    ),
    "one on a shared line": ("a; x\n", "a; new(); x\n"),
    "one in a one-line suite": ("if y: x\n", "if y: new(); x\n"),
    "one indented by tabs": ("if y:\n\tx\n", "if y:\n\tnew()\n\tx\n"),
    "a decorated function": ("a\n\n@d\ndef x():\n    return 1\n", "a\n\nnew()\n@d\ndef x():\n    return 1\n"),
    "one with Windows line ends": ("a\r\nx\r\n", "a\r\nnew()\r\nx\r\n"),
}


@pytest.mark.parametrize(("before", "after"), INSERTED_BEFORE.values(), ids=INSERTED_BEFORE)
def test_inserting_before(before, after):
    editing = Editing(before)
    editing.editor.insert_statement_before(statement(editing), "new()\n")
    assert editing.result() == after


INSERTED_AFTER = {
    "a statement": ("def f():\n    x  # why\n    b\n", "def f():\n    x  # why\n    new()\n    b\n"),
    "the last of a body": ("def f():\n    x\n\n\nb\n", "def f():\n    x\n    new()\n\n\nb\n"),
    "one on a shared line": ("x; a\n", "x; new(); a\n"),
    "one in a one-line suite": ("if y: x  # why\n", "if y: x; new()  # why\n"),
    "an unfinished line": ("a\nx", "a\nx\nnew()"),
    "a function": ("@d\ndef x():\n    return 1\nb\n", "@d\ndef x():\n    return 1\nnew()\nb\n"),
}


@pytest.mark.parametrize(("before", "after"), INSERTED_AFTER.values(), ids=INSERTED_AFTER)
def test_inserting_after(before, after):
    editing = Editing(before)
    editing.editor.insert_statement_after(statement(editing), "new()\n")
    assert editing.result() == after


def test_inserted_code_keeps_its_shape():
    editing = Editing("class C:\n  def f(self):\n    x\n")
    code = '''
        # first
        async with y:
            # second

            s = """
        as it is"""  # third
        # last
    '''
    editing.editor.insert_statement_before(statement(editing), code.lstrip("\n").rstrip(" "))
    assert editing.result() == (
        "class C:\n  def f(self):\n    # first\n    async with y:\n      # second\n\n"
        '      s = """\nas it is"""  # third\n    # last\n    x\n'
    )


def test_there_is_no_room_for_a_loop_on_a_shared_line():
    for text in ("if y: x\n", "a; x\n"):
        editing = Editing(text)
        editing.editor.insert_statement_before(statement(editing), "for i in y:\n    pass\n")
        assert editing.fix() is None


def test_an_elif_is_no_statement_of_its_own():
    for change in ("insert_statement_before", "insert_statement_after", "replace_statement"):
        editing = Editing("if y:\n    a\nelif x:\n    b\n")
        getattr(editing.editor, change)(editing.region.tree.body[0].orelse, "new()\n")
        assert editing.fix() is None
    editing = Editing("if y:\n    a\nelif x:\n    b\n")
    editing.editor.remove_statement(editing.region.tree.body[0].orelse)
    with pytest.raises(ValueError, match="part of another"):
        editing.fix()


def test_replacing_a_statement():
    editing = Editing("def f():\n    # above\n    x  # behind\n    b\n")
    editing.editor.replace_statement(statement(editing), "if x:\n    x()\nnew()")
    assert editing.result() == "def f():\n    # above\n    if x:\n        x()\n    new()  # behind\n    b\n"


def test_replacing_a_statement_on_a_shared_line():
    editing = Editing("a; x\n")
    editing.editor.replace(statement(editing), "del x")
    assert editing.result() == "a; del x\n"
    again = Editing("a; x\n")
    again.editor.replace_statement(statement(again), "del x")
    assert again.fix() is None


DECORATED = "class C:\n    @a\n    @b(1)  # on b\n    # above c\n    @c  # noqa\n    def f(self): ...\n"


@pytest.mark.parametrize(
    ("number", "after"),
    [
        (0, DECORATED.replace("    @a\n", "")),
        (1, DECORATED.replace("@b(1)  # on b", "# on b")),
        (2, DECORATED.replace("    @c  # noqa\n", "")),
    ],
)
def test_removing_a_decorator(number, after):
    editing = Editing(DECORATED)
    decorators = editing.region.tree.body[0].body.body[0].decorators
    editing.editor.remove_decorator(decorators[number])
    assert editing.result() == after


def test_adding_and_replacing_decorators():
    editing = Editing(DECORATED)
    function = editing.region.tree.body[0].body.body[0]
    editing.editor.add_decorator(function, "first")
    editing.editor.add_decorator(function, "last", after=function.decorators[-1])
    editing.editor.replace_decorator(function.decorators[1], "b(2)")
    assert editing.result() == (
        DECORATED.replace("    @a", "    @first\n    @a")
        .replace("1", "2")
        .replace("# noqa", "# noqa\n    @last")
    )


def test_a_bare_function_gets_a_decorator():
    editing = Editing("if y:\n\tasync def f(): ...\n")
    editing.editor.add_decorator(editing.region.tree.body[0].body.body[0], "d")
    assert editing.result() == "if y:\n\t@d\n\tasync def f(): ...\n"


# Any module

simple = st.sampled_from(
    [
        "a",
        "b()",
        "c = (\n  1,  # in c\n)",
        "del d",
        "'text'",
        "e; f",
        "g; h; i",
        's = """\n  # no comment\n"""',
    ]
)


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        lines += draw(st.sampled_from([[], [], [""], ["# above"], ["# above", ""], ["", ""]]))
        if depth < 2 and draw(st.booleans()):
            header = draw(
                st.sampled_from(["if y:", "def f():", "@d  # on d\ndef f():", "class C:", "with y:"])
            )
            body = draw(blocks(depth + 1))
            indent = draw(st.sampled_from(["    ", "  ", "\t"]))
            lines += header.split("\n")
            lines += [
                indent + line if line and not _in_text(body, number) else line
                for number, line in enumerate(body)
            ]
        else:
            code, *more = draw(simple).split("\n")
            if not more:
                code += draw(st.sampled_from(["", "", "  # behind", "  # noqa", " ;"]))
            lines += [code, *more]
    return lines


def _in_text(lines: list[str], number: int) -> bool:
    """Whether a line continues a string, which must not be indented further."""
    return "\n".join(lines[:number]).count('"""') % 2 == 1


@given(blocks(), st.data())
def test_any_removal_and_insertion_keeps_the_module_right(lines, data):
    text = "\n".join(lines) + data.draw(st.sampled_from(["\n", ""]))
    if data.draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    editing = Editing(text, last_line=len(lines), line_feeds=data.draw(st.booleans()))
    statements = [
        node
        for node in _all_nodes(editing.region.tree)
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement)
    ]
    chosen = data.draw(st.sampled_from(statements))
    kind = data.draw(st.sampled_from(["before", "after", "remove", "replace"]))
    if kind == "remove":
        editing.editor.remove_statement(chosen)
    elif kind == "replace":
        editing.editor.replace_statement(chosen, "new()\nif new:\n    new()")
    elif kind == "before":
        editing.editor.insert_statement_before(chosen, "# new\nnew()\n")
    else:
        editing.editor.insert_statement_after(chosen, "# new\nnew()\n")
    after = editing.result()
    if after is None:
        return
    ast.parse(after)
    assert set(comments(text) - comments(after)) <= {"# noqa"}
    assert ("\r\n" in text) == ("\r\n" in after) or after.count("\n") == 0
    assert "\n" not in after.replace("\r\n", "") or "\r\n" not in text
    if kind != "remove":
        assert after.count("new()") == (2 if kind == "replace" else 1)


def _all_nodes(node: cst.CSTNode) -> list[cst.CSTNode]:
    return [node, *(each for child in node.children for each in _all_nodes(child))]
