"""The files that are open in the editor, and the sessions they belong to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
from pygls import uris

from fastapi_lint.config.settings import load_settings
from fastapi_lint.integrations.language_server.options import ServerOptions
from fastapi_lint.integrations.language_server.session import Checked, Session


class OpenFile(msgspec.Struct, eq=False):
    """A file that is open in the editor."""

    uri: str
    session: Session
    path: str
    """Relative to the session's root."""
    text: str = ""
    """What it contained when it was last checked."""
    checked: Checked | None = None
    """None until it has been checked."""


class Documents:
    """The open files, by URI; each is assigned to the project that its path lies in."""

    def __init__(self) -> None:
        self.options = ServerOptions()
        self._files: dict[str, OpenFile] = {}
        self._sessions: dict[Path, Session] = {}
        self._retired: dict[Path, Session] = {}

    def __iter__(self) -> Iterator[OpenFile]:
        return iter(list(self._files.values()))

    def get(self, uri: str) -> OpenFile | None:
        """The open file of a URI, if it is one to check."""
        return self._files.get(uri)

    def sessions(self) -> list[Session]:
        """The sessions of all open files."""
        return list(dict.fromkeys(file.session for file in self))

    def open(self, uri: str) -> OpenFile | None:
        """Take in a file; None for what is not a file, and for one that the settings exclude.

        Raises:
            ConfigError: the settings of its project can not be used.
        """
        name = uris.to_fs_path(uri)
        if name is None:
            return None
        path = Path(os.path.realpath(name))
        session = self._session(path)
        try:
            relative = path.relative_to(session.root).as_posix()
        except ValueError:
            return None
        if not session.is_linted(relative):
            return None
        self._files[uri] = OpenFile(uri, session, relative)
        return self._files[uri]

    def close(self, uri: str) -> OpenFile | None:
        """Let go of a file; the one that was open."""
        return self._files.pop(uri, None)

    def forget_sessions(self) -> None:
        """Read the settings of all projects anew for what is opened from now on."""
        self._retired, self._sessions = self._sessions, {}

    def uri_of(self, session: Session, path: str) -> str:
        """The URI of a file of a project: as the editor spells it, if it is open."""
        for file in self:
            if file.session is session and file.path == path:
                return file.uri
        return str(uris.from_fs_path(str(session.root / path)))

    def _session(self, path: Path) -> Session:
        settings = load_settings([path], command_line=self.options.settings)
        if settings.root not in self._sessions:
            self._sessions[settings.root] = Session(
                settings, code_lens=self.options.code_lens, before=self._retired.pop(settings.root, None)
            )
        return self._sessions[settings.root]
