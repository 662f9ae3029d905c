"""FAL000 unreadable-file."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi_lint.application.application import Application
from fastapi_lint.diagnostics import Severity
from fastapi_lint.rules.base import Place, Rule


class UnreadableFile(Rule):
    """
    ## What it does
    Reports files that cannot be read, decoded or parsed. When the code was probably written for a newer Python
    than any known to fastapi-lint, the message says so.

    ## Why it is bad
    Nothing in such a file is checked, and what other files import from it is unknown: findings may be missing
    elsewhere too.

    ## Use instead
    Correct the file, or exclude it with `exclude`.
    """

    code = "FAL000"
    name = "unreadable-file"
    severity = Severity.ERROR
    in_tests = True

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """None: the linter reports these files itself, they have no syntax tree to visit."""
        return ()
