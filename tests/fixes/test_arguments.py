"""Arguments removed and added: the list keeps its layout, its comments and its meaning."""

from __future__ import annotations

import ast
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.comments import comments
from tests.fixes.sample import Editing

REMOVED = {
    "the first": ("f(x, a, b)\n", "f(a, b)\n"),
    "the middle": ("f(a, x, b)\n", "f(a, b)\n"),
    "the last": ("f(a, b, x)\n", "f(a, b)\n"),
    "the last before a comma": ("f(a, x,)\n", "f(a,)\n"),
    "the only one": ("f( x )\n", "f()\n"),
    "the only one on a line": ("f(\n    x,\n)\n", "f()\n"),
    "on its own line": ("f(\n    a,\n    x,\n    b,\n)\n", "f(\n    a,\n    b,\n)\n"),
    "last on its own line": ("f(\n    a,\n    x,\n)\n", "f(\n    a,\n)\n"),
    "last on its own line without a comma": ("f(\n    a,\n    x\n)\n", "f(\n    a\n)\n"),
    "last of a hanging call": ("f(a,\n  x)\n", "f(a)\n"),
    "first of a hanging call": ("f(x,\n  a,\n  b)\n", "f(a,\n  b)\n"),
    "sharing a line": ("f(\n    a, x,\n    b\n)\n", "f(\n    a,\n    b\n)\n"),
    "with the comma in front": ("f(a\n  , x\n  , b)\n", "f(a\n  , b)\n"),
    "over a continuation": ("f(a, \\\n  x)\n", "f(a)\n"),
    "with a comment of its own": (
        "f(\n    a,\n    x,  # why\n    b,\n)\n",
        "f(\n    a,\n    # why\n    b,\n)\n",
    ),
    "with a comment above": ("f(\n    # on x\n    x,\n    b,\n)\n", "f(\n    # on x\n    b,\n)\n"),
    "after a commented one": ("f(\n    a,  # on a\n    x,\n)\n", "f(\n    a,  # on a\n)\n"),
    "after a commented one, without a comma": ("f(\n    a,  # on a\n    x\n)\n", "f(\n    a  # on a\n)\n"),
    "with a comment for a tool": ("f(\n    a,\n    x,  # noqa: F821\n    b,\n)\n", "f(\n    a,\n    b,\n)\n"),
    "sharing a line with a comment": (
        "f(\n    a, x,  # both\n    b,\n)\n",
        "f(\n    a,  # both\n    b,\n)\n",
    ),
    "the only one, commented": ("f(\n    x,  # why\n)\n", "f(\n    # why\n)\n"),
    "with tabs": ("if y:\n\tf(\n\t\ta,\n\t\tx,\n\t)\n", "if y:\n\tf(\n\t\ta,\n\t)\n"),
    "with Windows line ends": ("f(\r\n    a,\r\n    x,\r\n)\r\n", "f(\r\n    a,\r\n)\r\n"),
    "behind wide characters": ("f('é𝄞', x, 'ü')\n", "f('é𝄞', 'ü')\n"),
}


@pytest.mark.parametrize(("before", "after"), REMOVED.values(), ids=REMOVED)
def test_removing_an_argument(before, after):
    editing = Editing(before)
    editing.editor.remove_argument(*editing.argument("x"))
    assert editing.result() == after


REMOVED_TOGETHER = {
    "first and last": ("f(x, a, x2)\n", "f(a)\n"),
    "two of three": ("f(\n    x,\n    x2,\n    a,\n)\n", "f(\n    a,\n)\n"),
    "all": ("f(x,\n  x2)\n", "f()\n"),
    "all but comments": ("f(\n    x,  # one\n    x2  # two\n)\n", "f(\n    # one\n    # two\n)\n"),
    "the last two": ("f(a, x, x2)\n", "f(a)\n"),
    "the last two, commented": ("f(a,  # a\n  x,  # x\n  x2)\n", "f(a  # a\n  # x\n  )\n"),
}


@pytest.mark.parametrize(("before", "after"), REMOVED_TOGETHER.values(), ids=REMOVED_TOGETHER)
def test_removing_two_arguments(before, after):
    editing = Editing(before)
    for code in ("x", "x2"):
        editing.editor.remove_argument(*editing.argument(code))
    assert editing.result() == after


def test_an_argument_with_a_comment_inside_stays():
    editing = Editing("f(a, k=g(\n    1,  # one\n))\n")
    editing.editor.remove_argument(*editing.argument("k=g(\n    1,  # one\n)"))
    assert editing.fix() is None


