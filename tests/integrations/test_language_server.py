"""The language server over stdio, driven by pygls' client."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from fastapi_lint.diagnostics import Location
from fastapi_lint.integrations.language_server.positions import Positions
from fastapi_lint.integrations.language_server.session import Session
from tests.integrations.editor import Editor

UTF_32 = (types.PositionEncodingKind.Utf32,)

MAIN = """\
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException

from schemas import User

app = FastAPI()
router = APIRouter(prefix="/users")


def current_user() -> int:
    return 1


@router.get("/{user_id}", response_model=User)
async def show(user_id: int, user: Annotated[int, Depends(current_user)]):
    if user_id != user:
        return HTTPException(status_code=404)
    return {"name": "Ada", "user": user}


app.include_router(router, prefix="/api")
"""
SCHEMAS = """\
from pydantic import BaseModel


class User(BaseModel):
    name: str
    hashed_password: str
"""
BLOCKING = """\
import time

from fastapi import FastAPI

app = FastAPI()


def pause():
    time.sleep(1)


@app.get("/")
async def home():
    pause()
"""
OWN_RULE = """\
from fastapi_lint.rules.base import Place, Rule


class OwnRule(Rule):
    '''Reports every handler.'''

    code = "ACM101"
    name = "own-rule"

    @classmethod
    def suspects(cls, app):
        return [Place(route.function.module, route.function.node.line) for route in app.routes]

    def visit_FunctionDef(self, node):
        if self.app.routes_of(self.definition(node)):
            self.report(node.name, "this is a handler")
