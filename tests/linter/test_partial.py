"""Runs after edits: which files are linted again, and that the findings are those of a run that knows nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fastapi_lint.application.event_loop import EventLoop
from fastapi_lint.application.scopes import Class, Function
from fastapi_lint.config.settings import load_settings
from fastapi_lint.diagnostics import Diagnostic
from fastapi_lint.linter import cached, partial, run
from fastapi_lint.linter.project import LoadedProject
from fastapi_lint.linter.report import Report

_FILES = {
    "main.py": """
from fastapi import FastAPI

from shop import orders, users

app = FastAPI()
app.include_router(orders.router)
app.include_router(users.router)
""",
    "shop/__init__.py": "",
    "shop/orders.py": """
from fastapi import APIRouter

from shop import storage
from shop.labels import label_of

router = APIRouter(prefix="/orders")


@router.get("/{order_id}")
async def read_order(order_id: int) -> str:
    return label_of(order_id)


@router.get("/")
async def list_orders() -> list[str]:
    names = await storage.names()
    return names
""",
    "shop/users.py": """
import logging

from fastapi import APIRouter

from shop.labels import found, label_of

router = APIRouter(prefix="/users")


@router.get("/{user_id}")
async def read_user(user_id: int) -> str:
    logging.info("user %s", user_id)
    return label_of(user_id)
""",
    "shop/labels.py": """
from fastapi import HTTPException


def label_of(number: int) -> str:
    return f"number {number}"


def made_of(text: str):
    return text.upper()


def found(number: int):
    if number:
        return "something"
    return HTTPException(404)
""",
    "shop/storage.py": """
from shop.files import content_of


async def names() -> list[str]:
    return ["one", "two"]


def stored(path: str) -> str:
    return content_of(path)
""",
    "shop/files.py": """
def content_of(path: str) -> str:
    with open(path) as file:
        return file.read()
""",
    **{
        f"shop/other_{number}.py": "import fastapi\n\n\ndef unused() -> None:\n    pass\n"
        for number in range(9)
    },
}


class Project:
    """A project on disk, and which of its files were linted."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, object]) -> None:
        self.root = root
        self.options = options
        self.linted: list[str] = []
        """What the last run linted: nothing when all was answered from the cache."""

        def lint_loaded(loaded: LoadedProject, **options: Any) -> Report:
            self.linted = loaded.linted
            return original(loaded, **options)

        original = run.lint_loaded
        for module in (run, partial):
            monkeypatch.setattr(module, "lint_loaded", lint_loaded)
        for path, text in _FILES.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text()
        assert old in text
        (self.root / path).write_text(text.replace(old, new, 1))

    def lint(self, path: str = ".", *, cache: bool = True) -> list[Diagnostic]:
        options = {"workers": 1, "cache": cache, **self.options}
        settings = load_settings([self.root], isolated=True, command_line=options)
        settings = msgspec.structs.replace(settings, root=self.root)
        self.linted = []
        return cached.lint(settings, [str(self.root / path)]).diagnostics

    def lint_again(self, path: str = ".") -> list[str]:
        """What is linted again after an edit, once it is sure that the findings are right."""
        found = self.lint(path)
        again = self.linted
        assert found == self.lint(path, cache=False)
        return again


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    project = Project(tmp_path, monkeypatch, {})
    project.lint()
    assert len(project.linted) == len(_FILES)
    return project


def codes_in(found: Iterable[Diagnostic], path: str) -> list[str]:
    return [each.code for each in found if each.filename == path]


def test_what_concerns_one_file_alone(project: Project) -> None:
    project.edit("shop/users.py", "user %s", "the user %s")
    assert project.lint_again() == ["shop/users.py"]


def test_lines_that_move(project: Project) -> None:
    project.edit("shop/users.py", "import logging", "# Users.\n\n\nimport logging")
    assert project.lint_again() == ["shop/users.py"]


def test_what_a_function_is_said_to_do(project: Project) -> None:
    project.edit("shop/users.py", "    logging", '    """Tell who."""\n    logging')
    assert project.lint_again() == ["shop/users.py"]
    project.edit("shop/users.py", "Tell who.", "Tell who that is.\n\n    By name.\n    ")
    assert project.lint_again() == ["shop/users.py"]


def test_a_helper_whose_result_is_the_same_to_others(project: Project) -> None:
    project.edit("shop/labels.py", 'f"number {number}"', 'f"no. {number}"')
    assert project.lint_again() == ["shop/labels.py"]


def test_what_runs_on_the_event_loop_now(project: Project) -> None:
    project.edit("shop/storage.py", 'return ["one", "two"]', 'return [stored("names")]')
    assert project.lint_again() == ["shop/files.py", "shop/storage.py"]
    assert "FAL105" in codes_in(project.lint(), "shop/files.py")
    project.edit("shop/storage.py", 'return [stored("names")]', 'return ["one", "three"]')
    assert project.lint_again() == ["shop/files.py", "shop/storage.py"]
    assert not codes_in(project.lint(), "shop/files.py")


