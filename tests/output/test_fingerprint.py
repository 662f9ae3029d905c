from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.diagnostics import Diagnostic, Location
from fastapi_lint.output.fingerprint import fingerprint, fingerprints

from . import sample

LINES = sample.lines_of(sample.SLEEP.filename)
assert LINES is not None


def changed(**fields: object) -> Diagnostic:
    return msgspec.structs.replace(sample.SLEEP, **fields)


def moved(by: int) -> Diagnostic:
    row = sample.SLEEP.location.row + by
    return changed(location=Location(row, 9), end_location=Location(row, 22), noqa_row=row)


@given(st.integers(0, 200))
def test_moved_and_reindented_lines_keep_their_fingerprint(by: int) -> None:
    lines = ["# new"] * by + [f"    {line}\t" for line in LINES]
    assert fingerprint(moved(by), lines) == fingerprint(sample.SLEEP, LINES)


def test_what_the_rule_offers_does_not_matter() -> None:
    assert fingerprint(changed(fix=None, help=None, trace=()), LINES) == fingerprint(sample.SLEEP, LINES)


def test_each_part_of_the_identity_matters() -> None:
    other_text = [line.replace("5", "6") for line in LINES]
    names = {
        fingerprint(sample.SLEEP, LINES),
        fingerprint(sample.SLEEP, LINES, 1),
        fingerprint(sample.SLEEP, other_text),
        fingerprint(sample.SLEEP, None),
        fingerprint(changed(code="FAL102"), LINES),
        fingerprint(changed(filename="app/other.py"), LINES),
        fingerprint(changed(message="`time.wait` blocks"), LINES),
    }
    assert len(names) == 7


def test_of_a_message_only_quoted_code_matters() -> None:
    def name(message: str) -> str:
        return fingerprint(changed(message=message), LINES)

    assert name("shadowed by app/main.py:12:5") == name("shadowed by app/main.py:340")
    assert name("shadowed by `app/main.py:12`") == name("shadowed by `app/main.py:340`")
    assert name("3 routes reach it, see line 12") == name("14 routes reach it, see line 9")
    assert name("`load` sleeps") == name("the event loop sleeps in `load`")
    assert name("`GET /v1/users`") != name("`GET /v2/users`")


def test_equal_findings_are_told_apart_by_their_order() -> None:
    lines = ["time.sleep(5)", "x = 1", "time.sleep(5)"]
    first, second = (changed(location=Location(row, 1), end_location=Location(row, 14)) for row in (1, 3))
    names = fingerprints([first, second], lambda name: lines)
    assert len(set(names)) == 2
    assert fingerprints([second], lambda name: ["x = 1", "", lines[2]]) == names[:1]


def test_form() -> None:
    assert len(fingerprint(sample.SLEEP, LINES)) == 32
    int(fingerprint(sample.SLEEP, LINES), 16)
