"""What a later run has to know of a finished one, to lint again only what edits concern."""

from __future__ import annotations

import msgspec

from fastapi_lint.application.known_loop import KnownLoop


class Revealed(msgspec.Struct, array_like=True):
    """What findings lean on in other files, beside what these define, declare and import."""

    bodies: dict[str, dict[int, int]] = {}
    """Facts of bodies of functions, see `application/revealed.py`, by path and line of the outermost `def`.

    By 0, those of any function that a file would have.
    """
    names: set[str] = set()
    """Names of which it matters whether anything calls them."""
    loop: KnownLoop | None = None
    """What runs on the event loop, if that is known."""

    def add(self, other: Revealed) -> None:
        """Take over what another run, or another process of this one, has found to matter."""
        for path, facts in other.bodies.items():
            known = self.bodies.setdefault(path, {})
            for line, fact in facts.items():
                known[line] = known.get(line, 0) | fact
        self.names |= other.names
        self.loop = self.loop or other.loop
