"""Coroutines that nobody awaits."""

from __future__ import annotations

import pytest

from tests.support import application_of, module_of


def unawaited(body: str) -> list[str]:
    source = "\n".join(f"    {line}" for line in body.splitlines())
    code = f"import asyncio\nasync def make(): ...\nasync def f(x=None):\n{source}\n"
    application = application_of({"main.py": code})
    found = application.unawaited_coroutines.get(module_of(application, "main"), {})
    return [each.how for each in found.values()]


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("make()", "dropped"),
        ("y = make()", "dropped"),
        ("y = make()\nif y: pass", "used"),
        ("if make(): pass", "used"),
        ("x == make()", "used"),
        ("make().result", "used"),
        ("asyncio.sleep(1)", "dropped"),
    ],
)
def test_found(body: str, how: str) -> None:
    assert unawaited(body) == [how]


@pytest.mark.parametrize(
    "body",
    [
        "await make()",
        "y = make()\nawait y",
        "return make()",
        "asyncio.create_task(make())",
        "await asyncio.gather(make(), make())",
        "x.append(make())",
        "y = make()\ny.close()",
        "y = make()\ndef inner(): return y",
        "x.make()",
    ],
)
def test_somebody_elses(body: str) -> None:
    assert unawaited(body) == []
