"""What runs on the event loop, from where, and where it blocks."""

from __future__ import annotations

import pytest

from fastapi_lint.application.application import Application
from fastapi_lint.application.event_loop import BlockingSite
from tests.support import application_of

HEADER = """
    import asyncio, time
    from fastapi import BackgroundTasks, Depends, FastAPI, Request
    def wait(): time.sleep(1)
"""


def application(code: str) -> Application:
    return application_of({"tools.py": HEADER, "main.py": "from tools import *\n" + code})


def only_site(code: str) -> BlockingSite:
    (site,) = application(code).event_loop.blocking_sites
    return site


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("app = FastAPI()\n@app.get('/a')\nasync def a(): wait()", "GET /a"),
        ("app = FastAPI()\n@app.websocket('/a')\nasync def a(socket): wait()", "WEBSOCKET /a"),
        (
            "app = FastAPI()\nasync def d(): wait()\n@app.get('/a')\ndef a(x=Depends(d)): ...",
            "dependency d of GET /a",
        ),
        ("app = FastAPI()\n@app.middleware('http')\nasync def m(request, call_next): wait()", "middleware m"),
        ("app = FastAPI()\n@app.exception_handler(404)\nasync def h(r, e): wait()", "exception handler h"),
        (
            "app = FastAPI()\nasync def t(): wait()\n"
            "@app.get('/a')\ndef a(tasks: BackgroundTasks): tasks.add_task(t)",
            "background task of GET /a",
        ),
        ("async def nobody(): wait()", None),
    ],
)
def test_roots(code: str, label: str | None) -> None:
    site = only_site(code)
    assert site.function.name == "wait"
    assert [root.label for root in site.roots] == ([label] if label else [])
    assert [hop.run.function.name for hop in site.path] == ["wait"]


@pytest.mark.parametrize(
    "code",
    [
        "app = FastAPI()\n@app.get('/a')\ndef a(): wait()",
        "app = FastAPI()\ndef d(): wait()\n@app.get('/a')\nasync def a(x=Depends(d)): ...",
        "app = FastAPI()\n@app.get('/a')\nasync def a(tasks: BackgroundTasks): tasks.add_task(wait)",
        "app = FastAPI()\n@app.get('/a')\nasync def a(): await asyncio.to_thread(wait)",
        "async def script(): wait()\nif __name__ == '__main__':\n    asyncio.run(script())",
    ],
)
def test_off_the_loop(code: str) -> None:
    assert application(code).event_loop.blocking_sites == ()


def test_without_coroutine_functions_nothing_blocks_the_loop() -> None:
    code = "app = FastAPI()\n@app.get('/a')\nasync def a():\n    wait()\n    time.sleep(1)\n"
    assert len(application(code).event_loop.blocking_sites) == 2
    assert application(code.replace("async def", "def")).event_loop.blocking_sites == ()


def test_aliases_change_nothing() -> None:
    code = "import {} \nasync def a(): {}.sleep(1)"
    for module, name in (("time", "time"), ("time as t", "t"), ("time as asyncio", "asyncio")):
        assert only_site(code.format(module, name)).use.name == "time.sleep"


def test_one_helper_of_many_routes_is_one_site() -> None:
    routes = "".join(f"@app.get('/{n}')\nasync def a{n}(): wait()\n" for n in range(5))
    site = only_site("app = FastAPI()\n" + routes)
    assert sorted(root.label for root in site.roots) == [f"GET /{n}" for n in range(5)]


@pytest.mark.parametrize(
    ("body", "at_startup"),
    [("wait()", True), ("asyncio.create_task(poll())", False), ("await asyncio.gather(poll())", True)],
)
def test_what_start_up_leaves_running_is_not_start_up(body: str, at_startup: bool) -> None:
    code = (
        "from contextlib import asynccontextmanager\nasync def poll(): wait()\n"
        f"@asynccontextmanager\nasync def lifespan(app):\n    {body}\n    yield\n"
        "app = FastAPI(lifespan=lifespan)\n"
    )
    assert only_site(code).only_at_startup is at_startup


def test_what_is_kept_happens_once() -> None:
    code = (
        "import functools\n@functools.cache\ndef load(): wait()\n"
        "app = FastAPI()\n@app.get('/a')\nasync def a(): load()\n"
    )
    assert only_site(code).once
    assert not only_site(code + "@app.get('/b')\nasync def b(): wait()\n").once
