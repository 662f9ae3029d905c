"""What runs when a decorated function is called."""

from __future__ import annotations

import pytest

from fastapi_lint.application.scopes import Function
from tests.support import application_of, module_of

DECORATORS = """
    import asyncio, functools
    from elsewhere import unknown
    def calling(function):
        @functools.wraps(function)
        def wrapper(*args):
            return function(*args)
        return wrapper
    def offloading(function):
        async def wrapper(*args):
            return await asyncio.to_thread(function, *args)
        return wrapper
    def registering(function):
        return function
    def with_arguments(times):
        def decorate(function):
            def wrapper():
                return function()
            return wrapper
        return decorate
"""


def running(decorators: str, kind: str = "def") -> list[str]:
    source = f"from decorators import *\nimport functools\n{decorators}\n{kind} f(): ...\n"
    application = application_of({"decorators.py": DECORATORS, "main.py": source})
    function = next(module_of(application, "main").scope.definitions())
    assert isinstance(function, Function)
    return [each.qualname for each in application.event_loop.decorated.running(function)]


@pytest.mark.parametrize(
    ("decorators", "expected"),
    [
        ("", ["f"]),
        ("@calling", ["calling.<locals>.wrapper", "f"]),
        ("@offloading", ["offloading.<locals>.wrapper"]),
        ("@registering", ["f"]),
        ("@with_arguments(3)", ["with_arguments.<locals>.decorate.<locals>.wrapper", "f"]),
        ("@functools.lru_cache", ["f"]),
        ("@unknown", []),
        ("@unknown\n@calling", []),
    ],
)
def test_running(decorators: str, expected: list[str]) -> None:
    assert running(decorators) == expected


def test_a_coroutine_function_stays_on_the_loop() -> None:
    assert running("@unknown", "async def") == ["f"]
