"""Answers to the editor's questions about one file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from fastapi_lint.diagnostics import Diagnostic, Edit, TraceStep
from fastapi_lint.index.source import UnreadableSource, decode
from fastapi_lint.integrations.language_server.actions import FIX_ALL, Action, actions_for, fix_all, touches
from fastapi_lint.integrations.language_server.conversion import Place, to_protocol
from fastapi_lint.integrations.language_server.hover import pages_at
from fastapi_lint.integrations.language_server.positions import Positions

if TYPE_CHECKING:
    from fastapi_lint.integrations.language_server.documents import OpenFile
    from fastapi_lint.integrations.language_server.server import Server


def published(server: Server, file: OpenFile, version: int | None) -> types.PublishDiagnosticsParams:
    """The findings of a file as of its last check."""
    found = file.checked.diagnostics if file.checked is not None else ()
    positions, place = server.positions(file.text), _places(server, file)
    return types.PublishDiagnosticsParams(
        file.uri, [to_protocol(diagnostic, positions, place) for diagnostic in found], version
    )


def code_actions(server: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    """What can be done in a selection; nothing while the text is newer than its findings."""
    uri = params.text_document.uri
    current = server.current(uri)
    if current is None:
        return []
    file, checked = current
    positions = server.positions(file.text)
    start, end = positions.location(params.range.start), positions.location(params.range.end)
    offered: list[Action] = []
    selection = file.session.selection
    if _wants(params.context, types.CodeActionKind.QuickFix.value):
        for diagnostic in checked.diagnostics:
            if touches(diagnostic, start, end):
                offered += actions_for(file.text, diagnostic, selection)
    if _wants(params.context, FIX_ALL):
        every = fix_all(file.text, checked.diagnostics, selection)
        offered += [every] if every is not None else []
    place = _places(server, file)
    return [
        types.CodeAction(
            title=action.title,
            kind=action.kind,
            diagnostics=[to_protocol(action.diagnostic, positions, place)] if action.diagnostic else None,
            is_preferred=action.is_preferred or None,
            edit=_workspace_edit(server, uri, positions, action.edits),
        )
        for action in offered
    ]


def hover(server: Server, params: types.HoverParams) -> types.Hover | None:
    """The pages of the rules that a place has to do with."""
    uri = params.text_document.uri
    document = server.workspace.get_text_document(uri)
    positions = server.positions(document.source)
    location = positions.location(params.position)
    file, current = server.documents.get(uri), server.current(uri)
    if file is None:
        return None
    found: Sequence[Diagnostic] = current[1].diagnostics if current is not None else ()
    page = pages_at(location, positions.line(location.row), found, file.session.rules)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, page)) if page is not None else None


def code_lenses(server: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
    """The routes that the file's functions answer, as of its last check."""
    file = server.documents.get(params.text_document.uri)
    if file is None or file.checked is None or not server.documents.options.code_lens:
        return []
    return [
        types.CodeLens(_start_of(lens.row), types.Command(title=lens.title, command=""))
        for lens in file.checked.lenses
    ]


def _start_of(row: int) -> types.Range:
    return types.Range(types.Position(row - 1, 0), types.Position(row - 1, 0))


def _wants(context: types.CodeActionContext, kind: str) -> bool:
    """Whether an editor wants actions of a kind: `source` includes `source.fixAll`."""
    if not context.only:
        return True
    return any(f"{kind}.".startswith(f"{_value(wanted)}.") for wanted in context.only)


def _value(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _workspace_edit(
    server: Server, uri: str, positions: Positions, edits: Sequence[Edit]
) -> types.WorkspaceEdit:
    """Edits to one file; only to this version of it, if the editor can tell versions."""
    converted = [positions.edit(edit) for edit in edits]
    workspace = server.client_capabilities.workspace
    if workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes:
        version = server.workspace.get_text_document(uri).version
        identifier = types.OptionalVersionedTextDocumentIdentifier(uri, version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, [*converted])])
    return types.WorkspaceEdit(changes={uri: converted})


def _places(server: Server, file: OpenFile) -> Place:
    """How to find the places that the traces of a file's findings name; each other file is read once."""
    session = file.session
    known: dict[str, Positions] = {file.path: server.positions(file.text)}

    def place(step: TraceStep) -> types.Location:
        uri = server.documents.uri_of(session, step.filename)
        if step.filename not in known:
            other = server.documents.get(uri)
            text = other.text if other is not None else _read(session.root / step.filename)
            known[step.filename] = server.positions(text)
        position = known[step.filename].position(step.location)
        return types.Location(uri, types.Range(position, position))

    return place


def _read(path: Path) -> str:
    try:
        return decode(path.read_bytes()).text
    except (OSError, UnreadableSource):
        return ""