def test_what_answers_requests_now(project: Project) -> None:
    assert not codes_in(project.lint(), "shop/labels.py")
    project.edit("shop/users.py", "return label_of(user_id)", "return found(user_id)")
    assert project.lint_again() == ["shop/labels.py", "shop/users.py"]
    assert codes_in(project.lint(), "shop/labels.py")


def test_a_trace_through_lines_that_move(project: Project) -> None:
    project.edit("shop/storage.py", 'return ["one", "two"]', 'return [stored("names")]')
    project.lint()
    project.edit("shop/orders.py", "    names = await", "    # All of them.\n    names = await")
    assert project.lint_again() == ["shop/files.py", "shop/orders.py"]


def test_only_what_leads_to_blocking_functions_is_searched(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.edit("shop/storage.py", 'return ["one", "two"]', 'return [stored("names")]')
    project.lint()
    project.lint_again()  # knows the loop
    asked: set[str] = set()
    successors = EventLoop.successors

    def spying(self: EventLoop, caller: Function, cls: Class | None) -> Any:
        asked.add(caller.name)
        return successors(self, caller, cls)

    monkeypatch.setattr(EventLoop, "successors", spying)
    project.edit("shop/files.py", "    with open", "    print(path)\n    with open")
    found = project.lint()
    assert project.linted == ["shop/files.py"]
    assert codes_in(found, "shop/files.py")
    assert asked == {"content_of", "stored", "names", "list_orders"}
    project.edit("shop/orders.py", "    names = await", "\n    print()\n    names = await")
    asked.clear()
    found = project.lint()
    assert project.linted == ["shop/files.py", "shop/orders.py"]
    assert "read_order" in asked  # a file that is linted again
    assert "read_user" not in asked
    assert found == project.lint(cache=False)


def test_a_new_function_that_nobody_names(project: Project) -> None:
    project.edit("shop/users.py", "router = ", "def shown(name: str) -> str:\n    return name\n\n\nrouter = ")
    assert project.lint_again() == ["shop/users.py"]
    project.edit("shop/users.py", "user_id)\n", "shown(str(user_id)))\n")
    assert project.lint_again() == ["shop/users.py"]


def test_a_new_function_that_runs_others_on_the_event_loop(project: Project) -> None:
    addition = "\n\nasync def refreshed() -> str:\n    return stored('names')\n"
    project.edit(
        "shop/storage.py", "    return content_of(path)\n", f"    return content_of(path)\n{addition}"
    )
    assert project.lint_again() == ["shop/files.py", "shop/storage.py"]
    assert "FAL105" in codes_in(project.lint(), "shop/files.py")
    project.edit("shop/storage.py", addition, "\n# Nothing more.\n")
    assert project.lint_again() == ["shop/files.py", "shop/storage.py"]
    assert not codes_in(project.lint(), "shop/files.py")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("shop/labels.py", "number: int", "number: float"),
        ("shop/users.py", '@router.get("/{user_id}")', '@router.get("/by-id/{user_id}")'),
        ("main.py", "app.include_router(users.router)\n", ""),
        ("shop/users.py", "import logging", "import logging as log"),
        ("shop/storage.py", "def names", "def all_names"),
        ("shop/labels.py", "def made_of", "def names"),
        ("shop/users.py", "    logging.info", "    yield 1\n    logging.info"),
        (
            "shop/labels.py",
            "def made",
            "def text_of(made=fastapi.Depends(label_of)):\n    pass\n\n\ndef made",
        ),
        ("shop/users.py", "router = ", "def register(app):\n    app.get('/labels')(label_of)\n\n\nrouter = "),
    ],
)
def test_what_is_declared_concerns_everybody(project: Project, path: str, old: str, new: str) -> None:
    project.edit(path, old, new)
    assert len(project.lint_again()) == len(_FILES)


def test_what_is_returned_where_no_annotation_says_it(project: Project) -> None:
    project.edit("shop/storage.py", "from shop.files", "from shop.labels import made_of\nfrom shop.files")
    project.edit("shop/storage.py", 'return ["one", "two"]', 'return [made_of("one").lower()]')
    project.lint()
    project.edit("shop/labels.py", "text.upper()", "text.casefold()")
    assert project.lint_again() == ["shop/labels.py"]
    project.edit("shop/labels.py", "text.casefold()", "open(text)")
    assert len(project.lint_again()) == len(_FILES)


def test_an_edit_that_concerns_no_linted_file(project: Project) -> None:
    project.lint("shop")
    project.edit("main.py", "app = FastAPI()", "app = FastAPI()  # all of it")
    assert not project.lint_again("shop")


def test_a_run_after_many_edits(project: Project) -> None:
    for number in range(9):
        project.edit(f"shop/other_{number}.py", "pass", "print()")
    assert len(project.lint_again()) == len(_FILES)
