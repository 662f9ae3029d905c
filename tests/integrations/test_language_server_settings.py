"""The language server follows the settings of the project and of the editor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types

from tests.integrations.editor import Editor, play
from tests.integrations.users import MAIN

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
