from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., tuple[int, str, str]]

MAIN = """\
from fastapi import FastAPI

from shop import price, refund

app = FastAPI()


@app.get("/price")
async def read_price() -> int:
    return price()


@app.get("/refund")
def read_refund() -> int:
    return refund()


def unused(thing) -> int:
    return thing.refund()
"""
SHOP = """\
import time


def price() -> int:
    return rate()


def rate() -> int:
    time.sleep(1)
    return 3


def refund() -> int:
    time.sleep(1)
    return 4


CURRENCY = "EUR"
"""


@pytest.fixture(autouse=True)
def shop(project: Path) -> None:
    (project / "main.py").write_text(MAIN)
    (project / "shop.py").write_text(SHOP)


def test_a_way(command: Command) -> None:
    status, out, _ = command("why", "shop.py:9")
    assert status == 0
    assert out.splitlines() == [
        "`rate` runs on the event loop: 1 way.",
        "",
        "1. GET /price",
        "   main.py:9  async def read_price",
        "   main.py:10  read_price calls price",
        "   shop.py:5  price calls rate",
        "",
        "On line 9:",
        "   `time.sleep` blocks the thread that it is called in (FAL101)",
    ]


def test_no_way(command: Command) -> None:
    status, out, _ = command("why", "shop.py:14")
    assert status == 0
    assert out.splitlines() == [
        "No way is known on which `refund` runs on the event loop.",
        "",
        "The search ended here:",
        "   main.py:19  unused calls `thing.refund(…)`, of which it is not known whether it is refund",
        "   main.py:14  GET /refund is a plain `def`: it runs in a worker thread",
        "",
        "On line 14:",
        "   `time.sleep` blocks the thread that it is called in (FAL101)",
    ]


CALLS = """\
import asyncio, io, shutil, time, threading

from fastapi import FastAPI

from shop import price

app = FastAPI()
lock = threading.Lock()


def helper(thing):
    time.sleep(1)
    time.sleep(2)
    lock.acquire(blocking=False)
    thing.wait()
    price()
    print(3)


async def script():
    time.sleep(1)


if __name__ == "__main__":
    asyncio.run(script())
"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (12, "`time.sleep` blocks the thread that it is called in (FAL101)"),
        (13, "`time.sleep` blocks, too: FAL101 is reported at the first such place, line 12"),
        (14, "`threading.Lock.acquire` returns at once, given these arguments"),
        (15, "it is not known what `thing.wait(…)` calls"),
        (16, "price runs: shop.py:4"),
        (17, "`print` is not known to block"),
    ],
)
def test_what_a_line_calls(line: int, said: str, command: Command, project: Path) -> None:
    (project / "calls.py").write_text(CALLS)
    assert command("why", f"calls.py:{line}")[1].splitlines()[-1] == f"   {said}"


def test_a_loop_of_its_own(command: Command, project: Path) -> None:
    (project / "calls.py").write_text(CALLS)
    lines = command("why", "calls.py:21")[1].splitlines()
    assert (
        lines[0]
        == "`script` runs on a loop of its own only, on which no request waits: nothing is reported there."
    )
    assert lines[2] == "1. `async def script`, started on a loop of its own at calls.py:25"


def test_json(command: Command) -> None:
    answer = json.loads(command("why", "shop.py:9", "--output-format", "json")[1])
    assert (answer["function"], answer["on_event_loop"], answer["complete"]) == ("shop:rate", True, True)
    assert [way["root"] for way in answer["ways"]] == ["GET /price"]
    assert [step["row"] for step in answer["ways"][0]["steps"]] == [9, 10, 5]
    assert answer["stops"] == []
    refused = json.loads(command("why", "shop.py:14", "--output-format", "json")[1])
    assert refused["ways"] == []
    assert [stop["row"] for stop in refused["stops"]] == [19, 14]


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("shop.py", "FILE:LINE"),
        ("shop.py:x", "FILE:LINE"),
        ("none.py:1", "there is no file none.py"),
        ("shop.py:18", "is in no function"),
    ],
)
def test_refused_places(place: str, reason: str, command: Command) -> None:
    status, _, err = command("why", place)
    assert status == 2
    assert reason in err
