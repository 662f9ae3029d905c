from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.diagnostics import Applicability, Fix
from fastapi_lint.fixes.apply import apply_edits
from fastapi_lint.fixes.positions import LineMap
from tests.fixes.sample import edit, fix

TEXT = "alpha beta gamma\ndelta\n"


def test_edits_are_applied_where_they_say():
    first = fix(TEXT, (0, 5, "A"))
    second = fix(TEXT, (17, 22, "D"), (23, 23, "end\n"))
    result = apply_edits(TEXT, [second, first])
    assert result.text == "A beta gamma\nD\nend\n"
    assert result.applied == (first, second)
    assert result.skipped == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((0, 10, "outer"), (6, 10, "inner")),
        ((0, 5, "A"), (3, 8, "B")),
        ((0, 5, ""), (5, 5, ", more")),
        ((0, 5, ""), (5, 10, "")),
        ((0, 6, ""), (0, 6, "different")),
        ((5, 5, "(await "), (5, 5, "(await ")),
    ],
)
def test_of_two_fixes_that_touch_one_is_left_for_the_next_pass(one, other):
    winner, loser = fix(TEXT, one, message="one"), fix(TEXT, other, message="other")
    for order in ([winner, loser], [loser, winner]):
        result = apply_edits(TEXT, order)
        assert len(result.applied) == len(result.skipped) == 1
        assert result == apply_edits(TEXT, order[::-1])
    assert apply_edits(TEXT, [winner]).text != TEXT


def test_the_outer_fix_wins():
    outer, inner = fix(TEXT, (0, 10, "outer")), fix(TEXT, (6, 10, "inner"))
    with_import = fix(TEXT, (0, 0, "import x\n"), (6, 10, "inner"))
    assert apply_edits(TEXT, [inner, outer]).applied == (outer,)
    assert apply_edits(TEXT, [fix(TEXT, (6, 16, "outer")), with_import]).text == "alpha outer\ndelta\n"


def test_a_fix_is_applied_whole_or_not_at_all():
    whole = fix(TEXT, (0, 5, "A"), (17, 22, "D"))
    rival = fix(TEXT, (3, 16, "B"))
    result = apply_edits(TEXT, [whole, rival])
    assert result.applied == (rival,)
    assert result.text == "alpB\ndelta\n"


def test_the_same_import_is_inserted_once():
    first = fix(TEXT, (0, 0, "import asyncio\n"), (6, 10, "asyncio.one"))
    second = fix(TEXT, (0, 0, "import asyncio\n"), (11, 16, "asyncio.two"))
    result = apply_edits(TEXT, [first, second])
    assert result.skipped == ()
    assert result.text == "import asyncio\nalpha asyncio.one asyncio.two\ndelta\n"


def test_equal_fixes_count_as_applied():
    twice = fix(TEXT, (0, 5, "A"))
    result = apply_edits(TEXT, [twice, fix(TEXT, (0, 5, "A"))])
    assert result.text == "A beta gamma\ndelta\n"
    assert result.applied == (twice, twice)


def test_edits_of_one_fix_at_one_place_keep_their_order():
    assert apply_edits(TEXT, [fix(TEXT, (5, 5, "z"), (5, 5, "a"), (5, 6, "_"))]).text.startswith(
        "alphaza_beta"
    )


@pytest.mark.parametrize(
    "edits",
    [
        [edit(9, 1, 9, 1, "no such row")],
        [edit(1, 18, 1, 99, "no such column")],
        [edit(1, 5, 1, 2, "ends before it begins")],
        [edit(1, 1, 1, 5, "overlaps"), edit(1, 4, 1, 6, "itself")],
    ],
)
def test_impossible_fixes_are_told_apart(edits):
    impossible = Fix("impossible", Applicability.SAFE, tuple(edits))
    possible = fix(TEXT, (0, 5, "A"))
    result = apply_edits(TEXT, [impossible, possible])
    assert result.invalid == (impossible,)
    assert result.applied == (possible,)


def test_rows_and_columns_are_those_of_the_parser():
    text = "a\x0cb\u2028c\r\nü = 1\rlast"
    assert apply_edits(text, [Fix("", Applicability.SAFE, (edit(2, 1, 2, 2, "é"),))]).text == text.replace(
        "ü", "é"
    )
    assert apply_edits(text, [Fix("", Applicability.SAFE, (edit(3, 5, 3, 5, "!"),))]).text == text + "!"


texts = st.text(st.sampled_from("ab(\n\r\x0cé"), max_size=30)


@st.composite
def texts_with_fixes(draw: st.DrawFn) -> tuple[str, list[Fix]]:
    text = draw(texts)
    places = st.integers(0, len(text))
    contents = st.text(st.sampled_from("xy()\n"), max_size=3)
    changes = st.lists(
        st.tuples(places, places, contents).filter(lambda change: change[0] <= change[1]), max_size=3
    )
    fixes = draw(st.lists(changes, max_size=5))
    return text, [fix(text, *each, message=str(number % 3)) for number, each in enumerate(fixes)]


def reference(text: str, fixes: Sequence[Fix]) -> str:
    """Splices the changes in, each one once, from the last to the first."""
    lines = LineMap(text)
    changes: set[tuple[int, int, str]] = set()
    for each in fixes:
        contents: dict[tuple[int, int], str] = {}
        for start, end, content in map(lines.change, each.edits):
            contents[start, end] = contents.get((start, end), "") + content
        changes.update((start, end, content) for (start, end), content in contents.items())
    for start, end, content in sorted(changes, reverse=True):
        text = text[:start] + content + text[end:]
    return text


@given(texts_with_fixes())
def test_the_result_is_that_of_the_reference(given_):
    text, fixes = given_
    result = apply_edits(text, fixes)
    assert result.text == reference(text, result.applied)
    assert sorted(map(repr, (*result.applied, *result.skipped, *result.invalid))) == sorted(map(repr, fixes))


@given(texts_with_fixes())
def test_text_outside_the_edits_is_kept(given_):
    text, fixes = given_
    result = apply_edits(text, fixes)
    rest = iter(result.text)
    lines = LineMap(text)
    edited = [
        range(change.start, change.end) for each in result.applied for change in map(lines.change, each.edits)
    ]
    outside = [character for place, character in enumerate(text) if not any(place in span for span in edited)]
    assert all(character in rest for character in outside), "the kept characters are there, in order"


@given(texts_with_fixes(), st.randoms())
def test_the_order_of_fixes_does_not_matter(given_, shuffler: random.Random):
    text, fixes = given_
    shuffled = list(fixes)
    shuffler.shuffle(shuffled)
    assert apply_edits(text, shuffled) == apply_edits(text, fixes)


@given(texts_with_fixes())
def test_skipped_fixes_are_in_the_way_of_an_applied_one(given_):
    text, fixes = given_
    result = apply_edits(text, fixes)
    for skipped in result.skipped:
        together = [apply_edits(text, [skipped, applied]) for applied in result.applied]
        assert any(len(each.applied) == 1 for each in together)
    assert bool(result.applied) or not result.skipped
