"""Bodies that are edited: what is compared of them, and what does not matter."""

from __future__ import annotations

import pytest

from fastapi_lint.application import revealed
from fastapi_lint.application.application import Application
from fastapi_lint.application.edited_bodies import EditedBodies, EditedBody, Unforeseeable
from fastapi_lint.application.names import all_definitions
from fastapi_lint.application.scopes import Function
from tests.support import application_of, module_of

_MODULE = """
import sys
from fastapi import HTTPException
from sqlalchemy.orm import Session

pool = None
cache = None


def refuse():
    raise HTTPException(403)


def other():
    print()


class Shop:
    def edited(self, value, call, session: Session):
        {body}
"""


def _version(body: str) -> tuple[Application, Function]:
    application = application_of({"shop.py": _MODULE.format(body=body.replace("\n", "\n        "))})
    functions = all_definitions(module_of(application, "shop").scope)
    found = next(each for each in functions if isinstance(each, Function) and each.name == "edited")
    return application, found


def _concerned(before: str, now: str, fact: int) -> set[str] | None:
    """The files whose findings may change; None when that may be all."""
    application_before, function_before = _version(before)
    application_now, function_now = _version(now)
    edits = EditedBodies(application_before, application_now, lambda _: ())
    try:
        return edits.concerned([EditedBody(function_before, function_now, fact)]).paths
    except Unforeseeable:
        return None


@pytest.mark.parametrize(
    ("fact", "before", "alike", "different"),
    [
        (revealed.NOTHING, "pass", "return open(value)", None),
        (revealed.SOMETHING, "pass", None, "return 1"),
        (revealed.RETURNED, "return str(value)", "print()\nreturn str(call)", "return Shop()"),
        (revealed.YIELDED, "yield str(value)", "print()\nyield str(call)", "yield Shop()"),
        (revealed.CALLED_PARAMETERS, "call()", "print(call())", "value()"),
        (revealed.FIRST_TIME, "pass", "print()", "if self.x is None:\n    self.x = 1"),
        (revealed.ASSIGNED, "self.shop = Shop()", "print()\nself.shop = Shop()", "self.shop = 1"),
        (
            revealed.ASSIGNED,
            "global pool, cache\npool = Shop()",
            "global pool, cache\nprint()\npool = Shop()",
            "global pool, cache\npool = 1",
        ),
        (
            revealed.ASSIGNED,
            "global pool, cache\npool = Shop()",
            None,
            "global pool, cache\npool = cache = Shop()",
        ),
        (revealed.CHANGED, "session.add(value)", "print()\nsession.add(value)", "session.delete(value)"),
        (revealed.CHANGED, "other()", "print(other())", "refuse()"),
        (revealed.NEVER_RETURNS, "sys.exit()", "print()\nsys.exit(1)", "print()"),
        (revealed.NEVER_RETURNS, "refuse()", "print()\nraise KeyError", "other()"),
        (revealed.TRANSFORMED, "return value", "print(value)\nreturn value", "return call"),
        (revealed.TRANSFORMED, "self.name = value", "self.name = call", "self.title = value"),
        (
            revealed.RAISED,
            "raise HTTPException(401)",
            "print()\nraise HTTPException(status_code=401)",
            "raise HTTPException(404)",
        ),
        (revealed.RAISED, "refuse()", "print(refuse())", "other()"),
        (revealed.RAISED, "refuse()", None, "try:\n    refuse()\nexcept Exception:\n    pass"),
        (revealed.RAISED, "raise refuse()", None, "refuse()"),
    ],
)
def test_what_is_compared(fact: int, before: str, alike: str | None, different: str | None) -> None:
    if alike is not None:
        assert _concerned(before, alike, fact) == set()
    if different is not None:
        assert _concerned(before, different, fact) is None


@pytest.mark.parametrize("fact", [revealed.PASSED_ON, revealed.STEPS])
def test_what_concerns_the_files_of_other_functions(fact: int) -> None:
    assert _concerned("return other()", "print()\nreturn other()", fact) == set()
    assert _concerned("return other()", "return refuse()", fact) == {"shop.py"}


def test_facts_do_not_overlap() -> None:
    facts = [value for name, value in vars(revealed).items() if name.isupper() and value]
    assert len(set(facts)) == len(facts)
    assert all(fact.bit_count() == 1 for fact in facts)
