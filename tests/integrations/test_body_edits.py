"""Edits of an open file: what is found at once, and in the end, is what a check of everything finds."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from fastapi_lint.config.settings import load_settings
from fastapi_lint.diagnostics import Diagnostic, Location, Severity, TraceStep
from fastapi_lint.index.build import build_index
from fastapi_lint.integrations.language_server.carrying import carried_over
from fastapi_lint.integrations.language_server.session import Checked, Session, Superseded
from fastapi_lint.integrations.language_server.spacing import changed_rows, spaced
from fastapi_lint.rules.registry import all_rules

MAIN = """\
import time
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import StreamingResponse

from helpers import pause

app = FastAPI()


def current_user() -> int:
    return 1


def helper():
    return pause()  # a comment


@app.get("/")
async def home(user: int = Depends(current_user)):
    return helper()


@app.get("/stream")
async def stream():
    async def rows():
        while True:
            yield 1

    return StreamingResponse(rows())


def decorator(function):
    async def wrapper():
        return await function()

    return wrapper


@app.get("/decorated")
@decorator
async def decorated():
    return 3


class View:
    def first(self):
        return 1

    async def second(self):
        return self.first()


@app.get("/last")
async def last():
    return 2
"""
HELPERS = """\
import time


def pause():
    time.sleep(1)


def quick():
    return 1
