"""Which files of a project the model starts from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec


class FileGroups(msgspec.Struct, frozen=True, kw_only=True):
    """Paths of a project's files, by what there may be to see in them. Others are read when these lead there."""

    framework: frozenset[str]
    """Their text mentions FastAPI or Starlette."""
    coroutines: frozenset[str] = frozenset()
    """They have some `async def`."""
    models: frozenset[str] = frozenset()
    """Findings are reported in them, and they may define data models."""
    rebuilding: frozenset[str] = frozenset()
    """They may complete models with `model_rebuild()`."""
    overriding: frozenset[str] = frozenset()
    """They may put something in the place of dependencies."""
    loop_starting: Callable[[str], Iterable[str]] = lambda _: ()
    """The files without coroutines that may start a loop for a function of that name."""
    tests: frozenset[str] = frozenset()
    scripts: frozenset[str] = frozenset()
    """Scripts and migrations."""
    linted: frozenset[str] | None = None
    """Those in which findings are reported; None for all."""

    def is_production(self, path: str) -> bool:
        """Whether a file is neither a test nor a script or migration."""
        return path not in self.tests and path not in self.scripts

    def only(self, path: str) -> FileGroups:
        """One file alone to start from, and what there is to know beside it."""
        alone = frozenset({path})
        return msgspec.structs.replace(
            self,
            framework=self.framework & alone,
            coroutines=self.coroutines & alone,
            models=self.models & alone,
            overriding=self.overriding & alone,
        )
