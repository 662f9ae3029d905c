"""What an editor may set: initialization options, and its settings under `fastapi-lint`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

SECTION = "fastapi-lint"
_CODE_LENS = "codeLens"


class ServerOptions(msgspec.Struct, frozen=True):
    """The options of one session."""

    code_lens: bool = True
    """Whether routes are shown above their handlers."""
    settings: Mapping[str, Any] = {}
    """Options of the configuration that the editor sets on top of the project's own, by key."""

    def updated(self, given: object) -> ServerOptions:
        """These options with what an editor sends on top; what is no mapping counts for nothing.

        Keys are `codeLens` and those of the configuration; null leaves an option as it is.
        """
        if not isinstance(given, Mapping):
            return self
        named = {str(key): value for key, value in given.items() if value is not None}
        code_lens = named.pop(_CODE_LENS, self.code_lens)
        return ServerOptions(code_lens=bool(code_lens), settings={**self.settings, **named})
