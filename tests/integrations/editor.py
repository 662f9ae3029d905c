"""An editor without a window: drives the language server over stdio through pygls' client."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient

TIMEOUT = 60.0
UTF_32 = (types.PositionEncodingKind.Utf32,)


class Editor(LanguageClient):
    """Knows what the server published, and keeps the texts of the open files."""

    def __init__(self, root: Path) -> None:
        super().__init__("test-editor", "1")
        self.root = root
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.messages: list[str] = []
        self.logged: list[str] = []
        self.progress: list[Any] = []
        self.settings: Mapping[str, Any] | None = None
        self.texts: dict[str, str] = {}
        self._versions: dict[str, int] = {}
        self._arrived = asyncio.Condition()
        self._listen()

    def _listen(self) -> None:
        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        async def published(params: types.PublishDiagnosticsParams) -> None:
            async with self._arrived:
                self.published[params.uri] = params
                self._arrived.notify_all()

        @self.feature(types.WINDOW_SHOW_MESSAGE)
        async def shown(params: types.ShowMessageParams) -> None:
            async with self._arrived:
                self.messages.append(params.message)
                self._arrived.notify_all()

        @self.feature(types.WINDOW_LOG_MESSAGE)
        def logged(params: types.LogMessageParams) -> None:
            self.logged.append(params.message)

        @self.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> list[Any]:
            return [self.settings for _ in params.items]

        @self.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
        def create(_: types.WorkDoneProgressCreateParams) -> None:
            return None

        @self.feature(types.PROGRESS)
        def progressed(params: types.ProgressParams) -> None:
            self.progress.append(params.value)

    async def begin(
        self, options: object = None, encodings: Sequence[types.PositionEncodingKind] | None = None
    ) -> types.InitializeResult:
        """Start the server and shake hands."""
        await self.start_io(sys.executable, "-m", "fastapi_lint", "server")
        capabilities = types.ClientCapabilities(
            general=types.GeneralClientCapabilities(position_encodings=encodings),
            window=types.WindowClientCapabilities(work_done_progress=True),
            workspace=types.WorkspaceClientCapabilities(configuration=self.settings is not None),
        )
        result = await self.initialize_async(
            types.InitializeParams(
                capabilities=capabilities, root_uri=self.root.as_uri(), initialization_options=options
            )
        )
        self.initialized(types.InitializedParams())
        return result

    async def end(self) -> None:
        """Say goodbye."""
        await self.shutdown_async(None)
        self.exit(None)
        await self.stop()

    def uri(self, name: str) -> str:
        """The URI of a file of the project."""
        return (self.root / name).as_uri()

    async def open(self, name: str, text: str | None = None) -> list[types.Diagnostic]:
        """Open a file, and wait for its diagnostics."""
        uri = self.uri(name)
        self.texts[name] = text if text is not None else (self.root / name).read_text(encoding="utf-8")
        self._versions[name] = 1
        self.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, self.texts[name]))
        )
        return await self.diagnostics(name)

    def type(self, name: str, text: str) -> None:
        """Replace the text of an open file."""
        self.texts[name] = text
        self._versions[name] += 1
        self.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self._versions[name], self.uri(name)),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    async def change(self, name: str, text: str) -> list[types.Diagnostic]:
        """Replace the text of an open file, and wait for its diagnostics."""
        self.type(name, text)
        return await self.diagnostics(name)

    async def diagnostics(self, name: str) -> list[types.Diagnostic]:
        """The diagnostics of an open file as it is now."""

        def is_current() -> bool:
            found = self.published.get(self.uri(name))
            return found is not None and found.version == self._versions[name]

        await self.wait_for(is_current)
        return list(self.published[self.uri(name)].diagnostics)

    async def codes(self, name: str) -> list[str]:
        """The codes of an open file's diagnostics, as it is now."""
        return [str(each.code) for each in await self.diagnostics(name)]

    async def wait_for(self, condition: Any) -> None:
        """Wait until something holds that messages of the server bring about."""
        async with self._arrived:
            await asyncio.wait_for(self._arrived.wait_for(condition), TIMEOUT)

    async def actions(self, name: str, row: int, *only: str) -> dict[str, types.CodeAction]:
        """The code actions on a row, counted from 1, by title."""
        place = types.Range(types.Position(row - 1, 0), types.Position(row - 1, 0))
        found = await self.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(self.uri(name)),
                place,
                types.CodeActionContext([], only=list(only) or None),
            )
        )
        return {each.title: each for each in found or () if isinstance(each, types.CodeAction)}

    def applied(self, name: str, action: types.CodeAction) -> str:
        """The text of a file after an action; the columns must be in UTF-32."""
        assert action.edit is not None and action.edit.changes is not None
        lines = self.texts[name].splitlines(keepends=True)
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line))

        def offset(position: types.Position) -> int:
            return starts[position.line] + position.character

        text = self.texts[name]
        edits = action.edit.changes[self.uri(name)]
        for edit in sorted(edits, key=lambda edit: offset(edit.range.start), reverse=True):
            text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
        return text

    async def hover(self, name: str, row: int, column: int) -> str | None:
        """What is shown at a place, both counted from 1."""
        found = await self.text_document_hover_async(
            types.HoverParams(
                types.TextDocumentIdentifier(self.uri(name)), types.Position(row - 1, column - 1)
            )
        )
        assert found is None or isinstance(found.contents, types.MarkupContent)
        return found.contents.value if found is not None else None

    async def lenses(self, name: str) -> list[tuple[int, str]]:
        """Rows, counted from 1, and texts of the code lenses."""
        found = await self.text_document_code_lens_async(
            types.CodeLensParams(types.TextDocumentIdentifier(self.uri(name)))
        )
        return [(each.range.start.line + 1, each.command.title) for each in found or () if each.command]


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