"""
EDITS = {
    "a line more": ("    return 2\n", "    time.sleep(1)\n    return 2\n"),
    "a line less": ("    return pause()  # a comment\n", "    pass\n"),
    "a helper is not called any more": ("    return pause()", "    return quick()"),
    "a method blocks": ("        return 1\n", "        time.sleep(1)\n        return 1\n"),
    "a fix in the last function": ("    return 2\n", "    return HTTPException(404)\n"),
    "a suppressed finding": ("return helper()", "time.sleep(1)  # fastapi-lint: ignore[blocking-sleep]"),
    "a comment": ("# a comment", "# another comment"),
    "blank lines between functions": ("\n\n\nclass View", "\n\n\n\n\nclass View"),
    "a function inside": ("    return 2\n", "    def inner():\n        time.sleep(1)\n    return inner()\n"),
    "the function inside a stream": (
        "            yield 1\n",
        "            time.sleep(1)\n            yield 1\n",
    ),
    "beside the function inside": ("    async def rows():", "    time.sleep(1)\n\n    async def rows():"),
    "no function inside": (
        "    async def rows():\n        while True:\n            yield 1\n\n    ",
        "    rows = print\n    ",
    ),
    "nothing": ("import time\n", "import time\n"),
}
OTHERS = {
    "a decorator": ('@app.get("/last")', '@app.post("/last")'),
    "a parameter": ("async def last():", "async def last(x: int):"),
    "a new function": ("async def last", "def new():\n    pass\n\n\nasync def last"),
    "a module-level statement": ("app = FastAPI()", "app = FastAPI()\nx = 1"),
    "two functions": ("helper():\n    return pause()", "helper_():\n    return 3"),
    "a generator": ("    return 2\n", "    yield 2\n"),
    "a class inside": ("    return 2\n", "    class Inner: ...\n    return 2\n"),
    "what a decorator gives": ("        return await function()", "        return 4"),
    "a registration": ("    return 2\n", "    app.include_router(x)\n    return 2\n"),
    "too many lines": ("    return 2\n", "    pass\n" * 100),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.fastapi-lint]\npreset = "all"\n')
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "helpers.py").write_text(HELPERS)
    return tmp_path


def session(project: Path) -> Session:
    return Session(load_settings([str(project)]))


def check(project: Path, text: str) -> Checked:
    return session(project).check({"main.py": text}, lambda _: None)["main.py"]


def edited(name: str, kind: dict[str, tuple[str, str]]) -> str:
    before, after = kind[name]
    assert before in MAIN
    return MAIN.replace(before, after)


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_gives_what_a_check_of_everything_gives(project: Path, name: str) -> None:
    text = edited(name, EDITS)
    quick = session(project)
    before = quick.check({"main.py": MAIN}, lambda _: None)["main.py"]
    assert quick.recheck("main.py", text) == check(project, text)
    assert quick.recheck("main.py", MAIN) == before


@pytest.mark.parametrize("name", ["a line more", "a line less", "blank lines between functions"])
@pytest.mark.parametrize(("newline", "last"), [("\r\n", "\r\n"), ("\n", ""), ("\r\n", "")])
def test_line_ends_of_all_kinds(project: Path, name: str, newline: str, last: str) -> None:
    def written(text: str) -> str:
        return text.rstrip().replace("\n", newline) + last

    quick = session(project)
    quick.check({"main.py": written(MAIN)}, lambda _: None)
    text = written(edited(name, EDITS))
    assert quick.recheck("main.py", text) == check(project, text)


def test_one_edit_after_the_other(project: Path) -> None:
    quick = session(project)
    text = MAIN
    quick.check({"main.py": text}, lambda _: None)
    for before, after in EDITS.values():
        text = text.replace(before, after)
        assert quick.recheck("main.py", text) == check(project, text)


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_more_than_that_is_left_to_a_check_of_everything(project: Path, name: str) -> None:
    quick = session(project)
    quick.check({"main.py": MAIN}, lambda _: None)
    assert quick.recheck("main.py", edited(name, OTHERS)) is None


@pytest.mark.parametrize("name", OTHERS)
def test_a_session_ends_with_what_a_new_one_finds(project: Path, name: str) -> None:
    known = session(project)
    before = known.check({"main.py": MAIN}, lambda _: None)["main.py"]
    text = edited(name, OTHERS)
    assert known.check({"main.py": text}, lambda _: None)["main.py"] == check(project, text)
    assert known.check({"main.py": MAIN}, lambda _: None)["main.py"] == before


@pytest.mark.parametrize("name", [*OTHERS, "nothing", "a suppressed finding"])
def test_what_is_known_early_is_what_is_found_in_the_end(
    project: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fastapi_lint.integrations.language_server.session._LARGE", 0)
    rules = all_rules()
    known = session(project)
    told: list[Checked] = []

    def is_quick(found: Diagnostic) -> bool:
        return found.code.startswith("FAL00") or not (
            rules[found.code].follows_calls or found.code.startswith("FAL1")
        )

    def tell(outcome: Mapping[str, Checked]) -> None:
        told.append(outcome["main.py"])

    first = known.check({"main.py": MAIN}, lambda _: None, tell)["main.py"]
    text = edited(name, {**EDITS, **OTHERS})
    known.forget_disk()
    final = known.check({"main.py": text}, lambda _: None, tell)["main.py"]
    assert final == check(project, text)
    for early, late in zip(told, (first, final), strict=True):
        found = [each for each in early.diagnostics if is_quick(each)]
        assert found == [each for each in late.diagnostics if is_quick(each) and each.code != "FAL001"]
        assert early.lenses == late.lenses
    assert all(is_quick(each) for each in told[0].diagnostics), "nothing is known of the others yet"
    slow = [each for each in first.diagnostics if not is_quick(each)]
    assert slow
    carried = [each for each in told[1].diagnostics if not is_quick(each)]
    assert len(carried) >= len(slow) - 1
    rows = text.splitlines()
    for each in carried:
        [old] = [old for old in slow if (old.code, old.message) == (each.code, each.message)]
        assert rows[each.location.row - 1] == MAIN.splitlines()[old.location.row - 1]
        assert each.fix is None


def test_a_check_can_be_given_up_while_it_works_out_the_event_loop(project: Path) -> None:
    known = session(project)
    known.check({"main.py": MAIN}, lambda _: None)

    def waypoint(_: int) -> None:
        if any(frame.name == "_spread" for frame in traceback.extract_stack()):
            raise Superseded

    text = edited("a new function", OTHERS)
    text += "\n\ndef pause_here():\n    time.sleep(1)\n"  # else nobody has to know what runs on the loop
    with pytest.raises(Superseded):
        known.check({"main.py": text}, waypoint)
    assert known.check({"main.py": text}, lambda _: None)["main.py"] == check(project, text)


def test_nothing_gives_up_an_edit_after_the_check(project: Path) -> None:
    (project / "unread.py").write_text(HELPERS)
    known = session(project)
    is_over = False

    def waypoint(_: int) -> None:
        if is_over:
            raise Superseded

    known.check({"main.py": MAIN}, waypoint)
    is_over = True
    text = MAIN.replace("    return 2\n", "    from unread import pause\n    pause()\n")
    assert known.recheck("main.py", text) == check(project, text)


def test_findings_are_carried_over_a_change() -> None:
    def found(row: int, end: int, step: int) -> Diagnostic:
        return Diagnostic(
            code="FAL101",
            name="blocking-sleep",
            severity=Severity.ERROR,
            message="m",
            filename="main.py",
            location=Location(row, 5),
            end_location=Location(end, 9),
            noqa_row=row,
            trace=(
                TraceStep("main.py", Location(step, 1), "s"),
                TraceStep("other.py", Location(step, 1), "s"),
            ),
        )

    before, after = "a\nb\nc\nd\ne\n", "a\nb\nx\ny\nz\nd\ne\n"
    assert list(carried_over([found(1, 2, 5), found(4, 5, 1)], before, after)) == [
        msgspec.structs.replace(
            found(1, 2, 7),
            trace=(TraceStep("main.py", Location(7, 1), "s"), TraceStep("other.py", Location(5, 1), "s")),
        ),
        found(6, 7, 1),
    ]
    assert list(carried_over([found(2, 3, 1), found(3, 3, 1), found(3, 4, 1)], before, after)) == []


def test_a_file_that_cannot_be_parsed_for_a_moment(project: Path) -> None:
    quick = session(project)
    quick.check({"main.py": MAIN}, lambda _: None)
    broken = quick.recheck("main.py", MAIN.replace("return 2", "return 2 +"))
    assert broken is not None and [each.code for each in broken.diagnostics] == ["FAL000"]
    text = edited("a line more", EDITS)
    assert quick.recheck("main.py", text) == check(project, text)


def test_edits_while_everything_is_checked_are_followed(project: Path) -> None:
    quick = session(project)
    quick.check({"main.py": MAIN}, lambda _: None)
    text = edited("a line more", EDITS)
    meanwhile = iter([text])

    def waypoint(_: int) -> None:
        for each in meanwhile:
            quick.recheck("main.py", each)

    quick.forget_disk()
    quick.check({"main.py": MAIN}, waypoint)
    again = edited("a method blocks", {"a method blocks": EDITS["a method blocks"]})
    assert quick.recheck("main.py", text) == check(project, text)
    assert quick.recheck("main.py", MAIN) is not None
    assert quick.recheck("main.py", again) == check(project, again)


def test_rows_of_the_text_with_room() -> None:
    text = spaced(MAIN, build_index(MAIN.encode()))
    rows = text.text.splitlines()
    assert [line for line in rows if line.strip()] == [line for line in MAIN.splitlines() if line.strip()]
    for row, line in enumerate(rows, 1):
        if line.strip():
            assert MAIN.splitlines()[text.real_row(row) - 1] == line
    assert [text.real_row(row) for row in range(1, len(rows) + 1)] == sorted(
        text.real_row(row) for row in range(1, len(rows) + 1)
    )


@pytest.mark.parametrize(
    ("before", "after", "rows"),
    [("abc", "abc", (4, 4, 4)), ("abc", "axc", (2, 3, 3)), ("abc", "abbc", (3, 3, 4)), ("", "a", (1, 1, 2))],
)
def test_changed_rows(before: str, after: str, rows: tuple[int, int, int]) -> None:
    assert changed_rows(before, after) == rows
