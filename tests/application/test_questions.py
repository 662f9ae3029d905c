"""Answers that depend on one another."""

from __future__ import annotations

from fastapi_lint.application.questions import Questions


def test_each_answer_is_worked_out_once() -> None:
    questions = Questions()
    asked = []
    for _ in range(2):
        assert questions.answer("a", lambda: asked.append(1) or "answer") == "answer"
    assert asked == [1]


def test_a_question_inside_itself_has_no_answer() -> None:
    questions = Questions()

    def a() -> str | None:
        return questions.answer("a", a) or "a"

    assert questions.answer("a", a) == "a"


def test_what_leans_on_an_open_question_is_worked_out_again() -> None:
    questions = Questions()

    def a() -> str:
        return f"a({questions.answer('b', b)})"

    def b() -> str:
        return f"b({questions.answer('a', a)})"

    assert questions.answer("a", a) == "a(b(None))"
    assert questions.answer("b", b) == "b(a(b(None)))"


def test_depth_has_an_end() -> None:
    questions = Questions()

    def deeper(number: int) -> int | None:
        return questions.answer(number + 1, deeper, number + 1)

    assert questions.answer(0, deeper, 0) is None