ADDED = {
    "to none": ("f()\n", "f(y=1)\n"),
    "to none, spread": ("f(\n)\n", "f(y=1)\n"),
    "to none, commented": ("f(\n    # none\n)\n", "f(\n    # none\n    y=1,\n)\n"),
    "to one": ("f(a)\n", "f(a, y=1)\n"),
    "behind a comma": ("f(a,)\n", "f(a, y=1,)\n"),
    "on its own line": ("f(\n    a,\n    b,\n)\n", "f(\n    a,\n    b,\n    y=1,\n)\n"),
    "without a final comma": ("f(\n    a,\n    b\n)\n", "f(\n    a,\n    b,\n    y=1\n)\n"),
    "behind a comment": ("f(\n    a,  # on a\n)\n", "f(\n    a,  # on a\n    y=1,\n)\n"),
    "behind a comment, no comma": ("f(\n    a  # on a\n)\n", "f(\n    a,  # on a\n    y=1\n)\n"),
    "in front of `**`": ("f(a, **k)\n", "f(a, y=1, **k)\n"),
    "in front of `**` on its own line": ("f(\n    a,\n    **k,\n)\n", "f(\n    a,\n    y=1,\n    **k,\n)\n"),
    "to a generator": ("f(i for i in a)\n", "f((i for i in a), y=1)\n"),
    "with Windows line ends": ("f(\r\n    a,\r\n)\r\n", "f(\r\n    a,\r\n    y=1,\r\n)\r\n"),
    "to a call of a call": ("f(1)(a)\n", "f(1)(a, y=1)\n"),
    "to a strange call": ("(f)(  # (\n    a)\n", "(f)(  # (\n    a,\n    y=1)\n"),
}


@pytest.mark.parametrize(("before", "after"), ADDED.values(), ids=ADDED)
def test_adding_an_argument(before, after):
    editing = Editing(before)
    call = editing.region.tree.body[0].body[0].value
    editing.editor.add_argument(call, "y=1")
    assert editing.result() == after


@pytest.mark.parametrize(
    ("argument", "after"),
    [("y", "f(a, y, k=1, **m)\n"), ("**y", "f(a, k=1, **m, **y)\n"), ("*y", "f(a, *y, k=1, **m)\n")],
)
def test_an_argument_goes_where_its_kind_may_stand(argument, after):
    editing = Editing("f(a, k=1, **m)\n")
    editing.editor.add_argument(editing.region.tree.body[0].body[0].value, argument)
    assert editing.result() == after


def test_an_added_argument_takes_the_place_of_a_removed_one():
    editing = Editing("f(\n    a,\n    x,  # why\n)\n")
    call, argument = editing.argument("x")
    editing.editor.remove_argument(call, argument)
    editing.editor.add_argument(call, "y=1")
    editing.editor.add_argument(call, "z=2")
    assert editing.result() == "f(\n    a,\n    y=1, z=2,  # why\n)\n"


def test_renaming_a_keyword():
    editing = Editing("f(regex = 'a',)\n")
    editing.editor.rename_keyword(editing.argument("regex = 'a'")[1], "pattern")
    assert editing.result() == "f(pattern = 'a',)\n"


def test_elements_of_displays():
    editing = Editing("f(['GET', 'POST'], {'a': 1, 'b': 2}, {1})\n")
    for code, kind in (("['GET', 'POST']", "List"), ("{'a': 1, 'b': 2}", "Dict"), ("{1}", "Set")):
        display = editing.node(code, getattr(__import__("libcst"), kind))
        editing.editor.remove_element(display, display.elements[-1])
        editing.editor.add_element(display, "'c': 3" if kind == "Dict" else "'PUT'")
    assert editing.result() == "f(['GET', 'PUT'], {'a': 1, 'c': 3}, {'PUT'})\n"


# Any layout

spaces = st.text(st.sampled_from(" "), max_size=2)
breaks = st.builds(
    lambda comment, lines, indent: (f"  # {comment}" if comment else "") + lines + indent,
    st.sampled_from(["", "", "one", "two", "noqa", "type: ignore"]),
    st.sampled_from(["\n", "\n", "\n\n", "\n# own line\n"]),
    st.text(st.sampled_from(" "), max_size=6),
)
gaps = st.one_of(spaces, breaks)
items = st.sampled_from(["a", "(b)", "k{}=1", "k{}=g(\n  2)", "'#,'", "*c", "**d", "k{}=[\n1,\n]"])


@st.composite
def calls(draw: st.DrawFn) -> str:
    count = draw(st.integers(0, 4))
    chosen = [draw(items).format(number) for number in range(count)]
    chosen.sort(key=lambda item: (item.startswith("**"), "=" in item and not item.startswith("'")))
    code = "f(" + draw(gaps)
    for number, item in enumerate(chosen):
        code += item + draw(gaps)
        if number + 1 < count or draw(st.booleans()):
            code += "," + draw(gaps)
    return code + ")\n"


def arguments(text: str) -> list[str]:
    call = ast.parse(text).body[0].value
    found = [*call.args, *call.keywords]
    places = [getattr(each, "value", each) if isinstance(each, ast.keyword) else each for each in found]
    order = sorted(range(len(found)), key=lambda number: (places[number].lineno, places[number].col_offset))
    return [ast.dump(found[number]) for number in order]


@given(
    calls(),
    st.sets(st.integers(0, 3)),
    st.lists(st.sampled_from(["new1=1", "new2=2", "**new3"]), unique=True),
)
def test_any_layout_stays_right(before, removed, added):
    editing = Editing(before)
    call = editing.region.tree.body[0].body[0].value
    gone = [call.args[number] for number in removed if number < len(call.args)]
    for argument in gone:
        editing.editor.remove_argument(call, argument)
    for argument in added:
        editing.editor.add_argument(call, argument)
    after = editing.result()
    if after is None:
        assert not gone and not added
        return
    codes = [editing.region.code(argument) for argument in call.args if argument not in gone]
    assert Counter(arguments(after)) == Counter(arguments(f"f({', '.join([*codes, *added])})\n"))
    lost = comments(before) - comments(after)
    assert set(lost) <= {"# noqa", "# type: ignore"}