"""
RETURNED_AT = 18


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "users"\n')
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "schemas.py").write_text(SCHEMAS)
    (tmp_path / "blocking.py").write_text(BLOCKING)
    return tmp_path


def play(
    root: Path,
    scene: Callable[[Editor], Awaitable[None]],
    *,
    options: object = None,
    settings: dict[str, Any] | None = None,
    encodings: Sequence[types.PositionEncodingKind] | None = UTF_32,
) -> Editor:
    """Run a scene in an editor with a server of its own; the server must come through without an error."""

    async def run() -> Editor:
        editor = Editor(root)
        editor.settings = settings
        await editor.begin(options, encodings)
        try:
            await scene(editor)
        finally:
            await editor.end()
        assert editor.logged == []
        return editor

    return asyncio.run(run())


def checked(root: Path, name: str) -> list[tuple[int, str]]:
    result = subprocess.run(
        [sys.executable, "-m", "fastapi_lint", "check", "--no-cache", "--output-format", "json", name],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return [(each["location"]["row"], each["code"]) for each in json.loads(result.stdout)]


def test_findings_are_those_of_check(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        for name in ("main.py", "schemas.py", "blocking.py"):
            found = [(each.range.start.line + 1, str(each.code)) for each in await editor.open(name)]
            assert found == checked(project, name)

    play(project, scene)
    assert ("FAL604" in str(checked(project, "main.py"))) and checked(project, "blocking.py")


def test_unsaved_changes_count(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        assert "FAL604" in [each.code for each in await editor.open("main.py")]
        await editor.change("main.py", MAIN.replace("return HTTP", "raise HTTP"))
        assert "FAL604" not in await editor.codes("main.py")

    play(project, scene)


def test_an_edit_changes_the_findings_of_files_that_depend_on_it(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        assert "FAL304" in [each.code for each in await editor.open("main.py")]
        await editor.open("schemas.py")
        await editor.change("schemas.py", SCHEMAS.replace("hashed_password", "email"))
        uri = editor.uri("main.py")
        await editor.wait_for(
            lambda: "FAL304" not in [each.code for each in editor.published[uri].diagnostics]
        )
        editor.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(editor.uri("schemas.py")))
        )
        await editor.wait_for(lambda: "FAL304" in [each.code for each in editor.published[uri].diagnostics])

    play(project, scene)


def test_a_file_changed_on_disk_counts_when_the_editor_says_so(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        (project / "schemas.py").write_text(SCHEMAS.replace("hashed_password", "email"))
        uri = editor.uri("main.py")
        editor.workspace_did_change_watched_files(
            types.DidChangeWatchedFilesParams(
                [types.FileEvent(editor.uri("schemas.py"), types.FileChangeType.Changed)]
            )
        )
        await editor.wait_for(
            lambda: "FAL304" not in [each.code for each in editor.published[uri].diagnostics]
        )

    play(project, scene)


def test_a_closed_file_has_no_findings(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        assert await editor.open("main.py")
        uri = editor.uri("main.py")
        editor.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
        await editor.wait_for(lambda: not editor.published[uri].diagnostics)

    play(project, scene)


def test_fast_typing_ends_with_the_last_text(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        for length in range(0, len(MAIN), 40):
            editor.type("main.py", MAIN[:length])
        await editor.change("main.py", MAIN)
        assert "FAL604" in await editor.codes("main.py")

    play(project, scene)


@pytest.mark.parametrize(
    "text",
    [
        "def (",
        "x = '''\n",
        "\x00",
        "\tx\n  y\n",
        "x = '\ud800'",
        "",
        "\ufeff",
        "f(" * 3000,
        "# coding: nonsense\n",
    ],
    ids=["syntax", "string", "nul", "indentation", "surrogate", "empty", "mark", "deep", "encoding"],
)
def test_no_buffer_breaks_the_server(project: Path, text: str) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        # Surrogates cannot be sent as UTF-8, so the session is given such a text below.
        await editor.change("main.py", text.encode("utf-8", "replace").decode())
        await editor.change("main.py", MAIN)
        assert "FAL604" in await editor.codes("main.py")

    play(project, scene)
    from fastapi_lint.config.settings import load_settings

    session = Session(load_settings([project]))
    assert set(session.check({"main.py": text}, lambda _: None)) == {"main.py"}


def test_a_broken_buffer_leaves_the_other_files_alone(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("schemas.py")
        before = [each.code for each in await editor.open("main.py")]
        assert "FAL304" in before
        await editor.change("schemas.py", SCHEMAS + "class (")
        assert await editor.codes("schemas.py") == ["FAL000"]
        assert await editor.codes("main.py") == before

    play(project, scene)


def test_the_fix_mends_what_was_found(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        actions = await editor.actions("main.py", RETURNED_AT, "quickfix")
        [fix] = [action for title, action in actions.items() if title.startswith("raise the exception")]
        assert fix.diagnostics and fix.diagnostics[0].code == "FAL604"
        await editor.change("main.py", editor.applied("main.py", fix))
        assert "FAL604" not in await editor.codes("main.py")

    play(project, scene)


def test_a_comment_suppresses_a_finding(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        for _ in range(3):
            actions = await editor.actions("main.py", RETURNED_AT)
            suppress = [action for title, action in actions.items() if title.startswith("Suppress")]
            if not suppress:
                break
            await editor.change("main.py", editor.applied("main.py", suppress[0]))
        assert "ignore[returned-http-exception]" in editor.texts["main.py"].splitlines()[RETURNED_AT - 1]
        assert {"FAL604", "FAL001", "FAL002"}.isdisjoint(await editor.codes("main.py"))

    play(project, scene)


def test_all_safe_fixes_at_once(project: Path) -> None:
    stale = "x = 1  # fastapi-lint: ignore[blocking-sleep]\ny = 2  # fastapi-lint: ignore[FAL604]\n"

    async def scene(editor: Editor) -> None:
        assert [each.code for each in await editor.open("main.py", stale)] == ["FAL001", "FAL001"]
        [action] = (await editor.actions("main.py", 1, "source.fixAll")).values()
        assert action.kind == "source.fixAll.fastapi-lint"
        assert editor.applied("main.py", action) == "x = 1\ny = 2\n"
        assert not [t for t in await editor.actions("main.py", 1, "quickfix") if t == action.title]

    play(project, scene)


def test_nothing_is_offered_for_a_text_that_has_not_been_checked(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        editor.type("main.py", "\n" + MAIN)
        assert await editor.actions("main.py", RETURNED_AT) == {}
        await editor.diagnostics("main.py")
        assert await editor.actions("main.py", RETURNED_AT + 1)

    play(project, scene)


def test_hover_shows_the_rule_page(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py", MAIN + "# noqa: FAL101\n")
        page = await editor.hover("main.py", RETURNED_AT, 12)
        assert page is not None and page.startswith("# returned-http-exception (FAL604)")
        last = MAIN.count("\n") + 1
        named = await editor.hover("main.py", last, 10)
        assert named is not None and named.startswith("# blocking-sleep (FAL101)")
        assert await editor.hover("main.py", 2, 1) is None

    play(project, scene)


def test_traces_become_related_information(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        [found] = [each for each in await editor.open("main.py") if each.code == "FAL304"]
        places = [
            (each.location.uri, each.location.range.start.line) for each in found.related_information or ()
        ]
        assert (editor.uri("schemas.py"), SCHEMAS.splitlines().index("    hashed_password: str")) in places

    play(project, scene)


def test_code_lenses_show_the_effective_route(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        expected = "GET /api/users/{user_id} · depends on current_user"
        assert await editor.lenses("main.py") == [(15, expected)]
        await editor.change("main.py", MAIN.replace('prefix="/api"', 'prefix="/v2"'))
        assert await editor.lenses("main.py") == [(15, expected.replace("/api", "/v2"))]

    play(project, scene)


def test_code_lenses_can_be_switched_off(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        assert await editor.lenses("main.py") == []

    play(project, scene, options={"codeLens": False})


@pytest.mark.parametrize("way", ["initialization", "configuration"])
def test_the_editor_sets_options(project: Path, way: str) -> None:
    given = {"ignore": ["returned-http-exception"]}

    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        uri = editor.uri("main.py")
        await editor.wait_for(
            lambda: "FAL604" not in [each.code for each in editor.published[uri].diagnostics]
        )

    if way == "initialization":
        play(project, scene, options=given)
    else:
        play(project, scene, settings=given)


def test_a_changed_configuration_takes_effect(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        assert "FAL604" in [each.code for each in await editor.open("main.py")]
        pyproject = project / "pyproject.toml"
        pyproject.write_text('[tool.fastapi-lint]\nignore = ["FAL604"]\n')
        editor.workspace_did_change_watched_files(
            types.DidChangeWatchedFilesParams(
                [types.FileEvent(pyproject.as_uri(), types.FileChangeType.Changed)]
            )
        )
        uri = editor.uri("main.py")
        await editor.wait_for(
            lambda: "FAL604" not in [each.code for each in editor.published[uri].diagnostics]
        )

    play(project, scene)


def test_overrides_hold_in_their_files(project: Path) -> None:
    (project / "pyproject.toml").write_text(
        '[[tool.fastapi-lint.overrides]]\nfiles = ["main.py"]\nselect = ["returned-http-exception"]\n'
        'severity = { FAL604 = "info" }\n'
    )

    async def scene(editor: Editor) -> None:
        for text in (MAIN, MAIN.replace("        return HTTP", "        print()\n        return HTTP")):
            [found] = await (editor.change if editor.texts else editor.open)("main.py", text)
            assert (found.code, found.severity) == ("FAL604", types.DiagnosticSeverity.Information)

    play(project, scene)


def test_a_mistake_in_the_configuration_is_shown(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.fastapi-lint]\nprset = "all"\n')

    async def scene(editor: Editor) -> None:
        editor.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(editor.uri("main.py"), "python", 1, MAIN))
        )
        await editor.wait_for(lambda: editor.messages)
        assert "preset" in editor.messages[0]

    play(project, scene)


def test_rules_of_the_project_have_pages_and_can_be_suppressed(project: Path) -> None:
    (project / "pyproject.toml").write_text(
        '[tool.fastapi-lint]\nrules = ["own_rules.py"]\nselect = ["ACM101"]\n'
    )
    (project / "own_rules.py").write_text(OWN_RULE)

    async def scene(editor: Editor) -> None:
        [found] = await editor.open("main.py")
        row = found.range.start.line + 1
        page = await editor.hover("main.py", row, found.range.start.character + 1)
        assert page is not None and page.startswith("# own-rule (ACM101)")
        [suppress] = (await editor.actions("main.py", row)).values()
        assert await editor.change("main.py", editor.applied("main.py", suppress)) == []

    play(project, scene)


def test_the_baseline_is_respected(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.fastapi-lint]\nbaseline = "accepted.json"\n')
    (project / "accepted.json").write_text('{"version": 1, "files": {}}')
    update = subprocess.run(
        [sys.executable, "-m", "fastapi_lint", "baseline", "update"],
        cwd=project,
        capture_output=True,
        text=True,
    )
    assert update.returncode == 0, update.stderr
    text = (project / "main.py").read_text()

    async def scene(editor: Editor) -> None:
        assert await editor.open("main.py") == []
        assert await editor.change("main.py", f"\n\n{text}") == []
        [found] = await editor.change(
            "main.py",
            f"{text}\n\n@app.get('/new')\nasync def new():\n    pause()\n    return HTTPException(404)\n",
        )
        assert found.code == "FAL604"

    play(project, scene)


def test_excluded_files_and_other_schemes_are_left_alone(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.fastapi-lint]\nexclude = ["blocking.py"]\n')

    async def scene(editor: Editor) -> None:
        for uri in (editor.uri("blocking.py"), "untitled:Untitled-1"):
            editor.text_document_did_open(
                types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, BLOCKING))
            )
        await editor.open("main.py")
        assert set(editor.published) == {editor.uri("main.py")}

    play(project, scene)


def test_progress_is_shown_while_a_project_loads(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        await editor.change("main.py", MAIN + "\n")

    kinds = [value["kind"] for value in play(project, scene).progress]
    assert kinds in ([], ["begin", "end"]) or (kinds[0], kinds[-1]) == ("begin", "end")
    assert kinds.count("begin") <= 1


def test_columns_are_in_the_units_agreed_on(project: Path) -> None:
    text = MAIN.replace("        return HTTPException", '        "🚲é"; return HTTPException')

    async def columns(editor: Editor) -> None:
        [found] = [each for each in await editor.open("main.py", text) if each.code == "FAL604"]
        expected = {"utf-8": 18, "utf-16": 15, "utf-32": 14}
        assert found.range.start.character == expected[editor.root.name]

    for encoding in types.PositionEncodingKind:
        root = project / encoding.value
        root.mkdir()
        for name in ("main.py", "schemas.py", "pyproject.toml"):
            (root / name).write_text((project / name).read_text())
        play(root, columns, encodings=[encoding])


@pytest.mark.parametrize("encoding", list(types.PositionEncodingKind))
def test_places_survive_the_conversion(encoding: types.PositionEncodingKind) -> None:
    text = "a\U0001f6b2é\x0cb\r\nç\u2028d\rlast"
    positions = Positions(text, encoding)
    for row, length in ((1, 5), (2, 3), (3, 4)):
        for column in range(1, length + 2):
            assert positions.location(positions.position(Location(row, column))) == Location(row, column)


def test_without_pygls_the_command_says_what_to_install(project: Path) -> None:
    program = (
        "import sys; sys.modules['pygls'] = None; from fastapi_lint.cli import run; sys.exit(run(['server']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=project
    )
    assert result.returncode == 2
    assert "fastapi-lint[lsp]" in result.stderr
