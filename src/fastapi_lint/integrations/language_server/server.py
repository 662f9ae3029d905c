"""The server: what the editor tells it, what it answers, and what it tells the editor."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from fastapi_lint import __version__
from fastapi_lint.config.errors import ConfigError
from fastapi_lint.config.sources import OWN_FILE, PYPROJECT
from fastapi_lint.integrations.language_server import replies
from fastapi_lint.integrations.language_server.actions import FIX, FIX_ALL
from fastapi_lint.integrations.language_server.checker import Buffer, Checker, Job
from fastapi_lint.integrations.language_server.documents import Documents, OpenFile
from fastapi_lint.integrations.language_server.options import SECTION
from fastapi_lint.integrations.language_server.positions import Positions
from fastapi_lint.integrations.language_server.progress import LoadingProgress
from fastapi_lint.integrations.language_server.session import Checked, Session
from fastapi_lint.linter.baseline import DEFAULT_FILE

_CONFIGURATION_FILES = (PYPROJECT, OWN_FILE)
_WATCHED = ("**/*.py", f"**/{DEFAULT_FILE}", *(f"**/{name}" for name in _CONFIGURATION_FILES))


class Server(LanguageServer):
    """Speaks with one editor. Everything but `_report` and `_advance` runs on the event loop."""

    def __init__(self) -> None:
        # The whole text each time: pygls applies partial changes by `str.splitlines`, which sees more lines
        # than the protocol does.
        super().__init__("fastapi-lint", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.documents = Documents()
        self._checker = Checker(self._report, self._advance)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._progress: dict[Session, LoadingProgress | None] = {}
        self._last_error = ""
        self._watches_files = False

    # What the editor tells

    def configure(self, options: object) -> None:
        """Take over options that the editor sends."""
        self.documents.options = self.documents.options.updated(options)

    async def begin(self) -> None:
        """Start to work, once the editor is ready."""
        self._loop = asyncio.get_running_loop()
        self._checker.start()
        watching = (
            self.client_capabilities.workspace and self.client_capabilities.workspace.did_change_watched_files
        )
        if watching and watching.dynamic_registration:
            self._watches_files = True
            await self.client_register_capability_async(_watch_registration())
        await self.ask_for_settings()

    async def ask_for_settings(self) -> None:
        """Ask for the editor's settings, if it can be asked, and go by them."""
        workspace = self.client_capabilities.workspace
        if workspace is not None and workspace.configuration:
            asked = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
            [given, *_] = await self.workspace_configuration_async(asked) or [None]
            before = self.documents.options
            self.configure(given)
            if self.documents.options != before:
                self.restart()

    def end(self) -> None:
        """Stop to work."""
        self._checker.stop()

    def open(self, uri: str) -> None:
        """A file was opened."""
        try:
            file = self.documents.open(uri)
        except ConfigError as error:
            self._complain(error)
            return
        if file is not None:
            self._submit(file.session)

    def change(self, uri: str) -> None:
        """The text of an open file has changed."""
        file = self.documents.get(uri)
        if file is not None:
            self._submit(file.session, file.path)

    def save(self, uri: str) -> None:
        """A file was saved. An editor that does not watch files may have saved others meanwhile."""
        file = self.documents.get(uri)
        if file is not None and not self._watches_files:
            file.session.forget_disk()
            self._submit(file.session)

    def close(self, uri: str) -> None:
        """A file was closed: from now on what is on disk counts."""
        file = self.documents.close(uri)
        if file is not None:
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
            self._submit(file.session)

    def files_changed(self, uris: Sequence[str]) -> None:
        """Files on disk have changed."""
        if any(uri.rpartition("/")[2] in _CONFIGURATION_FILES for uri in uris):
            self.restart()
            return
        for session in self.documents.sessions():
            session.forget_disk()
            self._submit(session)

    def restart(self) -> None:
        """Read all settings anew, and check every open file."""
        self.documents.forget_sessions()
        self._last_error = ""
        for uri in list(self.workspace.text_documents):
            self.documents.close(uri)
            self.open(uri)

    # What it answers

    def positions(self, text: str) -> Positions:
        """Places in a text, in the units agreed on."""
        return Positions(text, self.workspace.position_encoding or types.PositionEncodingKind.Utf16)

    def current(self, uri: str) -> tuple[OpenFile, Checked] | None:
        """An open file that has been checked as it is now."""
        file = self.documents.get(uri)
        if file is None or file.checked is None:
            return None
        is_current = self.workspace.get_text_document(uri).source == file.text
        return (file, file.checked) if is_current else None

    # What it tells the editor

    def _submit(self, session: Session, edited: str | None = None) -> None:
        buffers = {}
        for file in self.documents:
            if file.session is session:
                document = self.workspace.get_text_document(file.uri)
                buffers[file.path] = Buffer(document.source, document.version)
        if buffers:
            self._checker.submit(Job(session, buffers, edited))

    def _report(self, job: Job, outcome: Mapping[str, Checked] | Exception) -> None:
        self._on_loop(self._publish, job, outcome)

    def _advance(self, session: Session, indexed: int | None) -> None:
        if self._progress.get(session, ...) is not None:
            self._on_loop(self._show_progress, session, indexed)

    def _on_loop(self, function: Callable[..., None], *arguments: Any) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(function, *arguments)

    def _show_progress(self, session: Session, indexed: int | None) -> None:
        """Show how far the first check of a session has come; later ones are not worth a bar."""
        window = self.client_capabilities.window
        if session not in self._progress and indexed is not None:
            shows = window is not None and window.work_done_progress
            self._progress[session] = LoadingProgress(self, session.root.name) if shows else None
        progress = self._progress.get(session)
        if progress is None:
            return
        if indexed is not None:
            progress.report(indexed)
        else:
            progress.end()
            self._progress[session] = None

    def _publish(self, job: Job, outcome: Mapping[str, Checked] | Exception) -> None:
        if isinstance(outcome, Exception):
            self._complain(outcome)
            return
        for file in self.documents:
            if file.session is not job.session or file.path not in outcome:
                continue
            buffer = job.buffers[file.path]
            if self.workspace.get_text_document(file.uri).version != buffer.version:
                continue  # the next check is about what it contains now
            file.text, file.checked = buffer.text, outcome[file.path]
            self.text_document_publish_diagnostics(replies.published(self, file, buffer.version))
        for failure in job.session.failures:
            self._log(f"{failure.code} failed at {failure.filename}:{failure.row}\n{failure.traceback}")
        workspace = self.client_capabilities.workspace
        if (
            self.documents.options.code_lens
            and workspace
            and workspace.code_lens
            and workspace.code_lens.refresh_support
        ):
            self.workspace_code_lens_refresh(None)

    def _complain(self, error: Exception) -> None:
        """Show an error, once."""
        if isinstance(error, ConfigError):
            message = str(error)
        else:
            message = f"fastapi-lint has a bug: {type(error).__name__}: {error}"
            self._log("".join(traceback.format_exception(error)))
        if message != self._last_error:
            self._last_error = message
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    def _log(self, message: str) -> None:
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, message))


def make_server() -> Server:
    """A server with everything it can do."""
    server = Server()
    _follow_documents(server)
    _follow_settings(server)
    _answer(server)
    return server


def _follow_documents(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        server.open(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        server.change(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.save(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        server.files_changed([change.uri for change in params.changes])


def _follow_settings(server: Server) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.configure(params.initialization_options)

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        await server.begin()

    @server.feature(types.SHUTDOWN)
    def shutdown(_: None) -> None:
        server.end()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        if isinstance(params.settings, Mapping) and params.settings.get(SECTION):
            server.configure(params.settings[SECTION])
            server.restart()
        else:
            await server.ask_for_settings()


def _answer(server: Server) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[FIX, FIX_ALL]),
    )
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        return replies.code_actions(server, params)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        return replies.hover(server, params)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=False))
    def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        return replies.code_lenses(server, params)


def _watch_registration() -> types.RegistrationParams:
    watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    return types.RegistrationParams(
        [types.Registration("fastapi-lint-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)]
    )
