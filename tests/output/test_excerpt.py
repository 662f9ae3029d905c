from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from fastapi_lint.diagnostics import Location
from fastapi_lint.output.excerpt import excerpt
from fastapi_lint.output.terminal import Paint


def frame(text: str, start: tuple[int, int], end: tuple[int, int], width: int = 60) -> str:
    lines = text.split("\n")
    rows = excerpt(
        lines, Location(*start), Location(*end), gutter=2, width=width, paint=Paint(False), role="error"
    )
    return "\n".join(rows)


def test_one_row() -> None:
    assert frame("x = sleep(5)", (1, 5), (1, 10)) == " 1 | x = sleep(5)\n   |     ^^^^^"


def test_an_empty_range_is_one_caret() -> None:
    assert frame("ab", (1, 2), (1, 2)) == " 1 | ab\n   |  ^"


def test_the_end_of_the_file() -> None:
    assert frame("def f(", (1, 7), (1, 7)) == " 1 | def f(\n   |       ^"
    assert frame("def f(", (9, 1), (9, 5)) == " 1 | def f(\n   |       ^"
    assert frame("", (1, 1), (1, 1)) == " 1 |\n   | ^"


def test_an_end_before_the_first_column_is_the_row_before() -> None:
    assert frame("ab\ncd", (1, 1), (2, 1)) == " 1 | ab\n   | ^^"


def test_tabs_become_spaces() -> None:
    assert frame("\tsleep(5)", (1, 2), (1, 7)) == " 1 |     sleep(5)\n   |     ^^^^^"


def test_wide_and_combining_characters() -> None:
    assert frame('"日本" + cafe\u0301 + x', (1, 8), (1, 13)) == (
        ' 1 | "日本" + cafe\u0301 + x\n   |          ^^^^'
    )
    assert frame("名前 = 1", (1, 1), (1, 3)) == " 1 | 名前 = 1\n   | ^^^^"


def test_what_a_terminal_would_obey_is_shown() -> None:
    assert frame("a\x1b[2Jb\x0c", (1, 6), (1, 7)) == " 1 | a␛[2Jb␌\n   |      ^"
    assert frame("# \u202eevil", (1, 3), (1, 4)) == " 1 | # <U+202E>evil\n   |   ^^^^^^^^"


def test_several_rows_from_the_first_word() -> None:
    assert frame("if x:\n    class A:\n        b = 1\n", (2, 5), (3, 14)) == (
        " 2 | /     class A:\n 3 | |         b = 1\n   | |_____________^"
    )


def test_several_rows_from_the_middle_of_one() -> None:
    assert frame("a = f(\n    1,\n)", (1, 5), (3, 2)) == (
        " 1 |   a = f(\n   |  _____^\n 2 | |     1,\n 3 | | )\n   | |_^"
    )


def test_the_middle_of_a_long_range_is_left_out() -> None:
    text = "\n".join(f"row{n}" for n in range(1, 21))
    assert frame(text, (1, 1), (20, 6)) == (
        " 1 | / row1\n 2 | | row2\n 3 | | row3\n 4 | | row4\n...  |\n19 | | row19\n20 | | row20\n   | |_____^"
    )


def test_a_long_row_is_cut_around_the_range() -> None:
    text = "a" * 50 + "FLAG" + "b" * 50
    assert frame(text, (1, 51), (1, 55), width=20) == (" 1 | ...aaaaaFLAGbbbbb...\n   |         ^^^^")
    assert frame(text, (1, 1), (1, 3), width=20) == (" 1 | aaaaaaaaaaaaaaaaa...\n   | ^^")
    assert frame(text, (1, 104), (1, 105), width=20) == (
        " 1 | ...bbbbbbbbbbbbbbbbb\n   |                    ^"
    )


def test_a_range_longer_than_the_screen() -> None:
    text = "x" * 5 + "F" * 100 + "y" * 5
    assert frame(text, (1, 6), (1, 106), width=20) == (" 1 | ...FFFFFFFFFFFFFF...\n   |    ^^^^^^^^^^^^^^^^^")


source_text = st.text(st.sampled_from("ab_(.\"' \té日本名e\u0301\U0001f600\x1b"), max_size=80)


@st.composite
def ranges_within_a_row(draw: st.DrawFn) -> tuple[str, int, int]:
    line = draw(source_text)
    start = draw(st.integers(1, len(line) + 1))
    end = draw(st.integers(start, len(line) + 1))
    return line, start, end


@given(ranges_within_a_row(), st.integers(20, 60))
def test_no_row_is_wider_than_allowed(case: tuple[str, int, int], width: int) -> None:
    line, start, end = case
    source, carets = frame(line, (1, start), (1, end), width=width).split("\n")
    assert cell_len(source) <= width + 5
    assert len(carets) <= width + 5 + 1
    assert carets.rstrip("^").endswith((" ", "|"))


@given(ranges_within_a_row())
def test_carets_are_under_the_range(case: tuple[str, int, int]) -> None:
    line, start, end = case
    _, carets = frame(line, (1, start), (1, end), width=10_000).split("\n")
    shown = {"\t": "    ", "\x1b": "␛"}
    before, flagged = (
        "".join(shown.get(character, character) for character in part)
        for part in (line[: start - 1], line[start - 1 : end - 1])
    )
    assert carets.count("^") == max(cell_len(flagged), 1)
    assert carets.index("^") == 5 + cell_len(before)


@given(st.lists(source_text, min_size=1, max_size=12), st.data())
def test_any_range_can_be_framed(lines: list[str], data: st.DataObject) -> None:
    places = st.builds(Location, st.integers(1, 15), st.integers(1, 100))
    start, end = data.draw(places), data.draw(places)
    rows = list(excerpt(lines, start, end, gutter=2, width=40, paint=Paint(False), role="error"))
    assert len(rows) >= 2
    assert all("\n" not in row and cell_len(row) <= 40 + 5 + 3 for row in rows)
