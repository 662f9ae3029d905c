"""FAL002 invalid-suppression."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi_lint.application.application import Application
from fastapi_lint.rules.base import Place, Rule


class InvalidSuppression(Rule):
    """
    ## What it does
    Reports suppression comments that name a code or rule that does not exist, with the nearest one that does,
    and `fastapi-lint:` comments that cannot be understood.

    ## Why it is bad
    A misspelt suppression suppresses nothing, while its reader believes that it does.
    """

    code = "FAL002"
    name = "invalid-suppression"
    in_tests = True

    @classmethod
    def suspects(cls, app: Application) -> Iterable[Place]:
        """None: comments are checked by the linter itself."""
        return ()
