"""What the body of a function runs, uses, and leaves unknown."""

from __future__ import annotations

import pytest

from fastapi_lint.application import function_steps, located, scopes
from fastapi_lint.application.function_steps import Steps
from fastapi_lint.application.scopes import Function
from fastapi_lint.application.steps import Run, Unresolved, Use
from fastapi_lint.index import nodes
from fastapi_lint.knowledge.callbacks import Callbacks
from tests.support import application_of, module_of

TOOLS = """
    from contextlib import contextmanager
    def plain(): ...
    async def coroutine(): ...
    def generator():
        yield 1
    async def stream():
        yield 1
    @contextmanager
    def context():
        yield 1
    def caller(function): return function()
    class Thing:
        def __init__(self): ...
        def method(self): ...
        def __enter__(self): ...
        def __exit__(self, *error): ...
        @property
        def value(self): ...
    thing = Thing()
"""


def steps_of(body: str, offloaders: tuple[str, ...] = ()) -> list[str]:
    """The steps of `async def f(): <body>`, as `how target`."""
    source = "\n".join(f"    {line}" for line in body.splitlines())
    application = application_of(
        {"tools.py": TOOLS, "main.py": f"from tools import *\nasync def f(x=None):\n{source}\n"}
    )
    function = next(module_of(application, "main").scope.definitions())
    assert isinstance(function, Function)
    found = []
    for step in Steps(application.inference, Callbacks(offloaders)).of(function):
        if isinstance(step, Run):
            found.append(f"{step.how} {step.function.qualname}")
        elif isinstance(step, Use):
            found.append(f"{step.how} {step.name}{' awaited' if step.awaited else ''}")
        else:
            assert isinstance(step, Unresolved)
            found.append("unknown")
    return found


@pytest.mark.parametrize(
    ("body", "steps"),
    [
        ("plain()", ["call plain"]),
        ("await coroutine()", ["await coroutine"]),
        ("coroutine()", ["made coroutine"]),
        ("generator()", []),
        ("for _ in generator(): pass", ["iterate generator", "iterate typing.Generator"]),
        ("context()", []),
        ("with context(): pass", ["enter context"]),
        ("Thing()", ["construct Thing.__init__"]),
        ("thing.method()", ["call Thing.method"]),
        ("thing.value", ["read Thing.value"]),
        ("with thing: pass", ["enter Thing.__enter__", "enter Thing.__exit__"]),
        ("[plain() for _ in 'ab']", ["call plain"]),
        ("[plain() for plain in 'ab']", ["unknown"]),
        ("lambda: plain()", []),
        ("def inner(): plain()", []),
        ("x.plain()", ["unknown"]),
        ("'a'.upper()", ["call builtins.str.upper"]),
    ],
)
def test_syntax(body: str, steps: list[str]) -> None:
    assert steps_of(body) == steps


@pytest.mark.parametrize(
    ("body", "run"),
    [
        ("caller(plain)", ["call caller", "call plain"]),
        ("caller(lambda: plain())", ["call caller", "call plain"]),
        ("caller(function=thing.method)", ["call caller", "call Thing.method"]),
        ("import functools\nfunctools.partial(plain)()", ["call functools.partial", "call plain"]),
        ("import asyncio\nawait asyncio.to_thread(plain)", ["call asyncio.to_thread awaited"]),
        (
            "import asyncio\nasyncio.create_task(coroutine())",
            ["call asyncio.create_task", "schedule coroutine"],
        ),
        (
            "import asyncio\nawait asyncio.gather(coroutine())",
            ["call asyncio.gather awaited", "await coroutine"],
        ),
        ("import asyncio\nasyncio.run(coroutine())", ["call asyncio.run", "private coroutine"]),
        (
            "from fastapi.responses import StreamingResponse\nStreamingResponse(stream())",
            ["call fastapi.responses.StreamingResponse", "stream stream"],
        ),
        (
            "from fastapi.responses import StreamingResponse\nStreamingResponse(generator())",
            ["call fastapi.responses.StreamingResponse"],
        ),
    ],
)
def test_functions_handed_over(body: str, run: list[str]) -> None:
    assert sorted(steps_of(body)) == sorted(run)


def test_a_projects_own_offloader_runs_its_argument_elsewhere() -> None:
    assert steps_of("import acme\nacme.in_thread(plain)", ("acme.in_thread",)) == ["call acme.in_thread"]


def test_inner_calls_come_first() -> None:
    assert steps_of("caller(Thing()).method(plain())")[:2] == ["construct Thing.__init__", "call caller"]


def test_index_nodes_are_those_of_the_calls() -> None:
    application = application_of({"main.py": "def g(): ...\ndef f():\n    g()\n"})
    _, function = module_of(application, "main").scope.definitions()
    assert isinstance(function, Function)
    (step,) = application.event_loop.steps.of(function)
    assert isinstance(step.node, nodes.Call)
    assert step.node.line == 3


def handed_on(*functions: str) -> list[str]:
    """What `first(plain)` runs among functions that hand their parameter on to one another."""
    application = application_of(
        {"main.py": "def plain(): ...\nasync def f():\n    first(plain)\n" + "\n".join(functions)}
    )
    function = module_of(application, "main").scope.bindings["f"][0].symbol
    assert isinstance(function, Function)
    return [run.function.name for run in Steps(application.inference, Callbacks(())).runs(function)]


def test_a_function_is_called_at_the_end_of_a_long_chain() -> None:
    chain = [f"def link{number}(g): link{number + 1}(g)" for number in range(1000)]
    assert handed_on("def first(g): link0(g)", *chain, "def link1000(g): g()") == ["first", "plain"]


def test_functions_that_hand_a_function_round_call_it_if_one_does() -> None:
    first, second = "def first(g): second(g)", "def second(g): first(g); third(g)"
    assert handed_on(first, second, "def third(g): g()") == ["first", "plain"]
    assert handed_on(first, second, "def third(g): print(g)") == ["first"]


def test_what_is_declared_to_be_text_is_not_called() -> None:
    assert handed_on("def first(g: Handler | None): g()") == ["first", "plain"]
    assert handed_on("def first(g: str | None): g()") == ["first"]


def test_all_that_is_a_step_is_among_the_nodes_of_a_body() -> None:
    assert function_steps._KINDS <= scopes._NOTABLE
    assert located._HOLDERS <= scopes._NOTABLE
