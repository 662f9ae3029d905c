"""The language server over stdio: what it finds in open files, and in what they depend on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types

from fastapi_lint.config.settings import load_settings
from fastapi_lint.diagnostics import Location
from fastapi_lint.integrations.language_server.positions import Positions
from fastapi_lint.integrations.language_server.session import Session
from tests.integrations.editor import Editor, play
from tests.integrations.users import BLOCKING, MAIN, SCHEMAS

BROKEN = (
    "def (",
    "x = '''\n",
    "\x00",
    "\tx\n  y\n",
    "x = '\ud800'",
    "",
    "\ufeff",
    "f(" * 3000,
    "# coding: nonsense\n",
)


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


def test_a_large_project_ends_with_the_findings_of_check(project: Path) -> None:
    for number in range(200):
        (project / f"empty_{number}.py").write_text("")
    path = project / "blocking.py"
    edits = [
        BLOCKING,
        f"import asyncio\n{BLOCKING}",
        f"{BLOCKING}\n\n@app.get('/new')\nasync def new():\n    time.sleep(1)\n    return HTTPException(404)\n",
        BLOCKING.replace("async def home", "def home"),
    ]

    async def scene(editor: Editor) -> None:
        uri = editor.uri("blocking.py")
        for text in edits:
            path.write_text(text)
            expected = checked(project, "blocking.py")
            await (editor.change if editor.texts else editor.open)("blocking.py", text)
            await editor.wait_for(
                lambda expected=expected: (
                    [(each.range.start.line + 1, each.code) for each in editor.published[uri].diagnostics]
                    == expected
                )
            )

    play(project, scene)


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


def test_no_buffer_breaks_the_server(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        await editor.open("main.py")
        for text in BROKEN:
            # Surrogates cannot be sent as UTF-8, so the session is given such a text below.
            await editor.change("main.py", text.encode("utf-8", "replace").decode())
            await editor.change("main.py", MAIN)
            assert "FAL604" in await editor.codes("main.py"), text

    play(project, scene)


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: ascii(text)[:20])
def test_no_buffer_breaks_a_session(project: Path, text: str) -> None:
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


def test_traces_become_related_information(project: Path) -> None:
    async def scene(editor: Editor) -> None:
        [found] = [each for each in await editor.open("main.py") if each.code == "FAL304"]
        places = [
            (each.location.uri, each.location.range.start.line) for each in found.related_information or ()
        ]
        assert (editor.uri("schemas.py"), SCHEMAS.splitlines().index("    hashed_password: str")) in places

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
