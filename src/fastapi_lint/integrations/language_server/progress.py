"""Shows in the editor how far the first look at a project has come."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

_PERIOD = 0.2
"""Seconds between two messages."""


class LoadingProgress:
    """One progress bar; to be used from the event loop only."""

    def __init__(self, server: LanguageServer, project: str) -> None:
        self._progress = server.work_done_progress
        self._token = str(uuid.uuid4())
        self._shown = False
        self._ended = False
        self._next = 0.0
        self._opening = asyncio.ensure_future(self._open(project))

    def report(self, indexed: int) -> None:
        """Note how many files have been indexed."""
        now = time.monotonic()
        if self._shown and not self._ended and now >= self._next:
            self._next = now + _PERIOD
            message = types.WorkDoneProgressReport(message=f"{indexed} files")
            self._progress.report(self._token, message)

    def end(self) -> None:
        """Take the bar away."""
        self._ended = True
        if self._shown:
            self._progress.end(self._token, types.WorkDoneProgressEnd())

    async def _open(self, project: str) -> None:
        await self._progress.create_async(self._token)
        if not self._ended:
            self._shown = True
            self._progress.begin(self._token, types.WorkDoneProgressBegin(title=f"fastapi-lint: {project}"))
